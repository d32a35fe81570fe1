import { Observable } from 'rxjs';

// Of RxJS a page loads the Observable alone: its operators, and what they stand on, would be a quarter of the page's bytes.

/** What `project` makes of each value. */
export function mapped<T, R>(source: Observable<T>, project: (value: T) => R): Observable<R> {
  return new Observable((subscriber) =>
    source.subscribe({ next: (value) => subscriber.next(project(value)), error: (error: unknown) => subscriber.error(error), complete: () => subscriber.complete() }),
  );
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
