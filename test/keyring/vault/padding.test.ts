import { expect, it } from 'vitest';
import { pad, unpad } from '../../../src/keyring/vault/padding.ts';

it.each([0, 1, 252, 253, 508, 1_000])('given %i bytes, then they are padded to a multiple of 256, and come back', (length) => {
  const payload = new Uint8Array(length).fill(7);
  const padded = pad(payload);
  expect(padded.length % 256).toBe(0);
  expect(padded.length - length - 4).toBeLessThan(256);
  expect(unpad(padded)).toEqual(payload);
  expect(unpad(Uint8Array.from([9, ...padded]).subarray(1))).toEqual(payload); // a view, too
});

it.each<[string, (padded: Uint8Array) => Uint8Array]>([
  ['nothing', () => new Uint8Array()],
  ['less than a step', (padded) => padded.subarray(0, 255)],
  ['a step too many', (padded) => Uint8Array.from([...padded, ...new Uint8Array(256)])],
  ['a length beyond its end', (padded) => padded.with(2, 1)],
  ['a length of 4 GiB', (padded) => padded.with(0, 255)],
  ['padding that is not zero', (padded) => padded.with(255, 1)],
  ['padding that begins with a byte of its own', (padded) => padded.with(14, 1)],
])('given %s, then it is no padded payload', (_, spoil) => {
  expect(unpad(spoil(pad(new Uint8Array(10).fill(7))))).toBeUndefined();
});
