import { afterEach, describe, expect, it, vi } from 'vitest';
import { hashEntry, resolverLink, signEntry, takeSignedEntry, verifyEntry, type SignedEntry, type UnsignedEntry } from '../../src/registry/index.ts';
import { entryOf, ROW, secretKeyOf } from './rows.ts';

/** Newer than the language level of this project. */
interface Resizable extends ArrayBuffer {
  resize(length: number): void;
}
const resizable = (length: number, most: number): Resizable => new (ArrayBuffer as unknown as new (length: number, options: { maxByteLength: number }) => Resizable)(length, { maxByteLength: most });

/** Memory that threads share; its own constructor is missing in pages that are not cross-origin isolated. */
const sharedMemory = (): ArrayBufferLike => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;

const BYTE_FIELDS = ['pubkey', 'datakey', 'data', 'signature'] as const;

/** The golden entry with all its bytes in one memory, and a way to overwrite all of it. */
function entryIn(memory: ArrayBufferLike): { readonly entry: SignedEntry; readonly overwrite: () => void } {
  const { pubkey, datakey, data, signature, revision } = entryOf(ROW);
  let at = 0;
  const place = (bytes: Uint8Array): Uint8Array => {
    const view = new Uint8Array(memory, at, bytes.length);
    view.set(bytes);
    at += bytes.length;
    return view;
  };
  const entry = { pubkey: place(pubkey), datakey: place(datakey), data: place(data), signature: place(signature), revision };
  return { entry, overwrite: () => void new Uint8Array(memory).fill(0xff) };
}

const MEMORIES: readonly (readonly [string, () => ArrayBufferLike])[] = [
  ['plain', () => new ArrayBuffer(256)],
  ['shared', sharedMemory],
  ['resizable', () => resizable(256, 512)],
];

describe.each(MEMORIES)('given an entry in %s memory', (_kind, memory) => {
  it('when the memory is overwritten after signing, then the signed entry is as it was', () => {
    const { entry, overwrite } = entryIn(memory());
    const signed = signEntry(entry, secretKeyOf(ROW));
    overwrite();
    expect(signed).toEqual(entryOf(ROW));
    expect(verifyEntry(signed)).toBe(true);
    for (const field of BYTE_FIELDS) expect(signed[field].buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('when the memory is overwritten after checking, then the checked entry is as it was', () => {
    const { entry, overwrite } = entryIn(memory());
    const checked = takeSignedEntry(entry);
    overwrite();
    expect(checked).toEqual(entryOf(ROW));
  });

  it('when the memory is overwritten while a signer signs, then the entry of the call is what comes back', async () => {
    const { entry, overwrite } = entryIn(memory());
    const pending = signEntry(entry, { signEntry: async (unsigned) => signEntry(unsigned, secretKeyOf(ROW)) });
    overwrite();
    expect(await pending).toEqual(entryOf(ROW));
  });

  it('then verifying, hashing and linking leave the memory as it was', () => {
    const { entry } = entryIn(memory());
    expect([verifyEntry(entry), hashEntry(entry), resolverLink(entry)]).toEqual([true, hashEntry(entryOf(ROW)), ROW.resolverLink]);
    for (const field of BYTE_FIELDS) expect(Uint8Array.from(entry[field])).toEqual(entryOf(ROW)[field]);
  });
});

describe('given a result', () => {
  it('then none of its bytes is the caller\'s', () => {
    const entry = entryOf(ROW);
    const signed = signEntry(entry, secretKeyOf(ROW));
    const checked = takeSignedEntry(entry);
    for (const field of BYTE_FIELDS) {
      expect(signed[field].buffer).not.toBe(entry[field].buffer);
      expect(checked[field].buffer).not.toBe(entry[field].buffer);
    }
  });

  it('when bytes are a window into a larger buffer, then the result holds only them', () => {
    const large = new Uint8Array(8192).fill(0x5e);
    large.set(entryOf(ROW).data, 100);
    const signed = signEntry({ ...entryOf(ROW), data: large.subarray(100, 103) }, secretKeyOf(ROW));
    expect(signed.data.buffer.byteLength).toBe(3);
  });
});

describe('given a signer that is not ours', () => {
  it('when it writes to what it was given, then that changes nothing but its own copy', async () => {
    const entry = entryOf(ROW);
    const signed = await signEntry(entry, {
      async signEntry(unsigned: UnsignedEntry) {
        const honest = signEntry(unsigned, secretKeyOf(ROW));
        unsigned.data.fill(9);
        unsigned.pubkey.fill(9);
        (unsigned as { revision: bigint }).revision = 99n;
        return honest;
      },
    });
    expect(signed).toEqual(entryOf(ROW));
    expect(entry).toEqual(entryOf(ROW));
  });

  it('when it signs what it wrote there, then that is BAD_SIGNATURE', async () => {
    const swapped = signEntry(entryOf(ROW), {
      async signEntry(unsigned: UnsignedEntry) {
        unsigned.data.fill(9);
        (unsigned as { revision: bigint }).revision = 99n;
        return signEntry(unsigned, secretKeyOf(ROW));
      },
    });
    await expect(swapped).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
  });
});

const detached = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
};
const shrunk = (length: number): Uint8Array => {
  const buffer = resizable(length, length);
  const bytes = new Uint8Array(buffer, 0, length);
  buffer.resize(length - 1);
  return bytes;
};

describe('given bytes whose memory is gone', () => {
  it.each([
    ['detached', detached],
    ['out of bounds', shrunk],
  ])('when they are %s, then that is INVALID_INPUT and names the field, and verifyEntry is false', (_kind, make) => {
    for (const [field, length] of [
      ['pubkey', 32],
      ['datakey', 32],
      ['data', 3],
    ] as const) {
      expect(() => hashEntry({ ...entryOf(ROW), [field]: make(length) })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: `entry.${field}` }) as Error);
      expect(verifyEntry({ ...entryOf(ROW), [field]: make(length) })).toBe(false);
    }
    expect(() => signEntry(entryOf(ROW), make(64))).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'secretKey' }) as Error);
  });

  it('when they follow a resizable buffer, then their length of the moment counts', () => {
    const buffer = resizable(3, 64);
    const data = new Uint8Array(buffer);
    data.set(entryOf(ROW).data);
    expect(hashEntry({ ...entryOf(ROW), data })).toEqual(hashEntry(entryOf(ROW)));
    buffer.resize(4);
    expect(hashEntry({ ...entryOf(ROW), data })).toEqual(hashEntry({ ...entryOf(ROW), data: Uint8Array.of(1, 2, 3, 0) }));
  });
});

describe('given bytes that are too many', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('then they are refused before they are copied', () => {
    const many = { ...entryOf(ROW), data: new Uint8Array(100_000) };
    const made: number[] = [];
    vi.stubGlobal('Uint8Array', new Proxy(Uint8Array, {
      construct(target, given, newTarget) {
        const bytes = Reflect.construct(target, given, newTarget) as Uint8Array;
        made.push(bytes.length);
        return bytes;
      },
    }));
    expect(() => takeSignedEntry(many)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'entry.data' }));
    expect(made.length).toBeGreaterThan(0);
    expect(Math.max(...made)).toBeLessThan(1_000);
  });
});
