import { describe, expect, it } from 'vitest';
import { questionOf } from '../../../src/kernel/border/index.ts';
import { verifyEntry } from '../../../src/index.ts';
import { DATAKEY, PUBKEY, secretKey } from '../fixture.ts';

const MAX = 2n ** 64n - 1n;
const good = (): Record<string, unknown> => ({ publicKey: PUBKEY.slice(), secretKey: secretKey(), dataKey: DATAKEY.slice(), entryData: Uint8Array.of(1, 2), revision: 9n });
const ask = (method: string, data: unknown) => questionOf({ method, data }, () => false);
const without = (...names: readonly string[]): Record<string, unknown> => Object.fromEntries(Object.entries(good()).filter(([name]) => !names.includes(name)));

/** Each fault, its text to the letter, in the order in which they are looked for: what comes earlier is told. */
type Fault = readonly [text: string, spoil: (input: Record<string, unknown>) => void];
const missing = (name: string, text: string): Fault => [text, (input) => void delete input[name]];
const being = (name: string, value: unknown, text: string): Fault => [text, (input) => void (input[name] = value)];

const READ_FAULTS: readonly Fault[] = [
  missing('publicKey', 'input should contain a publicKey field'),
  being('publicKey', 'ff'.repeat(32), 'publicKey input should be a Uint8Array'),
  missing('dataKey', 'input should contain a dataKey field'),
  being('dataKey', new ArrayBuffer(32), 'dataKey input should be a Uint8Array'),
  // The original went on with any length.
  being('publicKey', new Uint8Array(31), 'publicKey should have a length of 32'),
  being('dataKey', new Uint8Array(33), 'dataKey should have a length of 32'),
];
const WRITE_FAULTS: readonly Fault[] = [
  ...READ_FAULTS.slice(0, 2),
  being('publicKey', new Uint8Array(31), 'publicKey should have a length of 32'),
  missing('secretKey', 'input should contain a secretKey field'),
  being('secretKey', Array.from(secretKey()), 'secretKey input should be a Uint8Array'),
  being('secretKey', secretKey().subarray(0, 32), 'secretKey should have a length of 64'),
  ...READ_FAULTS.slice(2, 4),
  missing('entryData', 'input should contain an entryData field'),
  being('entryData', 'text', 'data input should be a Uint8Array'),
  being('entryData', new Uint8Array(114), 'provided data is too large to fit in a registry entry'),
  missing('revision', 'input should contain a revision field'),
  being('revision', 9, 'revision should be a BigInt'),
  being('dataKey', new Uint8Array(31), 'unable to derive entry ID from pubkey and datakey: datakey is not a valid hash, length is wrong'),
  being('revision', -1n, 'unable to encode revisionNumber: expected a positive integer'),
  being('revision', MAX + 1n, 'unable to encode revisionNumber: expected a number no larger than a uint64'),
  being('secretKey', new Uint8Array(64).fill(3), 'secretKey does not belong to publicKey'),
];

describe.each([
  ['readEntry', READ_FAULTS],
  ['writeEntry', WRITE_FAULTS],
] as const)('given the input of %s', (method, faults) => {
  it.each(faults)('when it has one fault, then that is told: %s', (text, spoil) => {
    const input = good();
    spoil(input);
    expect(ask(method, input)).toEqual({ kind: 'fault', reason: text });
  });

  it('when it has two faults, then the one is told that is looked for first, whichever they are', () => {
    for (const [i, [first, spoilFirst]] of faults.entries()) {
      for (const [, spoilSecond] of faults.slice(i + 1)) {
        const input = good();
        spoilSecond(input);
        spoilFirst(input);
        // Where both spoil one field the second is not there any more.
        expect(ask(method, input)).toEqual({ kind: 'fault', reason: first });
      }
    }
  });

  it.each([[undefined], [null], ['text'], [7], [() => {}], [[]], [{}]])('when it is %s, then the first field is missing', (data) => {
    expect(ask(method, data)).toEqual({ kind: 'fault', reason: 'input should contain a publicKey field' });
  });

  it('when a field is there and undefined, then it is of the wrong type, not missing', () => {
    expect(ask(method, { ...good(), publicKey: undefined })).toEqual({ kind: 'fault', reason: 'publicKey input should be a Uint8Array' });
  });

  it('when all its fields are inherited, then they are missing', () => {
    expect(ask(method, Object.create(good()))).toEqual({ kind: 'fault', reason: 'input should contain a publicKey field' });
  });
});

describe('given a good input', () => {
  it('when it is of readEntry, then it asks for that entry, in bytes of its own', () => {
    const input = good();
    const question = ask('readEntry', input);
    (input['publicKey'] as Uint8Array).fill(0);
    (input['dataKey'] as Uint8Array).fill(0);
    expect(question).toEqual({ kind: 'read', key: { pubkey: PUBKEY, datakey: DATAKEY }, style: 'readEntry' });
  });

  it.each([[0n], [1n], [2n ** 53n + 1n], [MAX]])('when it is of writeEntry at revision %s, then it asks to write what is signed so', (revision) => {
    const question = ask('writeEntry', { ...good(), revision });
    expect(question).toMatchObject({ kind: 'write', style: 'writeEntry', entry: { pubkey: PUBKEY, datakey: DATAKEY, data: Uint8Array.of(1, 2), revision } });
    if (question.kind === 'write') expect(verifyEntry(question.entry)).toBe(true);
  });

  it.each([[0], [86], [87], [113]])('when its data has %i bytes, then they fit', (length) => {
    expect(ask('writeEntry', { ...good(), entryData: new Uint8Array(length) })).toMatchObject({ kind: 'write' });
  });

  it('when its keys share one memory, as a key pair may, then it is signed all the same', () => {
    const pair = secretKey();
    expect(ask('writeEntry', { ...without('publicKey', 'secretKey'), secretKey: pair, publicKey: pair.subarray(32) })).toMatchObject({ kind: 'write', entry: { pubkey: PUBKEY } });
  });

  it('when a secret key is made of one seed and another public key, then nothing is signed with it: that would give the seed away', () => {
    const mixed = secretKey();
    mixed[0] = 99;
    expect(ask('writeEntry', { ...good(), secretKey: mixed })).toEqual({ kind: 'fault', reason: 'secretKey does not belong to publicKey' });
  });

  it('when each field can be read once alone, then it is: what is checked is what is signed', () => {
    const reads: string[] = [];
    const once = Object.defineProperties(
      {},
      Object.fromEntries(
        Object.entries(good()).map(([name, value]) => [
          name,
          {
            enumerable: true,
            get: () => {
              reads.push(name);
              return value;
            },
          },
        ]),
      ),
    );
    expect(ask('writeEntry', once)).toMatchObject({ kind: 'write' });
    expect(reads.toSorted()).toEqual(Object.keys(good()).toSorted());
  });
});
