import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { cors } from 'hono/cors';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { entryId, type CheckedEntry } from '../registry/index.ts';
import { answerBody, readWrite, REGISTRY_PATH, refusalBody, SUBSCRIPTION_PATH } from '../registry/wire/index.ts';
import type { Access } from './access.ts';
import { readBody } from './body.ts';
import { CROSS_ORIGIN } from './headers.ts';
import type { Intake } from './intake.ts';
import type { PortalLimits } from './limits.ts';
import { PRECONDITIONS_HEADER, PRECONDITIONS_OFFERED, readPrecondition } from './preconditions.ts';
import type { RateLimit } from './rate.ts';
import { JSON_TYPE, tooManyRequests, UNAUTHORIZED, type Refusal } from './refusal.ts';
import { readQuery } from './registry-query.ts';
import type { Counters } from './stats.ts';
import { entryTag, holds, type EntryStore, type Precondition } from './store/entry-store.ts';

export interface AppContext {
  readonly store: EntryStore;
  readonly intake: Intake;
  readonly access: Access;
  readonly rate: RateLimit;
  readonly limits: PortalLimits;
  readonly counters: Counters;
  /** Headers of every answer. */
  readonly identity: Readonly<Record<string, string>>;
  /** Whether connections should end with their next answer. */
  readonly isClosing: () => boolean;
}

type RequestContext = Context<{ Bindings: HttpBindings }>;

/** The HTTP face of a portal (portal protocol, section 1). */
export function portalApp({ store, intake, access, rate, limits, counters, identity, isClosing }: AppContext): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(identity)) c.header(name, value);
    await next();
    // Asked after the answer is made: the portal may have begun to close meanwhile.
    if (isClosing()) c.header('Connection', 'close');
    counters.answered(c.res.status);
  });
  app.use(
    cors({
      origin: (origin) => origin,
      credentials: true,
      allowMethods: [...CROSS_ORIGIN.methods],
      allowHeaders: [...CROSS_ORIGIN.allowed],
      exposeHeaders: [...CROSS_ORIGIN.exposed],
      maxAge: CROSS_ORIGIN.maxAgeSeconds,
    }),
  );
  app.use(async (c, next) => {
    // Before the key is looked at: guessing keys has its rate too.
    const seconds = await rate.secondsToWait(c.env.incoming);
    if (seconds !== undefined) return refuse(c, tooManyRequests(seconds));
    if (!access.allows(c.env.incoming.headers)) return refuse(c, UNAUTHORIZED);
    return await next();
  });
  app.use(REGISTRY_PATH, async (c, next) => {
    c.header(PRECONDITIONS_HEADER, PRECONDITIONS_OFFERED);
    c.header('Cache-Control', 'no-store');
    await next();
  });

  app.get(REGISTRY_PATH, async (c) => {
    const query = readQuery(searchOf(c));
    if ('refusal' in query) return refuse(c, { status: 400, message: query.refusal });
    const precondition = readPrecondition(c.env.incoming.headers);
    if (precondition === 'malformed') return refuse(c, MALFORMED_PRECONDITION);
    const entry = await store.get(entryId(query.key));
    const conditional = precondition && conditionalAnswer(c, precondition, entry);
    if (conditional !== undefined) return conditional;
    if (entry === undefined) return refuse(c, NOT_FOUND);
    return c.body(answerBody(entry), 200, { 'Content-Type': JSON_TYPE, ETag: `"${entryTag(entry)}"` });
  });

  app.post(REGISTRY_PATH, async (c) => {
    const precondition = readPrecondition(c.env.incoming.headers);
    if (precondition === 'malformed') return refuse(c, MALFORMED_PRECONDITION);
    // The content type is not looked at: skynet-js says it sends a form.
    const body = await readBody(c.env.incoming, limits.bodyBytes);
    if ('refusal' in body) return refuse(c, body.refusal);
    const write = readWrite(body.text);
    if ('refusal' in write) return refuse(c, { status: 400, message: write.refusal });
    const refusal = await intake.put(write.entry, precondition);
    return refusal === undefined ? c.body(null, 204) : refuse(c, refusal);
  });

  app.get(SUBSCRIPTION_PATH, (c) => refuse(c, { status: 400, message: 'websocket: the client is not using the websocket protocol' }));
  app.notFound((c) => refuse(c, { status: 404, message: 'there is nothing here' }));
  // Whatever it was, it says nothing to strangers; a store that fails is the one thing to be expected.
  app.onError((_, c) => refuse(c, { status: 500, message: 'the portal failed' }));
  return app;
}

const NOT_FOUND: Refusal = { status: 404, message: 'unable to read from the registry: registry entry not found' };
const MALFORMED_PRECONDITION: Refusal = { status: 400, message: 'If-Match and If-None-Match take "*" or a list of entity tags' };

function refuse(c: RequestContext, { status, message, headers }: Refusal): Response {
  return c.body(refusalBody(message), status as ContentfulStatusCode, { ...headers, 'Content-Type': JSON_TYPE });
}

/** RFC 9110, section 13.2.2: `If-Match` is looked at first; then a read whose `If-None-Match` names the current entry has nothing new to say. */
function conditionalAnswer(c: RequestContext, { match, noneMatch }: Precondition, entry: CheckedEntry | undefined): Response | undefined {
  if (match !== undefined && !holds({ match }, entry)) return refuse(c, { status: 412, message: 'precondition failed' });
  if (noneMatch === undefined || entry === undefined || holds({ noneMatch }, entry)) return undefined;
  return c.body(null, 304, { ETag: `"${entryTag(entry)}"` });
}

/** The query as it was sent: decoding is a matter of its own. */
function searchOf(c: RequestContext): string {
  const url = c.env.incoming.url ?? '';
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at + 1);
}
