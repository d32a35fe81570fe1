import { createActor, type ActorRefFrom, type InspectionEvent } from 'xstate';
import { queryMachine, type QueryEvent } from '../../machines/query.ts';
import type { Clock } from '../world.ts';
import { phrase, questionOf, wipeSecrets, type Question } from './border/index.ts';
import { eventOf, messageOf } from './mapping.ts';
import { readArrival, type Arrival, type ModuleToKernel, type Nonce } from './protocol.ts';
import { put, type RegistrySource } from './source.ts';

export interface QueriesOptions {
  readonly source: RegistrySource;
  /** Sends a message to who asks. It may throw: what it cannot send is answered by an error. */
  readonly post: (message: ModuleToKernel) => void;
  readonly clock: Clock;
  /** Whether a domain may do more than use the registry. */
  readonly isTrusted: (domain: string) => boolean;
  /** Makes something of a seed that is presented: of the whole message, whose secrets are overwritten after it. What it throws nobody hears. */
  readonly present?: (message: unknown) => void;
  /** For an answer, in milliseconds. Longer than anything the source waits for, whose errors tell more. Default 30,000. */
  readonly queryDeadline?: number;
  /** For the other portals to take what one has accepted, in milliseconds. Default 2,000. */
  readonly fanout?: number;
  readonly inspect?: (event: InspectionEvent) => void;
}

type Call = Extract<Arrival, { readonly message: 'moduleCall' }>;
type QueryActor = ActorRefFrom<typeof queryMachine>;

/** Open at a time, of one domain: nobody watches more, and each costs a portal a place. */
const MOST_SUBSCRIPTIONS = 10_000;

/** The queries of a kernel that are open: an actor for each, by its nonce, from the question to its answer. */
export class Queries {
  readonly #options: QueriesOptions;
  readonly #open = new Map<Nonce, QueryActor>();
  readonly #subscriptions = new Map<string, number>();

  constructor(options: QueriesOptions) {
    this.#options = options;
  }

  /** How many queries are open. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Takes a message of the kernel's, and overwrites the secrets in it: it belongs to nobody else. Never throws; what is no message
   * changes nothing.
   */
  take(message: unknown): void {
    const arrival = readArrival(message);
    let question: Question | undefined;
    try {
      if (arrival?.message === 'moduleCall' && !this.#open.has(arrival.nonce)) question = questionOf(arrival, () => this.#options.isTrusted(arrival.domain));
      if (arrival?.message === 'presentSeed' || arrival?.message === 'presentKey') this.#options.present?.(message);
    } catch {
      // A seed that is not taken: the kernel expects no answer, and an error might tell of it.
    } finally {
      wipeSecrets(message);
    }
    const event = arrival && eventOf(arrival);
    if (arrival === undefined || event === undefined || !('nonce' in arrival)) return;
    if (arrival.message !== 'moduleCall') this.#open.get(arrival.nonce)?.send(event);
    else if (question === undefined) this.#log('ignored: a query with the nonce of an open one');
    else this.#ask(arrival, event, this.#admit(question, arrival.domain));
  }

  /** The question, or what is said to a domain that has too many subscriptions open. */
  #admit(question: Question, domain: string): Question {
    const { kind } = question;
    if (kind !== 'subscribe') return question;
    const count = this.#subscriptions.get(domain) ?? 0;
    if (count >= MOST_SUBSCRIPTIONS) return { kind: 'fault', reason: phrase('', 'THROTTLED', `a domain may have ${MOST_SUBSCRIPTIONS} subscriptions`) };
    this.#subscriptions.set(domain, count + 1);
    return question;
  }

  #leave(domain: string): void {
    const count = (this.#subscriptions.get(domain) ?? 0) - 1;
    if (count > 0) this.#subscriptions.set(domain, count);
    else this.#subscriptions.delete(domain);
  }

  #ask({ nonce, method, domain }: Call, asked: QueryEvent, question: Question): void {
    const { source, clock, inspect, queryDeadline = 30_000, fanout = 2_000 } = this.#options;
    const late = phrase(method, question.kind === 'write' ? 'UNCONFIRMED' : 'TIMEOUT', `no answer within ${queryDeadline} ms`);
    const actor = createActor(queryMachine, { input: { queryDeadline, fanout, late }, clock, ...(inspect && { inspect }) });
    const isOpen = (): boolean => this.#open.get(nonce) === actor;
    let end: (() => void) | undefined;
    actor.on('*', (told) => {
      if (told.type !== 'UPDATED') {
        this.#open.delete(nonce);
        if (question.kind === 'subscribe') this.#leave(domain);
        this.#end(end);
      }
      if (this.#post(messageOf(nonce, told))) return;
      const reason = phrase(method, 'WORKER_GONE', 'the answer could not be sent');
      if (isOpen()) actor.send({ type: 'FAILED', reason });
      else this.#post(messageOf(nonce, { type: 'REFUSED', reason }));
    });
    this.#open.set(nonce, actor);
    // What is sent before it is started waits. The source is at work meanwhile: in a fresh worker the first start takes milliseconds.
    actor.send(asked);
    // What comes after the answer is nobody's any more.
    end = put(question, domain, source, (event) => {
      if (isOpen()) actor.send(event);
    });
    actor.start();
  }

  #end(end: (() => void) | undefined): void {
    try {
      end?.();
    } catch {
      this.#log('a subscription could not be ended');
    }
  }

  #log(message: string): void {
    this.#post({ method: 'log', data: { isErr: true, message } });
  }

  /** Whether it was sent: what cannot be cloned is not, and nothing is where the other side is gone. */
  #post(message: ModuleToKernel): boolean {
    try {
      this.#options.post(message);
      return true;
    } catch {
      return false;
    }
  }
}
