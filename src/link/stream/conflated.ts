import type { Observable } from 'rxjs';

/** A stream of which a slow reader gets only the newest value per key. */
export class Conflated<T> {
  readonly values: Observable<T>;
  /** `never`, so that a stream of something is also one of anything. */
  readonly key: (value: never) => unknown;

  constructor(values: Observable<T>, key: (value: never) => unknown) {
    this.values = values;
    this.key = key;
  }
}

/**
 * Lets a newer value take the place of an older one of the same `key` that still waits for the reader. The last value of every key
 * always arrives. Without `key` all values share one.
 */
export const conflate = <T>(values: Observable<T>, key: (value: T) => unknown = () => undefined): Conflated<T> => new Conflated(values, key);
