import { describe, expect, it, onTestFinished } from 'vitest';
import { RegistryError } from '../../src/error.ts';
import { connect, eventLoop, serve } from '../../src/link/index.ts';
import type { Load } from '../../src/link/pipe/index.ts';
import { FEW_ITEMS, FEW_MESSAGES, MOST_ITEMS, Pipe, WINDOW } from '../../src/link/pipe/pipe.ts';
import { channels, watched } from './fixture/channels.ts';
import { deferred } from './fixture/clock.ts';

const turn = (): Promise<void> => new Promise((resolve) => void eventLoop.setTimeout(resolve, 0));

const upTo = (end: number): readonly number[] => Array.from({ length: end }, (_, i) => i);

/** What it sends, taken in when the test says so. */
function openPipe() {
  const sent: Load[] = [];
  const lengths: number[] = [];
  const pipe = new Pipe<number>('numbers', (load) => void sent.push(load), eventLoop, (waiting) => lengths.push(waiting));
  const push = (items: readonly number[]): void => items.forEach((item) => pipe.push(item));
  return { pipe, push, sent, lengths, items: () => sent.flatMap((load) => load.items) };
}

describe('a pipe', () => {
  it('sends what is pushed in one turn in one message, in order (L19)', async () => {
    const { push, sent } = openPipe();
    push([1, 2, 3]);
    expect(sent).toEqual([]);
    await turn();
    expect(sent).toEqual([{ pipe: 'numbers', items: [1, 2, 3], asks: false }]);
  });

  it('has at most so many messages under way that ask, of at most so many items (L20)', async () => {
    const { pipe, push, sent, items } = openPipe();
    const all = upTo((WINDOW + 1) * MOST_ITEMS + 1);
    push(all.slice(0, -2));
    await turn();
    expect(sent.map((load) => load.items.length)).toEqual(Array.from({ length: WINDOW }, () => MOST_ITEMS));
    expect(sent.every(({ asks }) => asks)).toBe(true);
    push(all.slice(-2));
    await turn();
    expect(sent).toHaveLength(WINDOW);
    pipe.taken();
    expect(items()).toEqual(all.slice(0, -1));
  });

  it('asks of few items only every so many messages, and then waits for the answer, or for more (L20)', async () => {
    const { pipe, push, sent, items } = openPipe();
    for (const item of upTo(FEW_MESSAGES + 1)) {
      push([item]);
      await turn();
    }
    expect(sent.map(({ asks }) => asks)).toEqual(upTo(FEW_MESSAGES).map((i) => i === FEW_MESSAGES - 1));
    pipe.taken();
    expect(items()).toEqual(upTo(FEW_MESSAGES + 1));
    for (let i = 1; i < FEW_MESSAGES; i++) {
      push([0]);
      await turn();
    }
    expect(sent.at(-1)).toMatchObject({ asks: true });
    push(upTo(FEW_ITEMS));
    await turn();
    expect(sent.at(-1)).toMatchObject({ items: upTo(FEW_ITEMS), asks: true });
  });

  it('asks of a message with more than a few items', async () => {
    const { push, sent } = openPipe();
    push(upTo(FEW_ITEMS - 1));
    await turn();
    push(upTo(FEW_ITEMS));
    await turn();
    expect(sent.map(({ asks }) => asks)).toEqual([false, true]);
  });

  it('tells how many wait, and drops nothing (L19)', async () => {
    const { pipe, push, lengths, items } = openPipe();
    const all = upTo(10 * MOST_ITEMS);
    push(all);
    expect(lengths).toEqual(all.map((i) => i + 1));
    await turn();
    for (let i = 0; i < 10; i++) pipe.taken();
    expect(items()).toEqual(all);
    expect(lengths.at(-1)).toBe(0);
  });

  it('gives no credit for answers to what it did not ask (L20)', async () => {
    const { pipe, push, sent } = openPipe();
    for (let i = 0; i < 5; i++) pipe.taken();
    push(upTo((WINDOW + 1) * MOST_ITEMS));
    await turn();
    expect(sent).toHaveLength(WINDOW);
  });

  it('holds nobody up once it has ended', async () => {
    const { pipe, push, lengths } = openPipe();
    push(upTo(4 * MOST_ITEMS));
    await turn();
    expect(lengths.at(-1)).toBe(2 * MOST_ITEMS);
    pipe.end();
    expect(lengths.at(-1)).toBe(0);
    push(upTo(4 * MOST_ITEMS));
    await turn();
    expect(lengths.at(-1)).toBe(0);
  });
});

describe.each(channels)('a pipe over $kind', ({ open }) => {
  /** A service that takes numbers in, and what it was given. */
  function start(take: (numbers: readonly number[]) => unknown = () => {}) {
    const all = deferred<readonly number[]>();
    const got: number[] = [];
    const [near, far] = open();
    const service = {
      calls: { count: () => got.length },
      pipes: {
        numbers(numbers: readonly number[]): unknown {
          got.push(...numbers);
          if (got.at(-1) === -1) all.resolve(got);
          return take(numbers);
        },
      },
    };
    const said: unknown[] = [];
    const serving = serve(watched(far, (message) => said.push(message)), service);
    const connection = connect<typeof service>(near);
    onTestFinished(() => {
      connection.close();
      serving.close();
    });
    return { connection, pipe: connection.pipe('numbers', eventLoop), all: all.promise, said, port: near };
  }

  it('delivers every item, in order (L19)', async () => {
    const { pipe, all } = start();
    for (const number of [...upTo(5_000), -1]) pipe.push(number);
    expect(await all).toEqual([...upTo(5_000), -1]);
  });

  it('keeps the order of what is called after it was sent (L10)', async () => {
    const { connection, pipe } = start();
    for (const number of [1, 2, 3]) pipe.push(number);
    await turn();
    expect(await connection.call('count')).toBe(3);
  });

  it('is not held up by what could not be taken in (L3, L19)', async () => {
    const { pipe, all } = start((numbers) => {
      if (numbers.length % 2 === 0) throw new Error('even');
      return Promise.reject(new Error('odd'));
    });
    for (const number of [...upTo(5_000), -1]) pipe.push(number);
    expect(await all).toHaveLength(5_001);
  });

  it('waits while the other side does (L20)', async () => {
    const room = deferred<void>();
    const { connection, pipe, all } = start(() => room.promise);
    for (const number of [...upTo(10 * MOST_ITEMS), -1]) pipe.push(number);
    await turn();
    expect(await connection.call('count')).toBe(WINDOW * MOST_ITEMS);
    room.resolve();
    expect(await all).toHaveLength(10 * MOST_ITEMS + 1);
  });

  it('reaches nothing but what the service names, and answers all the same (L2)', async () => {
    const { connection, port, said } = start();
    for (const pipe of ['constructor', '__proto__', 'toString', 'nope']) port.postMessage({ pipe, items: [1], asks: true } satisfies Load);
    for (const nonsense of [null, 1, { pipe: 'numbers' }, { pipe: 1, items: [] }, { pipe: 'numbers', items: 'abc', asks: true }]) port.postMessage(nonsense);
    expect(await connection.call('count')).toBe(0);
    expect(said.filter((message) => typeof message === 'object' && message !== null && 'taken' in message)).toHaveLength(4);
  });

  it('ends with its connection, now and later', async () => {
    const { connection } = start(() => new Promise(() => {}));
    const lengths: number[] = [];
    const pipe = connection.pipe('numbers', eventLoop, (waiting) => lengths.push(waiting));
    for (const number of upTo(10 * MOST_ITEMS)) pipe.push(number);
    await turn();
    expect(lengths.at(-1)).toBe(8 * MOST_ITEMS);
    connection.fail(new RegistryError('WORKER_GONE', 'found dead'));
    expect(lengths.at(-1)).toBe(0);
    const late = connection.pipe('numbers', eventLoop, (waiting) => lengths.push(waiting));
    for (const number of upTo(10 * MOST_ITEMS)) late.push(number);
    await turn();
    expect(lengths.at(-1)).toBe(0);
  });
});
