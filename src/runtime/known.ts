import type { Subscriber } from 'rxjs';
import { copyOf, resultNamed, type ReadResult, type ResultBody } from '../../actors/entries/result.ts';
import { compareTold, type Told } from './volatile-floors.ts';

export interface Watcher {
  readonly subscriber: Subscriber<ReadResult>;
  /** Whether it wants to know how much stands behind a value, too. */
  readonly withStatus: boolean;
}

/** An entry's watchers where there are none. */
export const NOBODY: readonly Watcher[] = [];

/** What this thread knows of one entry. */
export class Known {
  /** {@link nameOf} its key. */
  readonly name: string;
  /** What was last told, out of reach of whoever was told: they may do with a result's bytes as they like. */
  shown: ResultBody | undefined;
  /** {@link shown} for whoever looks, made when somebody does, and kept by whoever holds on to it. */
  #latest: WeakRef<ReadResult> | undefined;
  /** Replaced, not changed: whoever is being told may leave, and others may come. */
  watchers = NOBODY;
  /** It is followed for a handle that is read again and again. */
  isFollowed = false;
  /** It was read since it was last looked whether it still is. */
  isRead = false;
  /** What cached reads are copies of, made when there is one. */
  #answer: ReadResult | undefined;
  /** The highest stamp of what was shown. */
  at = 0;
  /** Whether the entries actor has told of it since it is watched there: only then it tells as well when nobody vouches any more. */
  isTold = false;
  /** What the caller has written, or was shown by an error, and was not told of yet: answers to calls overtake what is told. */
  expected: Told | undefined;

  readonly #onShow: (known: Known) => unknown;

  constructor(name: string, onShow: (known: Known) => unknown) {
    this.name = name;
    this.#onShow = onShow;
  }

  show(shown: ResultBody): void {
    this.shown = shown;
    this.#latest = undefined;
    this.#answer = undefined;
    this.#onShow(this);
  }

  /** {@link shown} as the answer to a read that asks nobody, in bytes of the reader's own. */
  get answer(): ReadResult | undefined {
    if (this.shown === undefined) return undefined;
    this.#answer ??= resultNamed(this.name, this.shown.exists ? { ...this.shown, source: 'cache' } : this.shown);
    return copyOf(this.#answer);
  }

  /** The same object until it changes. */
  get latest(): ReadResult | undefined {
    const kept = this.#latest?.deref();
    if (kept !== undefined || this.shown === undefined) return kept;
    const latest = resultNamed(this.name, this.shown);
    this.#latest = new WeakRef(latest);
    return latest;
  }

  get isUsed(): boolean {
    return this.watchers.length > 0 || this.isFollowed;
  }
}

/** Tells somebody what is known; nothing where nothing is. */
export function tell(subscriber: Subscriber<ReadResult>, { latest }: Known): void {
  if (latest !== undefined) subscriber.next(latest);
}

/** Positive if it is newer than what was shown, negative if it is older. That there is nothing is neither, where nothing was shown. */
export function orderOf(body: ResultBody, at: number, { at: shownAt, shown }: Known): number {
  if (!body.exists) return shown?.exists === true ? -1 : 0;
  if (shown?.exists !== true) return 1;
  return compareTold({ packed: body.packed, at }, { packed: shown.packed, at: shownAt });
}
