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
  readonly #common: Fields;
  readonly #preflight: Answer;

  constructor(context: ExchangeContext) {
    this.#context = context;
    const everywhere = {
      ...fieldsOf(context.identity),
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': CROSS_ORIGIN.exposed.join(),
    };
    this.#common = { ...everywhere, vary: 'Origin' };
    const fields = {
      ...everywhere,
      vary: 'Origin, Access-Control-Request-Headers',
      'access-control-max-age': String(CROSS_ORIGIN.maxAgeSeconds),
      'access-control-allow-methods': CROSS_ORIGIN.methods.join(),
      'access-control-allow-headers': CROSS_ORIGIN.allowed.join(),
    };
    this.#preflight = { status: 204, fields, body: undefined };
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, resource: Resource): Promise<Answer> {
    const { status, fields, body } = await this.#decide(request, resource);
    const { origin } = request.headers;
    this.#context.counters.answered(status);
    return {
      status,
      fields: {
        ...this.#common,
        ...(origin !== undefined && origin !== '' && { 'access-control-allow-origin': origin }),
        ...fields,
        // Asked after the answer is made: the portal may have begun to close meanwhile.
        ...(this.#context.isClosing() && { connection: 'close' }),
      },
      body: request.method === 'HEAD' ? undefined : body,
    };
  }

  async #decide(request: IncomingMessage, resource: Resource): Promise<Answer> {
    const { method = '' } = request;
    if (method === 'OPTIONS') return this.#preflight;
    try {
      return (await this.#turnAway(request)) ?? withFields(await perform(request, method, resource), resource.fields);
    } catch {
      return FAILED;
    }
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

async function perform(request: IncomingMessage, method: string, { methods }: Resource): Promise<Answer> {
  const handler = methods.get(method === 'HEAD' ? 'GET' : method);
  if (handler === undefined) return NOTHING;
  try {
    return await handler(request);
  } catch {
    return FAILED;
  }
}

const withFields = (answer: Answer, fields: Fields): Answer => ({ ...answer, fields: { ...fields, ...answer.fields } });
