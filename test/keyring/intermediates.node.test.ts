import type * as Hkdf from '@noble/hashes/hkdf.js';
import type * as Hmac from '@noble/hashes/hmac.js';
import type * as Pbkdf2 from '@noble/hashes/pbkdf2.js';
import type * as Sha2 from '@noble/hashes/sha2.js';
import type * as Bip32 from '@scure/bip32';
import type * as Bip39 from '@scure/bip39';
import type * as Sr25519 from '@scure/sr25519';
import type * as Text from '../../src/keyring/text.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { generateMnemonic, Keyring, kernelSeedToKeyData, mnemonicToKeyData, skynetPhraseToKeyData } from '../../src/keyring/index.ts';
import { ABANDON, coded } from './fixture.ts';
import { SKYNET_VECTORS } from './vectors/skynet.ts';

/** What the libraries gave, or were given, that is secret: the very memory. */
const secrets = vi.hoisted((): { readonly from: string; readonly bytes: ArrayLike<number> }[] => []);
const nodes = vi.hoisted((): { readonly privateKey: Uint8Array | null; readonly chainCode: Uint8Array | null }[] => []);

const SKYNET_SEED_BYTES = vi.hoisted(() => 16);

/** A function whose result is noted. */
const noted = vi.hoisted(() => <F extends (...args: never[]) => ArrayLike<number>>(from: string, call: F): F =>
  Object.assign((...args: Parameters<F>) => {
    const bytes = call(...args);
    secrets.push({ from, bytes });
    return bytes;
  }, call));

vi.mock('@noble/hashes/hmac.js', async (original) => {
  const { hmac } = await original<typeof Hmac>();
  return {
    hmac: (...args: Parameters<typeof hmac>) => {
      secrets.push({ from: 'message of hmac', bytes: args[2] });
      return noted('hmac', hmac)(...args);
    },
  };
});
vi.mock('@noble/hashes/pbkdf2.js', async (original) => {
  const { pbkdf2 } = await original<typeof Pbkdf2>();
  return {
    pbkdf2: (...args: Parameters<typeof pbkdf2>) => {
      for (const bytes of [args[1], args[2]]) secrets.push({ from: 'input of pbkdf2', bytes: bytes as Uint8Array });
      return noted('pbkdf2', pbkdf2)(...args);
    },
  };
});
vi.mock('@noble/hashes/hkdf.js', async (original) => {
  const { hkdf } = await original<typeof Hkdf>();
  return { hkdf: noted('hkdf', hkdf) };
});
vi.mock('@noble/hashes/sha2.js', async (original) => {
  const library = await original<typeof Sha2>();
  const hash = (message: Uint8Array): Uint8Array => {
    if (message.length !== SKYNET_SEED_BYTES) return library.sha512(message);
    secrets.push({ from: 'input of sha512', bytes: message });
    return noted('sha512', library.sha512)(message);
  };
  return { ...library, sha512: Object.assign(hash, library.sha512) };
});
vi.mock('../../src/keyring/text.ts', async (original) => {
  const { takeWords, ...library } = await original<typeof Text>();
  return {
    ...library,
    takeWords: (...args: Parameters<typeof takeWords>) => {
      const words = takeWords(...args);
      return Object.defineProperty(words, 'map', { value: noted('numbers of words', words.map.bind(words) as (...of: never[]) => number[]) });
    },
  };
});
vi.mock('@scure/bip39', async (original) => {
  const library = await original<typeof Bip39>();
  return {
    mnemonicToEntropy: noted('mnemonicToEntropy', library.mnemonicToEntropy),
    entropyToMnemonic: (...args: Parameters<typeof library.entropyToMnemonic>) => {
      secrets.push({ from: 'input of entropyToMnemonic', bytes: args[0] });
      return library.entropyToMnemonic(...args);
    },
  };
});
vi.mock('@scure/bip32', async (original) => {
  const { HDKey } = await original<typeof Bip32>();
  const kept = Symbol('noted');
  class Noted extends HDKey {
    [kept] = nodes.push(this);
    static override fromMasterSeed(seed: Uint8Array) {
      const node = HDKey.fromMasterSeed(seed);
      return new Noted({ privateKey: node.privateKey!, chainCode: node.chainCode! });
    }
    override deriveChild(index: number) {
      const { privateKey, chainCode, depth, parentFingerprint } = super.deriveChild(index);
      return new Noted({ privateKey: privateKey!, chainCode: chainCode!, depth, index, parentFingerprint });
    }
  }
  return { HDKey: Noted };
});
vi.mock('@scure/sr25519', async (original) => {
  const library = await original<typeof Sr25519>();
  const { secretHard, secretSoft, publicSoft } = library.HDKD;
  return {
    ...library,
    sign: (...args: Parameters<typeof library.sign>) => {
      secrets.push({ from: 'randomness of sign', bytes: args[2] ?? expect.unreachable() });
      return library.sign(...args);
    },
    secretFromSeed: (seed: Uint8Array) => {
      secrets.push({ from: 'input of secretFromSeed', bytes: seed });
      return noted('secretFromSeed', library.secretFromSeed)(seed);
    },
    HDKD: { publicSoft, secretHard: noted('secretHard', secretHard), secretSoft: noted('secretSoft', secretSoft) },
  };
});

const KEYS = {
  a: { type: 'ed25519', path: "m/0'/1'/2'" },
  b: { type: 'secp256k1', path: "m/0'/1/2'" },
  c: { type: 'sr25519', path: '//hard/soft//hard' },
  d: { type: 'sr25519', origin: 'device' },
  e: { type: 'ed25519', origin: 'device' },
} as const;

beforeEach(() => {
  secrets.length = 0;
  nodes.length = 0;
});

const left = (): readonly string[] => secrets.filter(({ bytes }) => Array.from(bytes).some((byte) => byte !== 0)).map(({ from }) => from);

describe('given keys that are made', () => {
  it('when they are of a mnemonic, then every intermediate is zeros afterwards', () => {
    mnemonicToKeyData(ABANDON, { passphrase: 'TREZOR', keys: KEYS });
    expect(new Set(secrets.map(({ from }) => from))).toEqual(new Set(['mnemonicToEntropy', 'input of pbkdf2', 'pbkdf2', 'message of hmac', 'hmac', 'input of secretFromSeed', 'secretFromSeed', 'secretHard', 'secretSoft']));
    expect(left()).toEqual([]);
    expect(nodes.length).toBe(4);
    for (const { privateKey, chainCode } of nodes) expect([privateKey, chainCode]).toEqual([null, new Uint8Array(32)]);
  });

  it('when they are of a Skynet seed, then every intermediate is zeros afterwards', () => {
    kernelSeedToKeyData(new Uint8Array(16), { keys: KEYS });
    expect(secrets.map(({ from }) => from)).toEqual(expect.arrayContaining(['hkdf', 'hmac', 'secretHard']));
    expect(left()).toEqual([]);
  });

  it('when they are of a Skynet phrase, right or not, then the numbers of its words are zeros afterwards, and so is all that follows', () => {
    const { phrase } = SKYNET_VECTORS.find(({ seed }) => seed.startsWith('0001')) ?? expect.unreachable();
    skynetPhraseToKeyData(phrase, { keys: KEYS });
    expect(() => skynetPhraseToKeyData(phrase.replace('match', 'abbey'), { keys: KEYS })).toThrow(coded('INVALID_INPUT', 'phrase'));
    for (const from of ['numbers of words', 'input of sha512', 'sha512']) expect(secrets.filter((secret) => secret.from === from)).toHaveLength(2);
    expect(left()).toEqual([]);
  });

  it('when one is refused, then every intermediate is zeros all the same', () => {
    const twice = { ...KEYS, again: KEYS.a };
    expect(() => mnemonicToKeyData(ABANDON, { keys: twice })).toThrow();
    expect(secrets.length).toBeGreaterThan(5);
    expect(left()).toEqual([]);
  });

  it('when a mnemonic is, then its entropy is zeros afterwards', () => {
    generateMnemonic();
    expect(secrets).toHaveLength(1);
    expect(left()).toEqual([]);
  });

  it('when they are ephemeral, then the seed of an sr25519 one is nowhere, and its secret lasts until its use', async () => {
    const signer = new Keyring(mnemonicToKeyData(ABANDON, { keys: { e: KEYS.e } })).createEphemeralSigner('sr25519');
    expect(left()).toEqual(['secretFromSeed']);
    await signer.signMessage(new Uint8Array(3));
    expect(left()).toEqual([]);
  });
});

it('given a message that sr25519 signed, then the randomness of the signature is zeros', async () => {
  const { signer } = new Keyring(mnemonicToKeyData(ABANDON, { keys: { d: KEYS.d } })).get('d');
  secrets.length = 0;
  await signer.signMessage(new Uint8Array(3));
  expect(secrets.map(({ from }) => from)).toEqual(['randomness of sign']);
  expect(left()).toEqual([]);
});
