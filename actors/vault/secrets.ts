import { invalidInput } from '../../src/error.ts';
import type { Bytes } from '../../src/registry/bytes.ts';

const MOST_CHARACTERS = 1_024;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * A password as the bytes that are stretched: NFKC, so that it is the same from every keyboard, in UTF-8. Whoever takes them wipes them.
 * @throws RegistryError `INVALID_INPUT`; the message tells nothing of the password
 */
export function takePassword(value: unknown, field: string): Bytes {
  if (typeof value !== 'string' || value === '' || value.length > MOST_CHARACTERS || LONE_SURROGATE.test(value)) {
    throw invalidInput(field, `a string of 1 to ${MOST_CHARACTERS} characters`);
  }
  return new TextEncoder().encode(value.normalize('NFKC'));
}
