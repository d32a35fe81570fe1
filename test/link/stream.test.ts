import { firstValueFrom, lastValueFrom, Observable, of, range, Subject, throwError, toArray } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RegistryError } from '../../src/error.ts';
import { conflate, connect, serve, type Connection, type Port, type StreamLimits } from '../../src/link/index.ts';
import { readStream } from '../../src/link/stream/index.ts';
import { channels, codeOf, nextMessage } from './fixture/channels.ts';
import { deferred, turn } from './fixture/clock.ts';
import { isNode } from './fixture/workers.ts';

/**
 * Lets what was posted between ports of this thread arrive: ports deliver in the order of posting, and a message here and back is
 * longer than what a test waits for.
 */
async function arrived(): Promise<void> {
  for (let trip = 0; trip < 4; trip++) {
    const { port1, port2 } = new MessageChannel();
    const delivered = nextMessage(port2);
    port1.postMessage(null);
    await delivered;
    await turn();
    port1.close();
  }
}

/** A service whose one stream is in the hands of the test. */
function makeService() {
  const values = new Subject<unknown>();
  const left = deferred<void>();
  const watched = new Observable((subscriber) => {
    values.subscribe(subscriber);
    return () => left.resolve();
  });
  return {
    values,
    left: left.promise,
    service: {
      streams: {
        values: () => watched,
        newest: () => conflate(watched),
        perKey: () => conflate(watched, (value) => (value as { key: string }).key),
        badKey: () => conflate(watched, () => {
          throw new RegistryError('INVALID_INPUT', 'no key');
        }),
        numbers: (count: number) => range(0, count),
        failing: () => throwError(() => new RegistryError('STALE', 'too old', { hint: 'ask again' })),
        throwing: (): Observable<never> => {
          throw new RegistryError('LOCKED', 'not now');
        },
        functions: () => of(1, () => 2, 3),
      },
    },
  };
}
type TestService = ReturnType<typeof makeService>['service'];

describe.each(channels)('a stream over $kind', ({ kind, open }) => {
  function start(limits?: StreamLimits): ReturnType<typeof makeService> & { connection: Connection<TestService>; near: Port; close: () => void } {
    const made = makeService();
    const [near, far] = open();
    const serving = serve(far, made.service, limits);
    const connection = connect<TestService>(near);
    onTestFinished(() => connection.close());
    return { ...made, connection, near, close: () => serving.close() };
  }

  /** Opens a stream by hand, as a reader that acknowledges when the test says so. */
  async function openByHand({ near }: { near: Port }, stream: string): Promise<{ port: Port; frames: { values: unknown[]; isQuiet?: true; last?: { error?: { code: string } } }[] }> {
    const [port, theirs] = open();
    const frames: { values: unknown[] }[] = [];
    port.addEventListener('message', ({ data }) => frames.push(data as { values: unknown[] }));
    port.start();
    const answer = nextMessage(near);
    near.postMessage({ id: 'o', type: 'APPLY', path: ['$open'], argumentList: [{ type: 'RAW', value: { call: 1, input: { stream, port: theirs } } }] }, [theirs]);
    expect(await answer).toMatchObject({ value: { value: undefined } });
    return { port, frames };
  }
  it('delivers every value in order to a fast reader, and completes (L8)', async () => {
    const { connection } = start();
    expect(await lastValueFrom(connection.stream('numbers', 60_000).pipe(toArray()))).toEqual(Array.from({ length: 60_000 }, (_, index) => index));
  });

  it('carries a coded error, whether the source or its opening threw (L4)', async () => {
    const { connection } = start();
    await expect(firstValueFrom(connection.stream('failing'))).rejects.toMatchObject({ code: 'STALE', hint: 'ask again', retryable: true });
    await expect(firstValueFrom(connection.stream('throwing'))).rejects.toMatchObject({ code: 'LOCKED' });
  });

  it('answers an unknown stream, and what functions inherit, with UNSUPPORTED', async () => {
    const { connection } = start();
    const untyped = connection as unknown as Connection<{ streams: Record<string, () => Observable<number>> }>;
    for (const name of ['nope', 'constructor', '__proto__', 'toString']) expect(await codeOf(firstValueFrom(untyped.stream(name)))).toBe('UNSUPPORTED');
  });

  it('misses nothing once it has opened (L10)', async () => {
    const { connection, values } = start();
    const opened = deferred<void>();
    const first = firstValueFrom(connection.stream('values', undefined, { opened: () => opened.resolve() }));
    await opened.promise;
    values.next('the very first');
    expect(await first).toBe('the very first');
  });

  it('stops the source when it is unsubscribed (L11)', async () => {
    const { connection, left, values } = start();
    const opened = deferred<void>();
    const subscription = connection.stream('values', undefined, { opened: () => opened.resolve() }).subscribe();
    await opened.promise;
    subscription.unsubscribe();
    await left;
    expect(values.observed).toBe(false);
  });

  it('stops the source when it is unsubscribed before it has opened (L11)', async () => {
    const { connection, left, values } = start();
    connection.stream('values').subscribe().unsubscribe();
    await left;
    expect(values.observed).toBe(false);
  });

  it('stops the source when the connection is closed, and completes (L11)', async () => {
    const { connection, left } = start();
    const opened = deferred<void>();
    const ended = lastValueFrom(connection.stream('values', undefined, { opened: () => opened.resolve() }), { defaultValue: 'completed' });
    await opened.promise;
    connection.close();
    expect(await ended).toBe('completed');
    await left;
  });

  it('ends with WORKER_GONE when the service closes its port, or where no event says so, when it is found out', async () => {
    const { connection, close } = start();
    const opened = deferred<void>();
    const ended = codeOf(lastValueFrom(connection.stream('values', undefined, { opened: () => opened.resolve() })));
    await opened.promise;
    close();
    if (kind === 'a MessageChannel' && !isNode) connection.fail(new RegistryError('WORKER_GONE', 'found dead by its supervisor'));
    expect(await ended).toBe('WORKER_GONE');
  });

  it('sends the values of one turn in one message', async () => {
    const started = start();
    const { frames } = await openByHand(started, 'values');
    for (let i = 0; i < 10; i++) started.values.next(i);
    await arrived();
    expect(frames).toEqual([{ values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], isQuiet: true }]);
  });

  it('wants one acknowledgement for a quarter of its window (L7)', async () => {
    const started = start({ window: 8 });
    const { port, frames } = await openByHand(started, 'values');
    for (let i = 0; i < 10; i++) {
      started.values.next(i);
      await arrived();
    }
    expect(frames.map(({ isQuiet }) => isQuiet === true)).toEqual([true, false, true, false, true, false, true, false]);
    port.postMessage('ack');
    await arrived();
    expect(frames.flatMap(({ values }) => values)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (let i = 10; i < 20; i++) {
      started.values.next(i);
      await arrived();
    }
    expect(frames, 'one frame carried two values').toHaveLength(10);
  });

  it('has no more than its window in flight while the reader stalls, and goes on with each acknowledgement (L7)', async () => {
    const started = start({ window: 3 });
    const { port, frames } = await openByHand(started, 'values');
    for (let i = 0; i < 10; i++) {
      started.values.next(i);
      await arrived();
    }
    expect(frames.map(({ values }) => values)).toEqual([[0], [1], [2]]);
    port.postMessage('ack');
    await arrived();
    expect(frames.map(({ values }) => values)).toEqual([[0], [1], [2], [3, 4, 5, 6, 7, 8, 9]]);
  });

  it('acknowledges no quiet frame, and every other (L7)', async () => {
    const [near, theirs] = open();
    const said: unknown[] = [];
    theirs.addEventListener('message', ({ data }) => said.push(data));
    theirs.start();
    const values: unknown[] = [];
    new Observable((subscriber) => readStream(near, subscriber)).subscribe((value) => values.push(value));
    for (const frame of [{ values: [1], isQuiet: true }, { values: [2] }, { values: [3], isQuiet: true }]) theirs.postMessage(frame, []);
    await arrived();
    expect(values).toEqual([1, 2, 3]);
    expect(said).toEqual(['ack']);
    theirs.postMessage({ values: [4], isQuiet: true, last: {} }, []);
    await arrived();
    expect(values).toEqual([1, 2, 3, 4]);
    expect(said).toEqual(['ack', 'close']);
  });

  it('gives no credit for acknowledgements of frames that were never sent (L7)', async () => {
    const started = start({ window: 1 });
    const { port, frames } = await openByHand(started, 'values');
    for (let i = 0; i < 5; i++) port.postMessage('ack');
    port.postMessage({ ack: 1000 });
    await arrived();
    for (let i = 0; i < 5; i++) {
      started.values.next(i);
      await arrived();
    }
    expect(frames).toHaveLength(1);
  });

  it('delivers what waited and then ends with THROTTLED when its buffer overflows (L7, L8)', async () => {
    const started = start({ window: 1, buffer: 3 });
    const { port, frames } = await openByHand(started, 'values');
    started.values.next(0);
    await arrived();
    for (let i = 1; i < 10; i++) started.values.next(i);
    expect(started.values.observed).toBe(false);
    await arrived();
    port.postMessage('ack');
    await arrived();
    expect(frames).toEqual([{ values: [0] }, { values: [1, 2, 3, 4], last: { error: expect.objectContaining({ code: 'THROTTLED' }) as unknown } }]);
  });

  it('delivers the last value of every key to a reader that stalled (L9)', async () => {
    const started = start({ window: 1 });
    const { port, frames } = await openByHand(started, 'perKey');
    started.values.next({ key: 'a', n: 0 });
    await arrived();
    for (let n = 1; n < 1000; n++) for (const key of ['a', 'b']) started.values.next({ key, n });
    started.values.next({ key: 'c', n: 1 });
    started.values.complete();
    port.postMessage('ack');
    await arrived();
    expect(frames.slice(1)).toEqual([{ values: [{ key: 'a', n: 999 }, { key: 'b', n: 999 }, { key: 'c', n: 1 }], last: {} }]);
  });

  it('ends with the error that a key function throws (L9)', async () => {
    const { connection, values } = start();
    const ended = codeOf(lastValueFrom(connection.stream('badKey', undefined, { opened: () => values.next(1) })));
    expect(await ended).toBe('INVALID_INPUT');
  });

  it('ends with UNSUPPORTED at a value that cannot be cloned (L5)', async () => {
    const { connection } = start();
    expect(await codeOf(lastValueFrom(connection.stream('functions')))).toBe('UNSUPPORTED');
  });
});
