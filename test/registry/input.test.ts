import { describe, expect, it } from 'vitest';
import { RegistryError } from '../../src/error.ts';
import { compareEntries, entryId, hashDatakey, hashEntry, MAX_REVISION, resolverLink, signEntry, takeSignedEntry, verifyEntry, workHash } from '../../src/registry/index.ts';
import { entryOf, ROW, secretKeyOf, type2Entry } from './rows.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Every public function that takes a key or an entry, and what its argument is called in an error. */
const TAKERS: readonly { readonly name: string; readonly field: string; readonly of: 'key' | 'entry' | 'signed entry'; readonly call: (value: unknown) => unknown }[] = [
  { name: 'entryId', field: 'key', of: 'key', call: (value) => entryId(value as never) },
  { name: 'resolverLink', field: 'key', of: 'key', call: (value) => resolverLink(value as never) },
  { name: 'hashEntry', field: 'entry', of: 'entry', call: (value) => hashEntry(value as never) },
  { name: 'workHash', field: 'entry', of: 'entry', call: (value) => workHash(value as never) },
  { name: 'compareEntries (first)', field: 'a', of: 'entry', call: (value) => compareEntries(value as never, entryOf(ROW)) },
  { name: 'compareEntries (second)', field: 'b', of: 'entry', call: (value) => compareEntries(entryOf(ROW), value as never) },
  { name: 'signEntry', field: 'entry', of: 'entry', call: (value) => signEntry(value as never, secretKeyOf(ROW)) },
  { name: 'signEntry (by a signer)', field: 'entry', of: 'entry', call: (value) => signEntry(value as never, { signEntry: async () => entryOf(ROW) }) },
  { name: 'takeSignedEntry', field: 'entry', of: 'signed entry', call: (value) => takeSignedEntry(value) },
];

const NO_BYTES: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a string', 'ab'.repeat(32)],
  ['an array of numbers', Array.from({ length: 32 }, () => 1)],
  ['an ArrayBuffer', new ArrayBuffer(32)],
  ['a DataView', new DataView(new ArrayBuffer(32))],
  ['a Uint8ClampedArray', new Uint8ClampedArray(32)],
  ['an Int8Array', new Int8Array(32)],
  ['a Uint16Array', new Uint16Array(16)],
  ['a look-alike', { length: 32, [Symbol.toStringTag]: 'Uint8Array', buffer: new ArrayBuffer(32) }],
  ['an heir of the prototype', Object.create(Uint8Array.prototype)],
  ['a proxy of bytes', new Proxy(new Uint8Array(32), {})],
];
const ofLength = (length: number): readonly [string, unknown] => [`${length} bytes`, new Uint8Array(length)];

const WRONG_FIELDS: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  pubkey: [...NO_BYTES, ofLength(0), ofLength(31), ofLength(33)],
  datakey: [...NO_BYTES, ofLength(0), ofLength(31), ofLength(33)],
  data: [...NO_BYTES, ofLength(114), ofLength(1_000_000)],
  revision: [
    ['nothing', undefined],
    ['null', null],
    ['a number', 1],
    ['a string', '1'],
    ['a boxed bigint', Object(1n)],
    ['a negative one', -1n],
    ['2^64', MAX_REVISION + 1n],
  ],
  type: [
    ['0', 0],
    ['3', 3],
    ['null', null],
    ['a string', '1'],
    ['a bigint', 1n],
    ['NaN', NaN],
    ['1.5', 1.5],
  ],
  signature: [...NO_BYTES, ofLength(0), ofLength(63), ofLength(65)],
};
const FIELDS_OF = { key: ['pubkey', 'datakey'], entry: ['pubkey', 'datakey', 'data', 'revision', 'type'], 'signed entry': ['pubkey', 'datakey', 'data', 'revision', 'type', 'signature'] };

/** What a call throws, which has to be a RegistryError. */
function refusal(call: () => unknown): RegistryError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(RegistryError);
    return error as RegistryError;
  }
  throw new Error('nothing was refused');
}

describe.each(TAKERS)('given $name', ({ field, of, call }) => {
  it('then what is right is taken, and left as it was', () => {
    const value = entryOf(ROW);
    const before = structuredClone(value);
    call(Object.freeze(value));
    expect(value).toEqual(before);
  });

  it.each([undefined, null, 1, 1n, 'entry', true, Symbol('entry')])('when it is given %s, then that is INVALID_INPUT', (value) => {
    expect(refusal(() => call(value))).toMatchObject({ code: 'INVALID_INPUT', field, message: `${field} must be an object`, retryable: false });
  });

  for (const name of FIELDS_OF[of]) {
    it.each(WRONG_FIELDS[name] as readonly (readonly [string, unknown])[])(`when ${name} is %s, then that is INVALID_INPUT and names it`, (_what, wrong) => {
      const value: Fields = { ...entryOf(ROW), [name]: wrong };
      const before = { ...value };
      const error = refusal(() => call(value));
      expect(error).toMatchObject({ code: 'INVALID_INPUT', field: `${field}.${name}`, name: 'RegistryError:INVALID_INPUT' });
      expect(error.message).toMatch(new RegExp(`^${field}\\.${name} must be `));
      expect(Object.keys(value).every((key) => Object.is(value[key], before[key]))).toBe(true);
    });
  }

  it('when data of type 2 is shorter than a host prefix, then that is INVALID_INPUT, except where only the key counts', () => {
    const value = { ...entryOf(ROW), data: new Uint8Array(19), type: 2 };
    if (of === 'key') expect(call(value)).toBeDefined();
    else expect(refusal(() => call(value))).toMatchObject({ code: 'INVALID_INPUT', field: `${field}.data`, message: `${field}.data must be a Uint8Array of 20 to 113 bytes` });
  });
});

describe('given the ends of every range', () => {
  it('then they are taken', () => {
    const entry = entryOf(ROW);
    for (const revision of [0n, MAX_REVISION]) expect(hashEntry({ ...entry, revision })).toHaveLength(32);
    for (const length of [0, 113]) expect(hashEntry({ ...entry, data: new Uint8Array(length) })).toHaveLength(32);
    for (const length of [20, 113]) expect(hashEntry({ ...entry, data: new Uint8Array(length), type: 2 })).toHaveLength(32);
    expect(hashEntry({ ...type2Entry(), type: 2 })).toHaveLength(32);
  });
});

describe('given hashDatakey', () => {
  it.each([undefined, null, 1, new Uint8Array(3), ['a'], {}, Object('foo'), '\ud800', 'a\udc00b', '\udc00\ud800'])('when the name is %j, then that is INVALID_INPUT', (name) => {
    expect(refusal(() => hashDatakey(name as string))).toMatchObject({ code: 'INVALID_INPUT', field: 'name' });
  });

  it('when a name holds a whole surrogate pair, then it is taken', () => {
    expect(hashDatakey('\ud83d\ude00')).toHaveLength(32);
  });
});

describe('given signEntry', () => {
  const { signature, ...unsigned } = entryOf(ROW);

  it.each([...NO_BYTES, ofLength(0), ofLength(32), ofLength(63), ofLength(65), ['a signer without a method', { signEntry: 7 }] as const, ['an empty object', {}] as const])(
    'when the secret key is %s, then that is INVALID_INPUT',
    (_what, key) => {
      expect(refusal(() => signEntry(unsigned, key as Uint8Array))).toMatchObject({ code: 'INVALID_INPUT', field: 'secretKey', message: 'secretKey must be a Uint8Array of 64 bytes' });
    },
  );

  it('when it succeeds, then the caller\'s key is as it was', () => {
    const key = secretKeyOf(ROW);
    expect(signEntry(unsigned, key)).toEqual({ ...unsigned, signature });
    expect(key).toEqual(secretKeyOf(ROW));
  });
});

describe('given verifyEntry', () => {
  it.each(['pubkey', 'datakey', 'data', 'revision', 'type', 'signature'].flatMap((name) => (WRONG_FIELDS[name] ?? []).map(([what, wrong]) => [name, what, wrong] as const)))(
    'when %s is %s, then it is false and nothing is thrown',
    (name, _what, wrong) => {
      expect(verifyEntry({ ...entryOf(ROW), [name]: wrong })).toBe(false);
    },
  );
});
