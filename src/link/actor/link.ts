import type { Observable } from 'rxjs';
import type { RegistryError } from '../../error.ts';
import { realClock } from '../../world.ts';
import { Connection, type Arguments, type CallOptions, type ConnectOptions, type StreamOptions } from '../connection.ts';
import type { Port } from '../port.ts';
import type { Calls, Input, Output, Streamed, Streams } from '../service.ts';
import type { AnyActorDefinition, EmittedOf, EventOf, ServiceOf } from './definition.ts';
import { keepAlive, type Heartbeat } from './heartbeat.ts';
import type { InspectionEvent } from './inspection.ts';
import type { ActorService } from './service.ts';
import type { ActorSnapshot } from './snapshot.ts';

export interface LinkOptions extends ConnectOptions {
  /** Looks for signs of life. Not needed where both sides share a thread. */
  readonly heartbeat?: Heartbeat | undefined;
  /** Ends what hosts the actor. Called once, when the link ends for whatever reason. */
  readonly terminate?: (() => void) | undefined;
}

/** A connection as seen from where the compiler cannot follow: the names of an actor's own service are checked by the signatures of the link. */
interface Untyped {
  call(name: string, ...args: readonly unknown[]): Promise<unknown>;
  stream(name: string, ...args: readonly unknown[]): Observable<unknown>;
}

/** How long a stopping actor may take to say so. */
const STOP_DEADLINE = 1_000;

/** A live actor at the other end of a port, wherever it runs. */
export class ActorLink<D extends AnyActorDefinition> {
  /** Resolves with the reason once the actor is out of reach: `WORKER_GONE` with the cause, or `CLOSED` by us. Never rejects. */
  readonly gone: Promise<RegistryError>;
  /** The newest snapshot first, then every change; a slow reader skips to the newest. */
  readonly snapshot$: Observable<ActorSnapshot<D>>;
  /** What the actor emits from now on, all of it. */
  readonly emitted$: Observable<EmittedOf<D>>;
  /** Births of the actors alive, then everything that happens to them, in Stately's wire shape. */
  readonly inspect$: Observable<InspectionEvent>;

  readonly #connection: Connection<ActorService>;

  constructor(port: Port, { heartbeat, terminate, clock = realClock, deadline }: LinkOptions = {}) {
    const connection = new Connection<ActorService>(port, { clock, deadline });
    this.#connection = connection;
    this.gone = connection.gone;
    this.snapshot$ = connection.stream('snapshot') as Observable<unknown> as Observable<ActorSnapshot<D>>;
    this.emitted$ = connection.stream('emitted') as Observable<EmittedOf<D>>;
    this.inspect$ = connection.stream('inspect');
    connection.stream('life', undefined, { deadline: Infinity }).subscribe({ error: (death: RegistryError) => connection.fail(death) });
    if (heartbeat) keepAlive(connection, clock, heartbeat);
    void this.gone.then(terminate);
  }

  /**
   * Sends a public event. Resolves once the actor has been given it; the result may be ignored.
   *
   * @throws {RegistryError} `FORBIDDEN` if the event is not public, or as {@link Connection.call}
   */
  send(event: EventOf<D>): Promise<void> {
    const sent = this.#connection.call<'send'>('send', event);
    sent.catch(() => {});
    return sent;
  }

  snapshot(options?: CallOptions): Promise<ActorSnapshot<D>> {
    return this.#connection.call('snapshot', undefined, options) as Promise<unknown> as Promise<ActorSnapshot<D>>;
  }

  /** Calls a method of the actor's own service. */
  call<K extends keyof Calls<ServiceOf<D>> & string>(name: K, ...args: Arguments<Input<Calls<ServiceOf<D>>[K]>, CallOptions>): Promise<Output<Calls<ServiceOf<D>>[K]>> {
    return (this.#connection as unknown as Untyped).call(name, ...args) as Promise<Output<Calls<ServiceOf<D>>[K]>>;
  }

  /** A stream of the actor's own service. */
  stream<K extends keyof Streams<ServiceOf<D>> & string>(name: K, ...args: Arguments<Input<Streams<ServiceOf<D>>[K]>, StreamOptions>): Observable<Streamed<Streams<ServiceOf<D>>[K]>> {
    return (this.#connection as unknown as Untyped).stream(name, ...args) as Observable<Streamed<Streams<ServiceOf<D>>[K]>>;
  }

  /** Hands the actor a port to another one. */
  connectPort(name: string, port: Port): Promise<void> {
    return this.#connection.call('connect', { name, port }, { transfer: [port] });
  }

  /** Stops the actor and ends what hosts it. Resolves in any case, within a second. */
  async stop(): Promise<void> {
    await this.#connection.call('stop', undefined, { deadline: STOP_DEADLINE }).catch(() => {});
    this.#connection.close();
  }

  /** Ends the link with this reason, as when its thread was found dead. The first reason stays. */
  fail(reason: RegistryError): void {
    this.#connection.fail(reason);
  }
}
