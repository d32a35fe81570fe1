import { Observable, Subscription, type Subscriber } from 'rxjs';

// Of RxJS a page loads the Observable alone: its operators, and what they stand on, would be a quarter of the page's bytes.

/** What `project` makes of each value. */
export function mapped<T, R>(source: Observable<T>, project: (value: T) => R): Observable<R> {
  return new Observable((subscriber) =>
    source.subscribe({ next: (value) => subscriber.next(project(value)), error: (error: unknown) => subscriber.error(error), complete: () => subscriber.complete() }),
  );
}

/**
 * One subscription to the source for all who subscribe, ended when the last of them has left. Who comes later is first told the newest that were told since
 * the first came, `kept` of them at most.
 */
export function shared<T>(source: Observable<T>, kept = 1): Observable<T> {
  /** Replaced, not changed: whoever is being told may leave, and others may come. */
  let subscribers: readonly Subscriber<T>[] = [];
  let newest: readonly T[] = [];
  let subscription: Subscription;
  /** Who comes again when told of the end begins anew. */
  const end = (tell: (subscriber: Subscriber<T>) => void): void => {
    const told = subscribers;
    subscribers = newest = [];
    told.forEach(tell);
  };
  return new Observable((subscriber) => {
    subscribers = [...subscribers, subscriber];
    const isFirst = subscribers.length === 1;
    for (const value of newest) subscriber.next(value);
    if (isFirst) {
      const current = (subscription = new Subscription());
      current.add(
        source.subscribe({
          next(value) {
            newest = kept > 0 ? [...newest, value].slice(-kept) : newest;
            for (const each of subscribers) each.next(value);
          },
          error: (error: unknown) => end((each) => each.error(error)),
          complete: () => end((each) => each.complete()),
        }),
      );
    }
    return () => {
      subscribers = subscribers.filter((each) => each !== subscriber);
      if (subscribers.length > 0) return;
      newest = [];
      subscription.unsubscribe();
    };
  });
}

/** The values that are other ones than those before them. */
export function changes<T>(source: Observable<T>): Observable<T> {
  return new Observable((subscriber) => {
    let last: T | undefined;
    return source.subscribe({
      next: (value) => {
        if (value !== last) subscriber.next((last = value));
      },
      error: (error: unknown) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
  });
}

/** What all of them tell. Over when all are, or with the first error. */
export function merged<T>(sources: readonly Observable<T>[]): Observable<T> {
  return new Observable((subscriber) => {
    let open = sources.length;
    const complete = (): void => {
      if (--open === 0) subscriber.complete();
    };
    for (const source of sources) subscriber.add(source.subscribe({ next: (value) => subscriber.next(value), error: (error: unknown) => subscriber.error(error), complete }));
  });
}
