import { invalidInput } from '../error.ts';

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Takes text that has an encoding in UTF-8.
 * @param most its length in UTF-16 units, looked at before anything else is
 * @throws RegistryError `INVALID_INPUT`, which never quotes the text
 */
export function takeText(value: unknown, field: string, most: number): string {
  if (typeof value !== 'string' || value.length > most || LONE_SURROGATE.test(value)) throw invalidInput(field, `well-formed text of at most ${most} characters`);
  return value;
}

/** More than the longest phrase, generously spaced, needs. */
const MAX_PHRASE_LENGTH = 1024;

/**
 * Takes a phrase of words as people type it, on telephones too: compatibility forms decomposed (NFKD), lower-cased, any white space
 * between words.
 * @throws RegistryError `INVALID_INPUT`, which never quotes the phrase
 */
export function takeWords(value: unknown, field: string): readonly string[] {
  const phrase = takeText(value, field, MAX_PHRASE_LENGTH).normalize('NFKD').toLowerCase().trim();
  return phrase === '' ? [] : phrase.split(/\s+/u);
}
