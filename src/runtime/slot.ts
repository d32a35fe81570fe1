import { Observable, type Subscription } from 'rxjs';
import { closed, hasCode, type RegistryError } from '../error.ts';
import type { ActorLink } from '../link/index.ts';
import type { Demand } from './demand.ts';
import type { ActorDefinitions, ActorName } from './hosting.ts';

export type LinkTo<N extends ActorName> = ActorLink<ActorDefinitions[N]>;

/** Whoever follows the actors in a place. */
interface Follower<N extends ActorName> {
  /** Called with each actor that comes, and with undefined when one is gone. */
  onLink(link: LinkTo<N> | undefined): void;
  /** Nobody comes any more. */
  onEnd?(): void;
}

/** The place of one actor: the one that works in it now, and those that take its place when it dies. */
export class Slot<N extends ActorName> {
  /** What the actor is called by its neighbours; there may be several of one kind. */
  readonly name: string;
  readonly kind: N;
  /** How many actors have been in this place before. */
  predecessors = 0;
  /** Told of questions to it that wait for an answer; undefined where they may wait for long. */
  readonly demand: Demand | undefined;
  /** Why nobody is in this place: how the last one died, or why none could be started since. */
  failure: unknown;
  readonly #followers = new Set<Follower<N>>();
  #link: LinkTo<N> | undefined;
  #isClosed = false;

  constructor(kind: N, name: string = kind, demand?: Demand) {
    this.kind = kind;
    this.name = name;
    this.demand = demand;
  }

  /** The actor in this place, if it is alive. */
  get link(): LinkTo<N> | undefined {
    return this.#link;
  }

  fill(link: LinkTo<N>): void {
    this.failure = undefined;
    this.#set(link);
  }

  vacate(reason: RegistryError): void {
    this.failure = reason;
    this.predecessors++;
    this.#set(undefined);
  }

  /** Ends it for ever. */
  close(): void {
    this.#isClosed = true;
    for (const follower of Array.from(this.#followers)) follower.onEnd?.();
    this.#followers.clear();
  }

  #set(link: LinkTo<N> | undefined): void {
    this.#link = link;
    for (const follower of Array.from(this.#followers)) follower.onLink(link);
  }

  /**
   * The actor that is alive, or the next one.
   * @throws RegistryError `CLOSED`
   */
  async alive(): Promise<LinkTo<N>> {
    if (this.#isClosed) throw closed();
    if (this.#link !== undefined) return this.#link;
    return new Promise((resolve, reject) => {
      const unfollow = this.#follow({
        onLink(link) {
          if (link === undefined) return;
          unfollow();
          resolve(link);
        },
        onEnd: () => reject(closed()),
      });
    });
  }

  /** Calls back with the actor in this place, and with each that takes its place. */
  follow(onLink: (link: LinkTo<N>) => void): void {
    this.#follow({ onLink: (link) => link && onLink(link) });
  }

  /**
   * A stream of every actor in this place, one after the other; what ends with one of them goes on with the next. Any other error is the
   * reader's, as is what `start` fails with, which is called at each subscription, but that this is closed.
   */
  stream<T>(of: (link: LinkTo<N>) => Observable<T>, start = async () => {}): Observable<T> {
    return new Observable((subscriber) => {
      const fail = (error: unknown): void => (hasCode(error, 'CLOSED') ? subscriber.complete() : subscriber.error(error));
      start().catch(fail);
      let current: Subscription | undefined;
      let isLast = false;
      /** What the last actor says while it is being stopped is passed on, too. */
      const endIfLast = (): void => {
        if (isLast) subscriber.complete();
      };
      const unfollow = this.#follow({
        onLink(link) {
          current?.unsubscribe();
          current =
            link &&
            of(link).subscribe({
              next: (value) => subscriber.next(value),
              error: (error: unknown) => (hasCode(error, 'WORKER_GONE', 'CLOSED') ? endIfLast() : subscriber.error(error)),
              complete: endIfLast,
            });
        },
        onEnd() {
          isLast = true;
          if (current?.closed !== false) subscriber.complete();
        },
      });
      return () => {
        unfollow();
        current?.unsubscribe();
      };
    });
  }

  #follow(follower: Follower<N>): () => void {
    this.#followers.add(follower);
    if (this.#link !== undefined) follower.onLink(this.#link);
    if (this.#isClosed) follower.onEnd?.();
    return () => this.#followers.delete(follower);
  }
}
