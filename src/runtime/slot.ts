import { BehaviorSubject, catchError, EMPTY, filter, firstValueFrom, NEVER, switchMap, throwError, type Observable } from 'rxjs';
import { RegistryError } from '../error.ts';
import type { ActorLink } from '../link/index.ts';
import type { ActorDefinitions, ActorName } from './hosting.ts';

export type LinkTo<N extends ActorName> = ActorLink<ActorDefinitions[N]>;

/** The place of one actor: the one that works in it now, and those that take its place when it dies. */
export class Slot<N extends ActorName> {
  /** What the actor is called by its neighbours; there may be several of one kind. */
  readonly name: string;
  readonly kind: N;
  /** How many actors have been in this place before. */
  predecessors = 0;
  /** Why nobody is in this place: how the last one died, or why none could be started since. */
  failure: unknown;
  readonly #links = new BehaviorSubject<LinkTo<N> | undefined>(undefined);

  constructor(kind: N, name: string = kind) {
    this.kind = kind;
    this.name = name;
  }

  /** The actor in this place, if it is alive. */
  get link(): LinkTo<N> | undefined {
    return this.#links.value;
  }

  fill(link: LinkTo<N>): void {
    this.failure = undefined;
    this.#links.next(link);
  }

  vacate(reason: RegistryError): void {
    this.failure = reason;
    this.predecessors++;
    this.#links.next(undefined);
  }

  /** Ends it for ever. */
  close(): void {
    this.#links.complete();
  }

  /**
   * The actor that is alive, or the next one.
   * @throws RegistryError `CLOSED`
   */
  async alive(): Promise<LinkTo<N>> {
    const link = await firstValueFrom(this.#links.pipe(filter((candidate) => candidate !== undefined)), { defaultValue: undefined });
    if (link === undefined) throw new RegistryError('CLOSED', 'this runtime was closed');
    return link;
  }

  /** A stream of every actor in this place, one after the other; what ends with one of them goes on with the next. Any other error is the reader's. */
  stream<T>(of: (link: LinkTo<N>) => Observable<T>): Observable<T> {
    return this.#links.pipe(switchMap((link) => (link === undefined ? NEVER : of(link).pipe(catchError((error: unknown) => (isEndOfLink(error) ? EMPTY : throwError(() => error)))))));
  }
}

const isEndOfLink = (error: unknown): boolean => error instanceof RegistryError && (error.code === 'WORKER_GONE' || error.code === 'CLOSED');
