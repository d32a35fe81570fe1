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

/** Who answers at a URL: two URLs of one origin are one portal's word, not two. */
export const originOf = (url: string): string => new URL(url).origin;

/** The URLs by their origins, both in order. */
export function originsOf(urls: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const origins = new Map<string, string[]>();
  for (const url of urls) origins.set(originOf(url), [...(origins.get(originOf(url)) ?? []), url]);
  return origins;
}
