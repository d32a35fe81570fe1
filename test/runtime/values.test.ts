import { concat, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { valuesOf } from '../../src/runtime/values.ts';
import { codeOf } from '../link/fixture/channels.ts';

/** A source in the hands of the test, and whether somebody subscribes it. */
function source<T>() {
  const subject = new Subject<T>();
  const observed = { now: 0, ever: 0 };
  const observable = new Observable<T>((subscriber) => {
    observed.now++;
    observed.ever++;
    subscriber.add(subject.subscribe(subscriber));
    return () => void observed.now--;
  });
  return { subject, observed, observable };
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const value of values) taken.push(value);
  return taken;
}

describe('the values of an observable', () => {
  it('are subscribed when the loop begins, and no longer than it lasts', async () => {
    const { subject, observed, observable } = source<number>();
    const values = valuesOf(observable);
    expect(observed.ever).toBe(0);
    const first = values.next();
    expect(observed).toEqual({ now: 1, ever: 1 });
    subject.next(1);
    expect(await first).toEqual({ value: 1, done: false });
    subject.complete();
    expect(await values.next()).toEqual({ value: undefined, done: true });
    expect(observed).toEqual({ now: 0, ever: 1 });
  });

  it('end the subscription where the loop breaks', async () => {
    const { observed, observable } = source<number>();
    for await (const value of valuesOf(concat(of(1, 2), observable))) {
      expect(value).toBe(2);
      expect(observed.now).toBe(1);
      break;
    }
    expect(observed).toEqual({ now: 0, ever: 1 });
  });

  it.each([
    { buffer: undefined, taken: [1, 4, 5] },
    { buffer: 'latest' as const, taken: [1, 4, 5] },
    { buffer: 'all' as const, taken: [1, 2, 3, 4, 5] },
  ])('with buffer $buffer are $taken for a loop that is busy, and the last in any case', async ({ buffer, taken }) => {
    const { subject, observable } = source<number>();
    const seen: number[] = [];
    const loop = (async () => {
      for await (const value of valuesOf(observable, { buffer })) {
        seen.push(value);
        if (value === 1) for (const next of [2, 3, 4]) subject.next(next);
        if (value === 4) {
          subject.next(5);
          subject.complete();
        }
      }
    })();
    subject.next(1);
    await loop;
    expect(seen).toEqual(taken);
  });

  it('end as the observable does, after what it told before', async () => {
    expect(await all(valuesOf(of(1, 2, 3), { buffer: 'all' }))).toEqual([1, 2, 3]);
    const seen: number[] = [];
    const failing = async (): Promise<void> => {
      for await (const value of valuesOf(concat(of(1, 2), throwError(() => new RangeError('why'))), { buffer: 'all' })) seen.push(value);
    };
    await expect(failing()).rejects.toThrow(new RangeError('why'));
    expect(seen).toEqual([1, 2]);
    // Whatever it fails with.
    await expect(all(valuesOf(throwError(() => undefined)))).rejects.toBeUndefined();
  });

  it('end with ABORTED when the signal aborts, though the loop waits, or has not taken all', async () => {
    const { subject, observed, observable } = source<number>();
    const abortion = new AbortController();
    const waiting = all(valuesOf(observable, { signal: abortion.signal, buffer: 'all' }));
    const busy = valuesOf(observable, { signal: abortion.signal, buffer: 'all' });
    const first = busy.next();
    for (const value of [1, 2]) subject.next(value);
    await first;
    abortion.abort(new Error('enough'));
    expect(await codeOf(waiting)).toBe('ABORTED');
    await expect(busy.next()).rejects.toMatchObject({ code: 'ABORTED', cause: new Error('enough') });
    expect(observed).toEqual({ now: 0, ever: 2 });
    expect(await busy.next()).toEqual({ value: undefined, done: true });
  });

  it('are given up by the signal where a return has to wait for a value', async () => {
    const { observed, observable } = source<number>();
    const giving = new AbortController();
    const values = valuesOf(observable, { signal: giving.signal });
    const order: string[] = [];
    const next = codeOf(values.next()).finally(() => void order.push('next'));
    const left = values.return().finally(() => void order.push('return'));
    expect(observed.now).toBe(1);
    giving.abort();
    expect(await next).toBe('ABORTED');
    expect(await left).toEqual({ value: undefined, done: true });
    expect(order).toEqual(['next', 'return']);
    expect(observed).toEqual({ now: 0, ever: 1 });
  });

  it('are not subscribed where the signal is aborted already', async () => {
    const { observed, observable } = source<number>();
    expect(await codeOf(all(valuesOf(observable, { signal: AbortSignal.abort() })))).toBe('ABORTED');
    expect(observed.ever).toBe(0);
  });

  it('leave nothing at the signal', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
    await all(valuesOf(of(1), { signal }));
    expect(listeners).toBe(0);
  });

  it.each([
    { field: 'options.buffer', options: { buffer: 'some' } },
    { field: 'options.signal', options: { signal: {} } },
    { field: 'options.other', options: { other: 1 } },
  ])('refuse $field at the call', ({ field, options }) => {
    expect(() => valuesOf(NEVER, options as never)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field }));
  });
});
