import { expect, it } from 'vitest';
import { HIGH_WATER, Pressure } from '../../../actors/portal/pressure.ts';

it('V4: is there once more wait than should, and until half of them are gone', () => {
  const pressure = new Pressure();
  const told: boolean[] = [];
  pressure.listen((isFull) => told.push(isFull));
  for (const waiting of [HIGH_WATER, HIGH_WATER + 1, HIGH_WATER, HIGH_WATER / 2 + 1, HIGH_WATER / 2, HIGH_WATER]) pressure.note(0, waiting);
  expect(told).toEqual([true, false]);
});

it('V4: is there while too many wait before any verifier', () => {
  const pressure = new Pressure();
  const told: boolean[] = [];
  const stop = pressure.listen((isFull) => told.push(isFull));
  pressure.note(0, HIGH_WATER + 1);
  pressure.note(1, HIGH_WATER + 1);
  pressure.note(0, 0);
  expect(pressure.isFull).toBe(true);
  pressure.note(1, 0);
  expect(told).toEqual([true, false]);
  stop();
  pressure.note(0, HIGH_WATER + 1);
  expect(told).toHaveLength(2);
});
