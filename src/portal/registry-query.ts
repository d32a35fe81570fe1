import type { EntryKey } from '../registry/index.ts';
import { bytesFromHex, pubkeyFrom } from '../registry/wire/index.ts';

/** What a read asks for, or the text with which skyd refuses it (`registryHandlerGET`), checked in its order. */
export function readQuery(search: string): { readonly key: EntryKey } | { readonly refusal: string } {
  if (!isDecodable(search)) return { refusal: 'failed to parse query params' };
  const query = new URLSearchParams(search);
  const publickey = query.get('publickey') ?? '';
  if (!publickey.includes(':')) return { refusal: 'Unable to parse publickey param: LoadString failed due to missing specifier' };
  const pubkey = pubkeyFrom(publickey);
  if (pubkey === undefined) return { refusal: 'Unable to parse publickey param: not an ed25519 key of 32 bytes' };
  const hash = query.get('datakey') ?? '';
  if (hash.length !== 64) return { refusal: 'Unable to decode dataKey param: encoded value has the wrong length to be a hash' };
  const datakey = bytesFromHex(hash, 32);
  if (datakey === undefined) return { refusal: 'Unable to decode dataKey param: could not decode hash' };
  const refusal = timeoutRefusal(query.get('timeout') ?? '');
  return refusal === undefined ? { key: { pubkey, datakey } } : { refusal };
}

/** What Go's `url.ParseQuery` takes: no stray percent sign, no semicolon. */
const isDecodable = (search: string): boolean => !/%(?![0-9a-f]{2})|;/i.test(search);

const MOST_SECONDS = 300;

/** The timeout is checked and then of no use: this portal knows at once what it has. */
function timeoutRefusal(timeout: string): string | undefined {
  if (timeout === '') return undefined;
  if (!/^[+-]?\d{1,18}$/.test(timeout)) return "unable to parse 'timeout' parameter: not a whole number of seconds";
  const seconds = Number(timeout);
  if (seconds === 0) return "can't specify a zero timeout";
  if (seconds < 0) return "unable to parse 'timeout' parameter: less than zero";
  return seconds > MOST_SECONDS ? "'timeout' parameter too high, maximum allowed timeout is 5m0s" : undefined;
}
