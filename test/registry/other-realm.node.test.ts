import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { entryId, hashEntry, signEntry, takeSignedEntry, verifyEntry, type SignedEntry } from '../../src/registry/index.ts';
import { entryOf, ROW, secretKeyOf } from './rows.ts';

describe('given an entry of another realm', () => {
  const foreign = runInNewContext('({ pubkey: Uint8Array.from(pubkey), datakey: Uint8Array.from(datakey), data: Uint8Array.from(data), signature: Uint8Array.from(signature), revision })', {
    ...entryOf(ROW),
  }) as SignedEntry;

  it('then it is taken like one of ours, and what comes back is ours', () => {
    expect(foreign.pubkey).not.toBeInstanceOf(Uint8Array);
    expect(verifyEntry(foreign)).toBe(true);
    expect(hashEntry(foreign)).toEqual(hashEntry(entryOf(ROW)));
    expect(takeSignedEntry(foreign)).toEqual(entryOf(ROW));
    expect(signEntry(foreign, secretKeyOf(ROW)).data).toBeInstanceOf(Uint8Array);
  });

  it('then its look-alikes are refused all the same', () => {
    const alike = runInNewContext('({ length: 32, get [Symbol.toStringTag]() { return "Uint8Array"; } })') as Uint8Array;
    expect(() => entryId({ ...entryOf(ROW), pubkey: alike })).toThrow('key.pubkey must be a Uint8Array of 32 bytes');
  });
});

describe('given Node\'s Buffers', () => {
  it('then they are taken, and what comes back is plain bytes outside the pool', () => {
    const { pubkey, datakey, data, signature, revision } = entryOf(ROW);
    const entry = { pubkey: Buffer.from(pubkey), datakey: Buffer.from(datakey), data: Buffer.from(data), signature: Buffer.from(signature), revision };
    expect(verifyEntry(entry)).toBe(true);
    const signed = signEntry(entry, Buffer.from(secretKeyOf(ROW)));
    expect(signed).toEqual(entryOf(ROW));
    for (const bytes of [signed.pubkey, signed.datakey, signed.data, signed.signature]) {
      expect(Buffer.isBuffer(bytes)).toBe(false);
      expect(bytes.buffer.byteLength).toBe(bytes.length);
    }
  });
});
