import { invalidInput } from './error.ts';

/** The longest that a timer waits, in milliseconds: one of more fires at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Takes an options object, whose every key must be known. None at all is one without options.
 * @throws RegistryError `INVALID_INPUT`
 */
export function takeRecord<K extends string>(value: unknown, field: string, keys: readonly K[]): Partial<Record<K, unknown>> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidInput(field, 'an object');
  const unknown = Object.keys(value).find((key) => !(keys as readonly string[]).includes(key));
  // What is no misspelt option is not quoted: it may be a secret that was put in the wrong place.
  if (unknown !== undefined) throw invalidInput(`${field}.${/^[a-z]{1,24}$/i.test(unknown) ? unknown : '?'}`, `left out; the options are ${keys.join(', ')}`);
  return value;
}

/** Whether it can be sent as an API key: visible ASCII, which fits into a header as it is (RFC 9110, section 5.5). */
export const isApiKey = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);

/** Whether it is an object, or an instance of a class, that has all of these methods. */
export const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
