import { describe, expect, it } from 'vitest';
import { Batcher } from '../../actors/batcher.ts';
import { eventLoop } from '../../src/link/index.ts';

const turn = (): Promise<void> => new Promise((resolve) => void eventLoop.setTimeout(resolve, 0));

/** What a batcher sends, each message answered when the test says so. */
function open(limits = { items: 3, window: 2, highWater: 4 }) {
  const sent: (readonly number[])[] = [];
  const answers: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  const pressure: boolean[] = [];
  const send = (items: readonly number[]): Promise<void> => {
    sent.push(items);
    return new Promise((resolve, reject) => void answers.push({ resolve, reject }));
  };
  const batcher = new Batcher<number>(send, eventLoop, { limits, onPressure: (isFull) => pressure.push(isFull) });
  const push = (...items: readonly number[]): void => items.forEach((item) => batcher.push(item));
  return { push, sent, answers, pressure };
}

describe('a Batcher', () => {
  it('sends what is pushed in one turn in one message, in order', async () => {
    const { push, sent } = open();
    push(1, 2, 3);
    expect(sent).toEqual([]);
    await turn();
    expect(sent).toEqual([[1, 2, 3]]);
  });

  it('has at most so many messages under way, of at most so many items', async () => {
    const { push, sent, answers } = open();
    push(1, 2, 3, 4, 5, 6, 7, 8);
    await turn();
    expect(sent).toEqual([[1, 2, 3], [4, 5, 6]]);
    push(9, 10);
    await turn();
    expect(sent).toHaveLength(2);
    answers[0]!.resolve();
    await turn();
    expect(sent[2]).toEqual([7, 8, 9]);
  });

  it('V4: tells of pressure once above the mark and once below half of it, and drops nothing', async () => {
    const { push, sent, answers, pressure } = open();
    const all = Array.from({ length: 25 }, (_, i) => i);
    push(...all.slice(0, 5));
    expect(pressure).toEqual([true]);
    push(...all.slice(5));
    for (let i = 0; i < 20; i++) {
      await turn();
      answers[i]?.resolve();
    }
    expect(sent.flat()).toEqual(all);
    expect(pressure).toEqual([true, false]);
  });

  it('goes on after a message that could not be delivered', async () => {
    const { push, sent, answers } = open({ items: 1, window: 1, highWater: 9 });
    push(1, 2);
    await turn();
    answers[0]!.reject(new Error('gone'));
    await turn();
    expect(sent).toEqual([[1], [2]]);
  });
});
