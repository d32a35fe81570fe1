import type { IncomingMessage } from 'node:http';
import type { Access } from './access.ts';
import { fieldsOf, refused, type Answer, type Fields } from './answer.ts';
import { CROSS_ORIGIN } from './headers.ts';
import type { RateLimit } from './rate.ts';
import { tooManyRequests, UNAUTHORIZED } from './refusal.ts';
import type { Counters } from './stats.ts';

type Handler = (request: IncomingMessage) => Promise<Answer>;

/** What a path stands for. `HEAD` is answered as `GET`; any other method that is not here finds nothing. */
export interface Resource {
  /** Of every answer to who was admitted. */
  readonly fields: Fields;
  readonly methods: ReadonlyMap<string, Handler>;
}

/** Where nothing is. */
export const NOWHERE: Resource = { fields: {}, methods: new Map() };

export interface ExchangeContext {
  readonly access: Access;
  readonly rate: RateLimit;
  readonly counters: Counters;
  /** Headers of every answer. */
  readonly identity: Readonly<Record<string, string>>;
  /** Whether connections should end with their next answer. */
  readonly isClosing: () => boolean;
}

/** From a request to its answer: the rules that hold for every resource, told once for all ways by which requests come. */
export class Exchange {
  readonly #context: ExchangeContext;
  readonly #everywhere: Fields;
  readonly #common: Fields;
  /** Made once: a portal has few resources. */
  readonly #shared = new Map<Resource, Fields>();

  constructor(context: ExchangeContext) {
    this.#context = context;
    this.#everywhere = {
      ...fieldsOf(context.identity),
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': CROSS_ORIGIN.exposed.join(),
    };
    this.#common = { ...this.#everywhere, vary: 'Origin' };
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, resource: Resource): Promise<Answer> {
    const { shared, answer } = await this.#decide(request, resource);
    // Space is left at its ends where one of several fields is empty, which are joined by commas.
    const origin = request.headers.origin?.trim();
    const body = request.method === 'HEAD' ? undefined : answer.body;
    const fields: Record<string, string> = { ...shared, ...answer.fields };
    if (origin !== undefined && origin !== '') fields['access-control-allow-origin'] = origin;
    // Asked after the answer is made: the portal may have begun to close meanwhile.
    if (this.#context.isClosing()) fields['connection'] = 'close';
    if (body !== undefined) fields['content-length'] = String(Buffer.byteLength(body));
    this.#context.counters.answered(answer.status);
    return { status: answer.status, fields, body };
  }

  /** The answer, and what it shares with others. */
  async #decide(request: IncomingMessage, resource: Resource): Promise<{ readonly shared: Fields; readonly answer: Answer }> {
    if (request.method === 'OPTIONS') return { shared: this.#everywhere, answer: PREFLIGHT };
    try {
      const refusal = await this.#turnAway(request);
      return refusal === undefined ? { shared: this.#sharedBy(resource), answer: await perform(request, resource) } : { shared: this.#common, answer: refusal };
    } catch {
      return { shared: this.#common, answer: FAILED };
    }
  }

  #sharedBy(resource: Resource): Fields {
    const known = this.#shared.get(resource) ?? { ...this.#common, ...resource.fields };
    this.#shared.set(resource, known);
    return known;
  }

  /** Before the key is looked at, the rate is: guessing keys has its rate too. */
  async #turnAway(request: IncomingMessage): Promise<Answer | undefined> {
    const { rate, access } = this.#context;
    const seconds = await rate.secondsToWait(request);
    if (seconds !== undefined) return refused(tooManyRequests(seconds));
    return access.allows(request.headers) ? undefined : refused(UNAUTHORIZED);
  }
}

const NOTHING = refused({ status: 404, message: 'there is nothing here' });
/** Whatever it was, it says nothing to strangers; a store that fails is the one thing to be expected. */
const FAILED = refused({ status: 500, message: 'the portal failed' });

const PREFLIGHT: Answer = {
  status: 204,
  fields: {
    vary: 'Origin, Access-Control-Request-Headers',
    'access-control-max-age': String(CROSS_ORIGIN.maxAgeSeconds),
    'access-control-allow-methods': CROSS_ORIGIN.methods.join(),
    'access-control-allow-headers': CROSS_ORIGIN.allowed.join(),
  },
  body: undefined,
};

async function perform(request: IncomingMessage, { methods }: Resource): Promise<Answer> {
  const { method = '' } = request;
  const handler = methods.get(method === 'HEAD' ? 'GET' : method);
  try {
    return handler === undefined ? NOTHING : await handler(request);
  } catch {
    return FAILED;
  }
}
