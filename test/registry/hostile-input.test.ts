import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RegistryError } from '../../src/error.ts';
import { compareEntries, entryId, hashEntry, resolverLink, signEntry, takeSignedEntry, verifyEntry, workHash, type SignedEntry } from '../../src/registry/index.ts';
import { entryOf, ROW, secretKeyOf } from './rows.ts';
import './seed.ts';

const FIELDS = ['pubkey', 'datakey', 'data', 'revision', 'type', 'signature'] as const;
type Field = (typeof FIELDS)[number];

const CALLS: readonly { readonly name: string; readonly field: string; readonly reads: readonly Field[]; readonly call: (value: SignedEntry) => unknown }[] = [
  { name: 'entryId', field: 'key', reads: ['pubkey', 'datakey'], call: entryId },
  { name: 'resolverLink', field: 'key', reads: ['pubkey', 'datakey'], call: resolverLink },
  { name: 'hashEntry', field: 'entry', reads: FIELDS.slice(0, 5), call: hashEntry },
  { name: 'workHash', field: 'entry', reads: FIELDS.slice(0, 5), call: workHash },
  { name: 'compareEntries', field: 'a', reads: FIELDS.slice(0, 5), call: (value) => compareEntries(value, entryOf(ROW)) },
  { name: 'signEntry', field: 'entry', reads: FIELDS.slice(0, 5), call: (value) => signEntry(value, secretKeyOf(ROW)) },
  { name: 'takeSignedEntry', field: 'entry', reads: FIELDS, call: takeSignedEntry },
];

const trap = (): never => {
  throw new Error('a trap');
};

function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return 'nothing was thrown';
}

/** The golden entry behind getters: `answer` is asked with the field and how often it was read before. */
function behindGetters(answer: (field: Field, times: number) => unknown): { readonly entry: SignedEntry; readonly reads: Map<Field, number> } {
  const reads = new Map<Field, number>();
  const entry = {};
  for (const field of FIELDS) {
    Object.defineProperty(entry, field, {
      enumerable: true,
      get: () => {
        const times = reads.get(field) ?? 0;
        reads.set(field, times + 1);
        return answer(field, times);
      },
    });
  }
  return { entry: entry as SignedEntry, reads };
}

describe.each(CALLS)('given $name', ({ field, reads: expected, call }) => {
  const right = call(entryOf(ROW));

  it.each(expected)('when the getter of %s throws, then that is INVALID_INPUT and names it', (name) => {
    const { entry } = behindGetters((asked) => {
      if (asked === name) throw new Error('a secret of the getter');
      return entryOf(ROW)[asked];
    });
    const error = thrown(() => call(entry));
    expect(error).toBeInstanceOf(RegistryError);
    expect(error).toMatchObject({ code: 'INVALID_INPUT', field: `${field}.${name}` });
    expect((error as Error).message).not.toContain('a secret of the getter');
  });

  it('when getters change their answer, then each is asked once and its first answer counts', () => {
    const { entry, reads } = behindGetters((asked, times) => (times === 0 ? entryOf(ROW)[asked] : undefined));
    expect(call(entry)).toEqual(right);
    expect([...reads]).toEqual(expect.arrayContaining(expected.map((name) => [name, 1])));
    expect([...reads.values()].every((times) => times === 1)).toBe(true);
  });

  it('when the entry is an instance whose class has the getters, then it is taken', () => {
    const inner = entryOf(ROW);
    class Entry {
      get pubkey() {
        return inner.pubkey;
      }
      get datakey() {
        return inner.datakey;
      }
      get data() {
        return inner.data;
      }
      get revision() {
        return inner.revision;
      }
      get type() {
        return inner.type;
      }
      get signature() {
        return inner.signature;
      }
    }
    expect(call(new Entry())).toEqual(right);
  });

  it('when the entry has no prototype or is a proxy that tells the truth, then it is taken', () => {
    expect(call(Object.assign(Object.create(null) as SignedEntry, entryOf(ROW)))).toEqual(right);
    expect(call(new Proxy(entryOf(ROW), {}))).toEqual(right);
  });

  it('when the entry is a revoked proxy, then that is INVALID_INPUT', () => {
    const { proxy, revoke } = Proxy.revocable(entryOf(ROW), {});
    revoke();
    expect(thrown(() => call(proxy))).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('when its bytes are of a subclass, then they are taken, and what is handed out is not', () => {
    class Bytes extends Uint8Array<ArrayBuffer> {}
    const { pubkey, datakey, data, signature, ...rest } = entryOf(ROW);
    expect(call({ ...rest, pubkey: Bytes.from(pubkey), datakey: Bytes.from(datakey), data: Bytes.from(data), signature: Bytes.from(signature) })).toEqual(right);
  });
});

const withLength = (bytes: Uint8Array, get: () => unknown): Uint8Array => Object.defineProperty(bytes, 'length', { get });

describe('given bytes that lie about their length', () => {
  it('then 33 of them that say 32 are refused, and so are 32 that say so by throwing, in a RegistryError', () => {
    const error = thrown(() => entryId({ ...entryOf(ROW), pubkey: withLength(new Uint8Array(33), () => 32) }));
    expect(error).toMatchObject({ code: 'INVALID_INPUT', field: 'key.pubkey' });
    expect(thrown(() => entryId({ ...entryOf(ROW), pubkey: withLength(new Uint8Array(33), trap) }))).toMatchObject({ code: 'INVALID_INPUT', field: 'key.pubkey' });
  });

  it('then it is their true length that is hashed', () => {
    const liar = withLength(Uint8Array.from(entryOf(ROW).data), () => 1);
    expect(hashEntry({ ...entryOf(ROW), data: liar })).toEqual(hashEntry(entryOf(ROW)));
  });

  it('then their own iterator and their own species are not asked', () => {
    const memory = Uint8Array.from(entryOf(ROW).data).buffer;
    const data = new Uint8Array(memory);
    Object.defineProperty(memory, 'constructor', { get: trap });
    Object.defineProperties(data, { [Symbol.iterator]: { get: trap }, constructor: { get: trap }, subarray: { get: trap }, byteLength: { get: trap }, buffer: { get: trap } });
    expect(hashEntry({ ...entryOf(ROW), data })).toEqual(hashEntry(entryOf(ROW)));
  });
});

describe('given any value at all', () => {
  it('then verifyEntry answers false and never throws', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withTypedArray: true, withNullPrototype: true, withSparseArray: true }), (value) => {
        expect(verifyEntry(value as never)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('then verifyEntry of the golden entry with that in one field answers false and never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FIELDS), fc.anything({ withBigInt: true, withTypedArray: true }), (field, value) => {
        const isUntouched = (field === 'type' && (value === undefined || value === 1)) || (field === 'revision' && value === entryOf(ROW).revision);
        expect(verifyEntry({ ...entryOf(ROW), [field]: value })).toBe(isUntouched);
      }),
      { numRuns: 2000 },
    );
  });

  it('when every trap of a proxy throws, then verifyEntry answers false', () => {
    const traps = new Proxy({}, { get: () => trap });
    expect(verifyEntry(new Proxy({}, traps) as never)).toBe(false);
    for (const field of FIELDS) expect(verifyEntry({ ...entryOf(ROW), [field]: new Proxy(new Uint8Array(32), traps) })).toBe(false);
  });

  it('then the other functions refuse it with INVALID_INPUT or take it, and throw nothing else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CALLS), fc.constantFrom(...FIELDS), fc.anything({ withBigInt: true, withTypedArray: true }), fc.boolean(), ({ call }, field, value, isWhole) => {
        const error = thrown(() => call((isWhole ? value : { ...entryOf(ROW), [field]: value }) as never));
        expect(error === 'nothing was thrown' ? 'INVALID_INPUT' : (error as RegistryError).code).toBe('INVALID_INPUT');
      }),
      { numRuns: 1000 },
    );
  });
});
