import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { toWire } from '../../src/error.ts';
import { explainKeyData, isValidKeyData, Keyring, kernelSeedToKeyData, migrateKeyData, mnemonicToKeyData, skynetPhraseToKeyData, takeKeyData } from '../../src/keyring/index.ts';
import { takeMnemonic } from '../../src/keyring/mnemonic.ts';
import { ABBEY, KEY_DATA, keyring, NAMES, secretsIn, thrown, writable } from './fixture.ts';
import { holdsSecret, tracesOf } from './traces.ts';

const SECRETS = secretsIn(KEY_DATA).map(({ bytes }) => bytes);
const leaks = (value: unknown): boolean => holdsSecret(tracesOf(value), SECRETS);

function handed(): [string, unknown][] {
  const ring = keyring();
  return [
    ['the keyring', ring],
    ...NAMES.flatMap((name): [string, unknown][] => [
      [`the handle of ${name}`, ring.get(name)],
      [`the signer of ${name}`, ring.get(name).signer],
    ]),
    ['an ephemeral signer', ring.createEphemeralSigner()],
    ['an ephemeral key', ring.createEphemeralKey('x25519')],
    ['its class', Keyring],
  ];
}

/** All that an error tells, here and to another thread. */
const inError = (error: unknown): string => `${tracesOf(error)}\n${JSON.stringify(toWire(error))}\n${(error as Error).stack ?? ''}`;

it('given a secret in plain sight, then the search of these tests finds it', () => {
  const [secret] = SECRETS as [Uint8Array];
  for (const value of [KEY_DATA, keyring().json(), { secret }, { deep: { list: [secret] } }, new Map([['secret', secret]]), Object.assign({}, secret), Array.from(secret), new Error(`of ${secret.join(', ')}`), { toJSON: () => KEY_DATA }]) {
    expect(leaks(value)).toBe(true);
  }
  expect(leaks(Object.defineProperty({}, 'hidden', { value: secret }))).toBe(true);
  expect(leaks(Object.create({ inherited: secret }))).toBe(true);
  expect(leaks({ [Symbol('secret')]: secret })).toBe(true);
});

describe('threat 1: given everything that a keyring hands out', () => {
  it.each(handed())('then no way leads from %s to a secret', (_what, value) => {
    expect(leaks(value)).toBe(false);
  });

  it('then JSON of a keyring is empty, and no clone of it is a keyring', () => {
    expect(JSON.stringify(keyring())).toBe('{}');
    expect(structuredClone(keyring())).toEqual({});
    expect(() => structuredClone(keyring().get('device').signer)).toThrow();
  });

  it('then what a signer answers, or refuses with, holds no secret', async () => {
    const ring = keyring();
    for (const name of NAMES) {
      const { signer } = ring.get(name);
      const outcomes = await Promise.allSettled([
        signer.signMessage(new Uint8Array(3)),
        signer.signMessage(null as never),
        signer.signEntry({ pubkey: signer.publicKey, datakey: new Uint8Array(32), data: new Uint8Array(3), revision: 0n }),
        signer.signEntry({ pubkey: new Uint8Array(32), datakey: new Uint8Array(32), data: new Uint8Array(3), revision: 0n }),
        signer.signExtrinsic?.(new Uint8Array(3)),
        signer.signExtrinsic?.(new Uint8Array(0)),
      ]);
      expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
      expect(leaks(outcomes)).toBe(false);
    }
    ring.wipe();
    const refused = (await Promise.allSettled([ring.get('device').signer.signMessage(new Uint8Array(3))])) as unknown;
    expect(leaks([refused, thrown(() => ring.json()), ring])).toBe(false);
  });

  it('when the methods of a signer are called with another this, then they work as before, and give nothing more', async () => {
    const { signer } = keyring().get('device');
    const stolen = { signMessage: signer.signMessage };
    expect(await stolen.signMessage(new Uint8Array(1))).toEqual(await signer.signMessage(new Uint8Array(1)));
    for (const method of ['json', 'get', 'names', 'wipe', 'createEphemeralSigner'] as const) expect(() => Reflect.apply(Keyring.prototype[method] as () => unknown, Object.create(Keyring.prototype) as object, [])).toThrow(TypeError);
  });
});

describe('threat 3: given errors about secrets', () => {
  const WORDS = 'legal winner thank year wave sausage worth useful legal winner thank yellow';

  it.each([
    ['a word too many', `${WORDS} yellow`],
    ['a word of another list', WORDS.replace('yellow', 'zauberberg')],
    ['a wrong checksum', WORDS.replace('yellow', 'winner')],
    ['another script', WORDS.replace('yellow', 'gélb')],
    ['much too much', `${WORDS} `.repeat(100)],
  ])('when a mnemonic has %s, then no word of it is in the error', (_fault, mnemonic) => {
    expect(inError(thrown(() => mnemonicToKeyData(mnemonic)))).not.toMatch(/legal|winner|thank|sausage|yellow|zauber|gélb/);
    expect(inError(thrown(() => skynetPhraseToKeyData(mnemonic)))).not.toMatch(/legal|winner|thank|sausage|yellow|zauber|gélb/);
  });

  it('when a passphrase, a seed or a path is wrong, then it is not in the error', () => {
    expect(inError(thrown(() => mnemonicToKeyData(WORDS, { passphrase: 'hunter2 \ud800' })))).not.toMatch(/hunter2|winner/);
    expect(inError(thrown(() => mnemonicToKeyData(WORDS, { keys: { a: { type: 'ed25519', path: 'hunter2' } } })))).not.toMatch(/hunter2|winner/);
    expect(inError(thrown(() => skynetPhraseToKeyData(ABBEY.replace('punch', 'zebra'))))).not.toMatch(/abbey|amidst|zebra/);
    expect(inError(thrown(() => kernelSeedToKeyData(hexToBytes('c0ffee'.repeat(10)))))).not.toMatch(/c0ffee|192,255/);
  });

  it('when key data is wrong anywhere, then no secret is in any error or explanation', () => {
    const faults = ['secret', 'public', 'address', 'type', 'origin', 'path', 'extra'] as const;
    for (const name of NAMES) {
      for (const fault of faults) {
        const keyData = writable(KEY_DATA);
        keyData[name][fault] = fault === 'secret' ? `${String(keyData[name]['secret']).slice(0, -1)}Z` : String(keyData[name]['secret']);
        expect(isValidKeyData(keyData)).toBe(false);
        for (const error of [() => takeKeyData(keyData), () => migrateKeyData(keyData), () => new Keyring(keyData as never)].map(thrown)) expect(holdsSecret(inError(error), SECRETS)).toBe(false);
        expect(leaks(explainKeyData(keyData))).toBe(false);
      }
    }
    // A secret where a name should be.
    expect(leaks(explainKeyData({ version: 1, [`0x${secretsIn(KEY_DATA)[0]!.hex}`]: {} }))).toBe(false);
  });

  it('then a mnemonic that is right is nowhere in its key data', () => {
    expect(tracesOf(mnemonicToKeyData(WORDS, { passphrase: 'hunter2' }))).not.toMatch(/legal|winner|sausage|hunter2/);
    expect(holdsSecret(tracesOf(mnemonicToKeyData(WORDS)), [takeMnemonic(WORDS).entropy])).toBe(false);
  });
});
