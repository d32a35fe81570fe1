import type { IncomingMessage } from 'node:http';
import { parseSkylink, type Skylink } from '../../skylink/index.ts';
import { readOr400, RefusedRequest } from './refusals.ts';

/** The path of a request as it was sent, and its query. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
  /** With its question mark; nothing where there is none. */
  readonly search: string;
}

/** Reads the target of a request, an absolute one too. @throws RefusedRequest */
export function targetOf({ url = '' }: IncomingMessage): Target {
  // Not by a base: two slashes at the beginning would be a host.
  const absolute = url.startsWith('/') ? `http://portal${url}` : url;
  if (!URL.canParse(absolute)) throw new RefusedRequest(400, 'this is not a request');
  const { pathname, searchParams, search } = new URL(absolute);
  return { path: pathname, query: searchParams, search };
}

/** The link that stands in a path after `before`, up to the next slash; then what follows, decoded, with its slash. */
export function linkIn(path: string, before: string): { readonly text: string; readonly link: Skylink; readonly rest: string } {
  const [text = '', ...names] = path.slice(before.length).split('/');
  const link = readOr400('failed to parse skylink', () => parseSkylink(text));
  return { text, link, rest: names.length === 0 ? '' : decoded(`/${names.join('/')}`) };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RefusedRequest(400, 'failed to parse the path: it is not encoded as UTF-8 and percent signs');
  }
}
