import { concat, EMPTY, Observable, of, repeat, retry, Subject, take, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { shared } from '../../src/runtime/observables.ts';

/** A source in the hands of the test, and how often it is subscribed now, and was at all. */
function source<T>() {
  const subject = new Subject<T>();
  const counts = { now: 0, ever: 0 };
  const observable = new Observable<T>((subscriber) => {
    counts.now++;
    counts.ever++;
    subscriber.add(subject.subscribe(subscriber));
    return () => void counts.now--;
  });
  return { subject, counts, observable };
}

describe('a shared observable', () => {
  it('is one subscription to its source from the first subscriber to the last', () => {
    const { subject, counts, observable } = source<number>();
    const stream = shared(observable);
    expect(counts.ever).toBe(0);
    const seen: string[] = [];
    const [a, b] = ['a', 'b'].map((name) => stream.subscribe((value) => seen.push(`${name}${value}`)));
    subject.next(1);
    a?.unsubscribe();
    subject.next(2);
    expect(seen).toEqual(['a1', 'b1', 'b2']);
    expect(counts).toEqual({ now: 1, ever: 1 });
    b?.unsubscribe();
    expect(counts).toEqual({ now: 0, ever: 1 });
    stream.subscribe();
    expect(counts).toEqual({ now: 1, ever: 2 });
  });

  it.each([
    { kept: 0, told: [] },
    { kept: 1, told: [3] },
    { kept: 2, told: [2, 3] },
  ])('tells who comes late the newest $kept, and nothing of before everybody had left', ({ kept, told }) => {
    const { subject, observable } = source<number>();
    const stream = shared(observable, kept);
    const first = stream.subscribe();
    for (const value of [1, 2, 3]) subject.next(value);
    const late: number[] = [];
    const second = stream.subscribe((value) => late.push(value));
    expect(late).toEqual(told);
    first.unsubscribe();
    second.unsubscribe();
    const anew: number[] = [];
    stream.subscribe((value) => anew.push(value));
    expect(anew).toEqual([]);
  });

  it('tells who comes while it tells each value once', () => {
    const { subject, observable } = source<number>();
    const stream = shared(observable);
    const guest: number[] = [];
    const host: number[] = [];
    stream.subscribe((value) => {
      host.push(value);
      if (host.length === 1) stream.subscribe((other) => guest.push(other));
    });
    subject.next(1);
    subject.next(2);
    expect([host, guest]).toEqual([[1, 2], [1, 2]]);
  });

  it('lets go of a source whose only subscriber leaves when it is told at once', () => {
    const { counts, observable } = source<number>();
    const seen: number[] = [];
    shared(concat(of(1), observable)).pipe(take(1)).subscribe((value) => seen.push(value));
    expect(seen).toEqual([1]);
    expect(counts.now).toBe(0);
  });

  it('ends for all as its source does, and begins anew for who comes again when it ends', () => {
    const { subject, counts, observable } = source<number>();
    const runs = [observable.pipe(take(1)), throwError(() => new Error('once')), EMPTY, of(7)];
    const stream = shared(new Observable<number>((subscriber) => (runs.shift() ?? EMPTY).subscribe(subscriber)));
    const seen: unknown[] = [];
    stream.pipe(repeat(2), retry(1)).subscribe({ next: (value) => seen.push(value), complete: () => seen.push('end') });
    stream.subscribe({ next: (value) => seen.push(value), complete: () => seen.push('end of the other') });
    subject.next(1);
    // What failed was tried again: the third is empty, the fourth has a value.
    expect(seen).toEqual([1, 1, 7, 'end', 'end of the other']);
    expect(counts).toEqual({ now: 0, ever: 1 });
  });

  it('tells an error to all', () => {
    const { subject, observable } = source<number>();
    const stream = shared(observable);
    const errors: unknown[] = [];
    for (const _ of [1, 2]) stream.subscribe({ error: (error: unknown) => errors.push(error) });
    subject.error('why');
    expect(errors).toEqual(['why', 'why']);
  });
});
