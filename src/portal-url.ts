import { invalidInput } from './error.ts';

/**
 * A portal's URL in one spelling: no slash at its end, so that paths can be appended.
 * @throws RegistryError `INVALID_INPUT`; the message does not quote the URL, which might hold a password
 */
export function takePortalUrl(value: unknown, field: string): string {
  const expected = 'an http: or https: URL without user, query or fragment';
  if (typeof value !== 'string' || !URL.canParse(value)) throw invalidInput(field, expected);
  const { protocol, username, password, search, hash, origin, pathname } = new URL(value);
  const isPlain = /^https?:$/.test(protocol) && username + password + search + hash === '';
  if (!isPlain) throw invalidInput(field, expected);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
