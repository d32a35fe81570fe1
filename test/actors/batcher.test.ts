import { describe, expect, it } from 'vitest';
import { Batcher, MOST_ITEMS, WINDOW } from '../../actors/batcher.ts';
import { eventLoop } from '../../src/link/index.ts';

const turn = (): Promise<void> => new Promise((resolve) => void eventLoop.setTimeout(resolve, 0));

/** What a batcher sends, each message answered when the test says so. */
function open() {
  const sent: (readonly number[])[] = [];
  const answers: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  const lengths: number[] = [];
  const send = (items: readonly number[]): Promise<void> => {
    sent.push(items);
    return new Promise((resolve, reject) => void answers.push({ resolve, reject }));
  };
  const batcher = new Batcher<number>(send, eventLoop, (waiting) => lengths.push(waiting));
  const push = (items: readonly number[]): void => items.forEach((item) => batcher.push(item));
  return { push, sent, answers, lengths };
}

const upTo = (end: number): readonly number[] => Array.from({ length: end }, (_, i) => i);

describe('a Batcher', () => {
  it('sends what is pushed in one turn in one message, in order', async () => {
    const { push, sent } = open();
    push([1, 2, 3]);
    expect(sent).toEqual([]);
    await turn();
    expect(sent).toEqual([[1, 2, 3]]);
  });

  it('has at most so many messages under way, of at most so many items', async () => {
    const { push, sent, answers } = open();
    const all = upTo((WINDOW + 1) * MOST_ITEMS + 1);
    push(all.slice(0, -2));
    await turn();
    expect(sent.map(({ length }) => length)).toEqual(Array.from({ length: WINDOW }, () => MOST_ITEMS));
    push(all.slice(-2));
    await turn();
    expect(sent).toHaveLength(WINDOW);
    answers[0]!.resolve();
    await turn();
    expect(sent.flat()).toEqual(all.slice(0, -1));
  });

  it('V4: tells how many wait, and drops nothing', async () => {
    const { push, sent, answers, lengths } = open();
    const all = upTo(10 * MOST_ITEMS);
    push(all);
    expect(lengths).toEqual(all.map((i) => i + 1));
    for (let i = 0; i < 10; i++) {
      await turn();
      answers[i]?.resolve();
    }
    await turn();
    expect(sent.flat()).toEqual(all);
    expect(lengths.at(-1)).toBe(0);
  });

  it('goes on after a message that could not be delivered', async () => {
    const { push, sent, answers } = open();
    push(upTo(WINDOW * MOST_ITEMS + 1));
    await turn();
    answers[0]!.reject(new Error('gone'));
    await turn();
    expect(sent[WINDOW]).toEqual([WINDOW * MOST_ITEMS]);
  });
});
