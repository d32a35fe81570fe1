import { describe, expect, it } from 'vitest';
import { Slot, type LinkTo } from '../../src/runtime/slot.ts';
import { Updates, type UpdatesWorld } from '../../src/runtime/updating.ts';
import { SimulatedClock } from '../../src/testing/clock.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { someone } from './fixture/author.ts';
import { signerOf } from './fixture/signer.ts';

const DEADLINE = 5_000;

type Answers = Readonly<Record<string, (request: never) => unknown>>;

/** Updates whose entries actor answers what the test says. */
function open(answers: Answers, onRead?: UpdatesWorld['onRead']) {
  const clock = new SimulatedClock();
  const entries = new Slot('entries');
  const calls: string[] = [];
  const call = async (name: string, request: never): Promise<unknown> => {
    calls.push(name);
    return answers[name]?.(request);
  };
  const link = { call } as unknown as LinkTo<'entries'>;
  entries.fill(link);
  const world: UpdatesWorld = {
    clock,
    entries,
    deadline: DEADLINE,
    patience: 10_000,
    origins: 1,
    signer: () => {
      throw new Error('there is no vault');
    },
    onRead: onRead ?? ((_name, result) => result as never),
    onTaken: (_entry, outcome) => outcome as never,
    onFailure: (_name, error) => {
      throw error;
    },
  };
  const { author, signer } = signerOf(someone);
  const updates = new Updates(world);
  const update = (maxAttempts?: number, name = 'name') => {
    const { pubkey, datakey } = author.entry(0n, '', { name });
    return codeOf(updates.update({ signer, pubkey, datakey, change: () => new Uint8Array(1) }, maxAttempts === undefined ? undefined : { maxAttempts }));
  };
  return { clock, calls, update };
}

const never = () => new Promise<never>(() => {});

describe('an update', () => {
  it('waits for its turn for as long as those of its entry before it can take, and no longer', async () => {
    const { clock, update } = open({ turn: never });
    const since = clock.elapsed();
    const ends: string[] = [];
    const note = (who: string, outcome: Promise<unknown>): Promise<void> => outcome.then((code) => void ends.push(`${who} ${String(code)} after ${clock.elapsed() - since}`));
    await clock.run(Promise.all([note('first', update()), note('second', update()), note('another', update(256, 'other'))]));
    expect(ends.toSorted()).toEqual(['another TIMEOUT after 125000', 'first TIMEOUT after 125000', 'second TIMEOUT after 245000']);
  });
});
