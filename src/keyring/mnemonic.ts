import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { invalidInput } from '../error.ts';
import type { Bytes } from '../registry/bytes.ts';
import { randomSecret } from './random.ts';
import { takeText, takeWords } from './text.ts';

/** Bits of entropy: 12, 15, 18, 21 or 24 words. */
export type MnemonicStrength = 128 | 160 | 192 | 224 | 256;

const STRENGTHS: ReadonlySet<unknown> = new Set<MnemonicStrength>([128, 160, 192, 224, 256]);
const COUNTS: ReadonlySet<number> = new Set([12, 15, 18, 21, 24]);
const ENGLISH: ReadonlySet<string> = /* @__PURE__ */ new Set(wordlist);

/** Longer than anybody types. */
const MAX_PASSPHRASE_LENGTH = 1024;

/**
 * A new mnemonic (BIP-39, English).
 * @throws RegistryError `INVALID_INPUT`; `UNSUPPORTED` where the platform's random number generator is broken
 */
export function generateMnemonic(strength: MnemonicStrength = 128): string {
  if (!STRENGTHS.has(strength)) throw invalidInput('strength', '128, 160, 192, 224 or 256');
  const entropy = randomSecret(strength / 8);
  try {
    return entropyToMnemonic(entropy, wordlist);
  } finally {
    entropy.fill(0);
  }
}

/** A mnemonic whose words and checksum were checked. */
export interface Mnemonic {
  /** The words as BIP-39 has them, one space between two. */
  readonly sentence: string;
  /** 16 to 32 bytes. Whoever asked wipes it. */
  readonly entropy: Bytes;
}

/**
 * Takes an English mnemonic (BIP-39), as people type it.
 * @throws RegistryError `INVALID_INPUT` telling the fault and the place of the word, never the word
 */
export function takeMnemonic(value: unknown, field = 'mnemonic'): Mnemonic {
  const words = takeWords(value, field);
  if (!COUNTS.has(words.length)) throw invalidInput(field, '12, 15, 18, 21 or 24 words');
  const foreign = words.findIndex((word) => !/^[a-z]+$/.test(word));
  if (foreign !== -1) throw invalidInput(field, `English words, of letters from a to z; word ${foreign + 1} is not`);
  const unknown = words.findIndex((word) => !ENGLISH.has(word));
  if (unknown !== -1) throw invalidInput(field, `words of the English list of BIP-39; word ${unknown + 1} is not on it`);
  const sentence = words.join(' ');
  const entropy = checkedEntropy(sentence);
  if (entropy === undefined) throw invalidInput(field, 'words whose checksum is right: one of them is another, or two are swapped');
  return { sentence, entropy };
}

/** Undefined if the checksum is wrong. What the library throws may quote the words. */
function checkedEntropy(sentence: string): Bytes | undefined {
  try {
    return mnemonicToEntropy(sentence, wordlist);
  } catch {
    return undefined;
  }
}

/** @throws RegistryError `INVALID_INPUT`, which never quotes it */
export const takePassphrase = (value: unknown, field: string): string => (value === undefined ? '' : takeText(value, field, MAX_PASSPHRASE_LENGTH));

/**
 * The 64-byte seed of a mnemonic in any language (BIP-39, "From mnemonic to seed"). Neither words nor checksum are looked at.
 */
export const mnemonicToSeed = (sentence: string, passphrase: string): Bytes => stretch(utf8(sentence.normalize('NFKD')), `mnemonic${passphrase.normalize('NFKD')}`, 64);

/**
 * The 32-byte secret at the root of Substrate's keys, stretched of the entropy, not of the words (substrate-bip39). The
 * passphrase is normalized as @polkadot/keyring does, which is not as BIP-39 has it: it is the same only without accents.
 */
export const entropyToMiniSecret = (entropy: Bytes, passphrase: string): Bytes => stretch(entropy.slice(), `mnemonic${passphrase.normalize('NFC')}`, 32);

/** PBKDF2-HMAC-SHA-512 in 2048 rounds. Wipes the password. */
function stretch(password: Bytes, salt: string, dkLen: 32 | 64): Bytes {
  const salted = utf8(salt);
  try {
    return pbkdf2(sha512, password, salted, { c: 2048, dkLen });
  } finally {
    password.fill(0);
    salted.fill(0);
  }
}

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
