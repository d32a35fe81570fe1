import type { IncomingMessage } from 'node:http';
import { entryId, type CheckedEntry } from '../registry/index.ts';
import { answerBody, readWrite } from '../registry/wire/index.ts';
import { refused, type Answer } from './answer.ts';
import { readBody } from './body.ts';
import type { Resource } from './exchange.ts';
import type { Intake } from './intake.ts';
import type { PortalLimits } from './limits.ts';
import { PRECONDITIONS_HEADER, PRECONDITIONS_OFFERED, readPrecondition } from './preconditions.ts';
import { JSON_TYPE, type Refusal } from './refusal.ts';
import { readQuery } from './registry-query.ts';
import { entryTag, holds, type EntryStore, type Precondition } from './store/entry-store.ts';

export interface RegistryContext {
  readonly store: EntryStore;
  readonly intake: Intake;
  readonly limits: Pick<PortalLimits, 'bodyBytes' | 'requestTimeout'>;
}

/** Reads and writes of entries (portal protocol, section 1). */
export function registryResource({ store, intake, limits }: RegistryContext): Resource {
  async function read(request: IncomingMessage): Promise<Answer> {
    const query = readQuery(searchOf(request));
    if ('refusal' in query) return refused({ status: 400, message: query.refusal });
    const precondition = readPrecondition(request.headers);
    if (precondition === 'malformed') return refused(MALFORMED_PRECONDITION);
    const entry = await store.get(entryId(query.key));
    const conditional = precondition && conditionalAnswer(precondition, entry);
    if (conditional !== undefined) return conditional;
    if (entry === undefined) return NOT_FOUND;
    return { status: 200, fields: { 'content-type': JSON_TYPE, etag: `"${entryTag(entry)}"` }, body: answerBody(entry) };
  }

  async function write(request: IncomingMessage): Promise<Answer> {
    const precondition = readPrecondition(request.headers);
    if (precondition === 'malformed') return refused(MALFORMED_PRECONDITION);
    // The content type is not looked at: skynet-js says it sends a form.
    const body = await readBody(request, limits.bodyBytes, limits.requestTimeout);
    if ('refusal' in body) return refused(body.refusal);
    const asked = readWrite(body.text);
    if ('refusal' in asked) return refused({ status: 400, message: asked.refusal });
    const refusal = await intake.put(asked.entry, precondition, readKey(request));
    return refusal === undefined ? WRITTEN : refused(refusal);
  }

  return {
    fields: { [PRECONDITIONS_HEADER.toLowerCase()]: PRECONDITIONS_OFFERED, 'cache-control': 'no-store' },
    methods: new Map([
      ['GET', read],
      ['POST', write],
    ]),
  };
}

const WRITTEN: Answer = { status: 204, fields: {}, body: undefined };
const NOT_FOUND = refused({ status: 404, message: 'unable to read from the registry: registry entry not found' });
const MALFORMED_PRECONDITION: Refusal = { status: 400, message: 'If-Match and If-None-Match take "*" or a list of entity tags' };

/** RFC 9110, section 13.2.2: `If-Match` is looked at first; then a read whose `If-None-Match` names the current entry has nothing new to say. */
function conditionalAnswer({ match, noneMatch }: Precondition, entry: CheckedEntry | undefined): Answer | undefined {
  if (match !== undefined && !holds({ match }, entry)) return refused({ status: 412, message: 'precondition failed' });
  if (noneMatch === undefined || entry === undefined || holds({ noneMatch }, entry)) return undefined;
  return { status: 304, fields: { etag: `"${entryTag(entry)}"` }, body: undefined };
}

/** The key of one write (`Idempotency-Key`, an Internet draft); what is too long to be remembered is none. */
function readKey({ headers }: IncomingMessage): string | undefined {
  const key = headers['idempotency-key'];
  return typeof key === 'string' && key.length <= 64 ? key : undefined;
}

/** The query as it was sent: decoding is a matter of its own. */
function searchOf({ url = '' }: IncomingMessage): string {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at + 1);
}
