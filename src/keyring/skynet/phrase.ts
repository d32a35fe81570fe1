import { sha512 } from '@noble/hashes/sha2.js';
import { invalidInput } from '../../error.ts';
import type { Bytes } from '../../registry/bytes.ts';
import { takeWords } from '../text.ts';
import { numberOf } from './dictionary.ts';

const WORDS = 15;
export const SEED_WORDS = 13;
export const SEED_BYTES = 16;
/** Bits of a word of the seed, by its place. */
export const widthOf = (place: number): number => (place === SEED_WORDS - 1 ? 8 : 10);

/**
 * Takes a seed phrase of Skynet: 13 words of a 16-byte seed (ten bits each, of the last one eight) and two of a checksum, the first 20 bits
 * of the seed's SHA-512. Of a word only its first three letters are read. A phrase that other software takes for the same seed,
 * with words after the 15th or a 13th beyond 255, is refused: one seed has one phrase.
 * @returns 16 bytes. Whoever asked wipes them
 * @throws RegistryError `INVALID_INPUT` telling the fault and the place of the word, never the word
 */
export function takeSkynetPhrase(value: unknown, field = 'phrase'): Bytes {
  const words = takeWords(value, field);
  if (words.length !== WORDS) throw invalidInput(field, `${WORDS} words`);
  const numbers = words.map((word, i) => {
    const number = numberOf(word);
    if (number === undefined) throw invalidInput(field, `words of Skynet's dictionary; word ${i + 1} is not in it`);
    return number;
  });
  if ((numbers[SEED_WORDS - 1] ?? 0) > 255) throw invalidInput(field, `a phrase whose word ${SEED_WORDS} is among the first 256 of Skynet's dictionary`);
  const seed = seedOf(numbers);
  const hash = sha512(seed);
  const [first = 0, second = 0, third = 0] = hash;
  hash.fill(0);
  const isRight = numbers[SEED_WORDS] === ((first << 2) | (second >> 6)) && numbers[SEED_WORDS + 1] === (((second & 63) << 4) | (third >> 4));
  numbers.fill(0);
  if (isRight) return seed;
  seed.fill(0);
  throw invalidInput(field, 'words whose checksum is right: one of them is another, or two are swapped');
}

/** The seed of twelve numbers of ten bits and one of eight, the first bit the highest. What follows them is not read. */
export function seedOf(numbers: readonly number[]): Bytes {
  const seed = new Uint8Array(SEED_BYTES);
  let bits = 0;
  let count = 0;
  let at = 0;
  for (const [i, number] of numbers.slice(0, SEED_WORDS).entries()) {
    const width = widthOf(i);
    bits = (bits << width) | number;
    count += width;
    for (; count >= 8; count -= 8) seed[at++] = (bits >> (count - 8)) & 0xff;
    bits &= (1 << count) - 1;
  }
  return seed;
}
