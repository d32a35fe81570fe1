import { bytesToHex } from '@noble/hashes/utils.js';
import { invalidInput, RegistryError } from '../error.ts';
import { takeBytes, type Bytes } from '../registry/bytes.ts';
import { algorithmOf } from './algorithm/index.ts';
import type { Root } from './derivation/index.ts';
import type { Key, KeyData } from './key-data.ts';
import { keyDataOf } from './key-data-faults.ts';
import { publicParts } from './key-faults.ts';
import { takeKeySpecs, type CheckedSpec, type KeySpecs } from './key-specs.ts';
import { entropyToMiniSecret, mnemonicToSeed, takeMnemonic, takePassphrase } from './mnemonic.ts';
import { readPlainData } from './plain-data.ts';
import { cachedRoot, type CachedRoot } from './root.ts';
import { skynetRoot, takeSkynetPhrase } from './skynet/index.ts';

export interface KeysOptions {
  /** In place of {@link DEFAULT_KEYS}; at least one. */
  readonly keys?: KeySpecs | undefined;
}

export interface MnemonicOptions extends KeysOptions {
  /** Of BIP-39: another one gives other keys, and none is wrong. At most 1024 characters. */
  readonly passphrase?: string | undefined;
}

/**
 * The keys of a mnemonic (BIP-39, English): the derived ones the same each time, those of the device new each time. White space and
 * capitals do not matter. Persist what it returns before a key of the device is used: nothing brings that back.
 * @throws RegistryError `INVALID_INPUT`, which never quotes a word; `UNSUPPORTED` where the platform's random number generator is broken
 */
export function mnemonicToKeyData(mnemonic: string, options?: MnemonicOptions): KeyData {
  const given = takeOptions(options, ['passphrase', 'keys']);
  const passphrase = takePassphrase(given.get('passphrase'), 'options.passphrase');
  const specs = takeKeySpecs(given.get('keys'), 'options.keys');
  const { sentence, entropy } = takeMnemonic(mnemonic);
  return keysOf(specs, cachedRoot({ seed: () => mnemonicToSeed(sentence, passphrase), miniSecret: () => entropyToMiniSecret(entropy, passphrase) }, entropy));
}

/**
 * The keys of a Skynet seed phrase, 15 words, as {@link mnemonicToKeyData} has those of a mnemonic.
 * @throws RegistryError `INVALID_INPUT`, which never quotes a word; `UNSUPPORTED`
 */
export function skynetPhraseToKeyData(phrase: string, options?: KeysOptions): KeyData {
  const specs = takeKeySpecs(takeOptions(options, ['keys']).get('keys'), 'options.keys');
  return keysOf(specs, skynetRoot(takeSkynetPhrase(phrase)));
}

/**
 * The keys of the seed that a kernel presents to its root module: those of its phrase.
 * @param seed 16 bytes
 * @throws RegistryError `INVALID_INPUT`, `UNSUPPORTED`
 */
export function kernelSeedToKeyData(seed: Uint8Array, options?: KeysOptions): KeyData {
  const specs = takeKeySpecs(takeOptions(options, ['keys']).get('keys'), 'options.keys');
  return keysOf(specs, skynetRoot(takeBytes(seed, 'seed', 16)));
}

function takeOptions(value: unknown, names: readonly string[]): ReadonlyMap<string, unknown> {
  if (value === undefined) return new Map();
  const options = readPlainData(value, names.length);
  if (options === undefined || [...options.keys()].some((name) => !names.includes(name))) throw invalidInput('options', `a plain object of ${names.join(' and ')}`);
  return options;
}

/** Makes every key. The root ends here. */
function keysOf(specs: ReadonlyMap<string, CheckedSpec>, root: CachedRoot): KeyData {
  try {
    const keys = new Map<string, Key>();
    const named = new Set<string>();
    for (const [name, spec] of specs) {
      const key = keyOf(spec, root);
      if (named.has(key.public)) throw invalidInput(`options.keys.${name}.path`, 'one that leads to another key than the others do');
      named.add(key.public);
      keys.set(name, key);
    }
    return keyDataOf(keys);
  } finally {
    root.wipe();
  }
}

function keyOf(spec: CheckedSpec, root: Root): Key {
  const secret: Bytes = spec.path === undefined ? algorithmOf(spec.type).generate() : spec.derive(root);
  const publicKey = algorithmOf(spec.type).publicKeyOf(secret);
  const hex = `0x${bytesToHex(secret)}`;
  secret.fill(0);
  if (publicKey === undefined) throw new RegistryError('UNSUPPORTED', 'no key is there at this path'); // once in 2^127 paths
  const parts = { type: spec.type, secret: hex, ...publicParts(spec.type, publicKey) };
  return Object.freeze(spec.path === undefined ? { ...parts, origin: 'device' as const } : { ...parts, path: spec.path, origin: 'derived' as const });
}
