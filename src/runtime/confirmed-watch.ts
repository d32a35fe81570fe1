import { Observable, type Subscriber } from 'rxjs';
import type { ReadResult } from '../../actors/entries/result.ts';
import type { Clock } from '../world.ts';

export interface ConfirmedWatchWorld {
  /** What the entry becomes, whoever says so, and every change of what stands behind it. */
  readonly plain: Observable<ReadResult>;
  /** A read that resolves with what several portals confirm. */
  readonly read: (signal: AbortSignal) => Promise<ReadResult>;
  readonly clock: Clock;
  /** After a read that failed, in milliseconds. */
  readonly pause: number;
  /** Whether changes of `status` alone are told. */
  readonly withStatus: boolean;
}

/**
 * A watch that tells a value when several portals have confirmed it: whatever a plain watch tells is read back. Shared by all who subscribe, who are
 * told the newest first. Reads that fail are tried again for as long as somebody watches.
 */
export function confirmedWatch(world: ConfirmedWatchWorld): Observable<ReadResult> {
  const course = new Course(world);
  return new Observable((subscriber) => course.add(subscriber));
}

class Course {
  readonly #world: ConfirmedWatchWorld;
  readonly #subscribers = new Set<Subscriber<ReadResult>>();
  /** Aborted when the last subscriber has left. */
  #life = new AbortController();
  /** Of this life: what is to be confirmed, and what was, with the status that it has now. */
  #newest: ReadResult | undefined;
  #told: ReadResult | undefined;
  #isConfirming = false;

  constructor(world: ConfirmedWatchWorld) {
    this.#world = world;
  }

  add(subscriber: Subscriber<ReadResult>): () => void {
    this.#subscribers.add(subscriber);
    // What was told before the last one left may have become old since.
    if (this.#subscribers.size === 1) this.#begin();
    else if (this.#told !== undefined) subscriber.next(this.#told);
    return () => {
      this.#subscribers.delete(subscriber);
      if (this.#subscribers.size === 0) this.#life.abort();
    };
  }

  #begin(): void {
    const life = new AbortController();
    this.#life = life;
    this.#newest = this.#told = undefined;
    this.#isConfirming = false;
    const plain = this.#world.plain.subscribe({
      next: (result) => this.#take(result, life.signal),
      error: (error: unknown) => this.#each((subscriber) => subscriber.error(error)),
      complete: () => this.#each((subscriber) => subscriber.complete()),
    });
    life.signal.addEventListener('abort', () => plain.unsubscribe());
    if (life.signal.aborted) plain.unsubscribe();
  }

  #take(result: ReadResult, signal: AbortSignal): void {
    this.#newest = result;
    // How much stands behind it changed, or it was told before the plain watch told it.
    if (this.#told !== undefined && isSame(this.#told, result)) return this.#renew(this.#told, result);
    if (!this.#isConfirming) void this.#confirm(signal);
  }

  async #confirm(signal: AbortSignal): Promise<void> {
    this.#isConfirming = true;
    while (!signal.aborted && !isSame(this.#told, this.#newest)) {
      try {
        const result = await this.#world.read(signal);
        if (!signal.aborted && !isSame(this.#told, result)) this.#tell(result);
      } catch {
        // Portals' trouble, or a worker's: another read may fare better. The end of the runtime is the end of the plain watch.
        if (!signal.aborted) await this.#pause(signal);
      }
    }
    if (!signal.aborted) this.#isConfirming = false;
  }

  #pause(signal: AbortSignal): Promise<void> {
    const { clock, pause } = this.#world;
    return new Promise((resolve) => {
      const end = (): void => {
        clock.clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = clock.setTimeout(end, pause);
      signal.addEventListener('abort', end);
    });
  }

  #renew(told: ReadResult, { status }: ReadResult): void {
    if (status === told.status) return;
    if (this.#world.withStatus) this.#tell({ ...told, status });
    else this.#told = { ...told, status }; // for who comes later
  }

  #tell(result: ReadResult): void {
    this.#told = result;
    this.#each((subscriber) => subscriber.next(result));
  }

  #each(tell: (subscriber: Subscriber<ReadResult>) => void): void {
    for (const subscriber of Array.from(this.#subscribers)) tell(subscriber);
  }
}

/** Whether they say the same of the entry. */
function isSame(a: ReadResult | undefined, b: ReadResult | undefined): boolean {
  if (a?.exists !== true || b?.exists !== true) return a?.exists === b?.exists;
  return a.revision === b.revision && (a.type ?? 1) === (b.type ?? 1) && a.data.length === b.data.length && a.data.every((byte, i) => byte === b.data[i]);
}
