import { Observable } from 'rxjs';
import type { RegistryError } from '../../error.ts';
import { realClock } from '../../world.ts';
import type { CallOptions, ConnectOptions } from '../caller.ts';
import { Connection } from '../connection.ts';
import type { Port } from '../port.ts';
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

/** How long a stopping actor may take to say so. */
const STOP_DEADLINE = 1_000;

/** A live actor at the other end of a port, wherever it runs; as a connection, to the actor's own service. */
export class ActorLink<D extends AnyActorDefinition> extends Connection<ServiceOf<D>> {
  /** The newest snapshot first, then every change; a slow reader skips to the newest. */
  readonly snapshot$: Observable<ActorSnapshot<D>>;
  /** What the actor emits from now on, all of it. */
  readonly emitted$: Observable<EmittedOf<D>>;
  /** Births of the actors alive, then everything that happens to them, in Stately's wire shape. */
  readonly inspect$: Observable<InspectionEvent>;

  /** This connection, to what every actor answers. */
  readonly #actor: Connection<ActorService>;

  constructor(port: Port, { heartbeat, terminate, clock = realClock, deadline }: LinkOptions = {}) {
    super(port, { clock, deadline });
    const actor = this as unknown as Connection<ActorService>;
    this.#actor = actor;
    this.snapshot$ = actor.stream('snapshot') as Observable<unknown> as Observable<ActorSnapshot<D>>;
    this.emitted$ = actor.stream('emitted') as Observable<EmittedOf<D>>;
    const inspected = actor.stream('inspect');
    this.inspect$ = new Observable((subscriber) => inspected.subscribe({ next: (text) => subscriber.next(JSON.parse(text) as InspectionEvent), error: (error: unknown) => subscriber.error(error), complete: () => subscriber.complete() }));
    actor.stream('life', undefined, { deadline: Infinity }).subscribe({ error: (death: RegistryError) => this.fail(death) });
    if (heartbeat) keepAlive(actor, clock, heartbeat);
    void this.gone.then(terminate);
  }

  /**
   * Sends a public event. Resolves once the actor has been given it; the result may be ignored.
   *
   * @throws {RegistryError} `FORBIDDEN` if the event is not public, or as {@link Connection.call}
   */
  send(event: EventOf<D>): Promise<void> {
    const sent = this.#actor.call<'send'>('send', event);
    sent.catch(() => {});
    return sent;
  }

  snapshot(options?: CallOptions): Promise<ActorSnapshot<D>> {
    return this.#actor.call('snapshot', undefined, options) as Promise<unknown> as Promise<ActorSnapshot<D>>;
  }

  /** Hands the actor a port to another one. */
  connectPort(name: string, port: Port): Promise<void> {
    return this.#actor.call('connect', { name, port }, { transfer: [port] });
  }

  /** Stops the actor and ends what hosts it. Resolves in any case, within a second. */
  async stop(): Promise<void> {
    await this.#actor.call('stop', undefined, { deadline: STOP_DEADLINE }).catch(() => {});
    this.close();
  }
}
