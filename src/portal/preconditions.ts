import type { IncomingHttpHeaders } from 'node:http';
import type { Precondition } from './store/entry-store.ts';

/** The header by which a portal says that its writes can be made conditional, and its value. */
export const PRECONDITIONS_HEADER = 'Registry-Preconditions';
export const PRECONDITIONS_OFFERED = 'If-Match, If-None-Match';

/**
 * The preconditions of a request (RFC 9110, section 13.1); undefined if there are none, `malformed` if they cannot be read: to
 * take a write without the condition its writer set would lose an update.
 */
export function readPrecondition(headers: IncomingHttpHeaders): Precondition | undefined | 'malformed' {
  const ifMatch = readTags(headers['if-match'], 'strong');
  const ifNoneMatch = readTags(headers['if-none-match'], 'weak');
  if (ifMatch === 'malformed' || ifNoneMatch === 'malformed') return 'malformed';
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined;
  return { ...(ifMatch && { match: ifMatch }), ...(ifNoneMatch && { noneMatch: ifNoneMatch }) };
}

/** RFC 9110, section 8.8.3: a tag in quotes, `W/` before a weak one. */
const TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/;
/** An element of a list, up to its comma; a tag may hold commas. Each character can match in one way only, so it takes linear time. */
const ELEMENT = /((?:[^,"]|"[^"]*")*)(,|$)/y;

/** `If-Match` compares strongly, so a weak tag in it matches nothing; `If-None-Match` compares weakly. */
function readTags(header: string | undefined, comparison: 'strong' | 'weak'): '*' | string[] | undefined | 'malformed' {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const elements = splitList(header)?.filter((element) => element !== '');
  if (elements === undefined || elements.length === 0) return 'malformed';
  const tags: string[] = [];
  for (const element of elements) {
    const [matched, weak, tag] = TAG.exec(element) ?? [];
    if (matched === undefined || tag === undefined) return 'malformed';
    if (weak === undefined || comparison === 'weak') tags.push(tag);
  }
  return tags;
}

function splitList(header: string): string[] | undefined {
  const elements: string[] = [];
  for (ELEMENT.lastIndex = 0; ; ) {
    const [, element = '', end] = ELEMENT.exec(header) ?? [];
    if (end === undefined) return undefined;
    elements.push(element.trim());
    if (end === '') return elements;
  }
}
