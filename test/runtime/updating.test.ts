import { describe, expect, it } from 'vitest';
import type { ResultBody } from '../../actors/entries/result.ts';
import type { Base } from '../../actors/entries/updating.ts';
import { RegistryError, toWire } from '../../src/error.ts';
import { Slot, type LinkTo } from '../../src/runtime/slot.ts';
import { Updates, type UpdatesWorld } from '../../src/runtime/updating.ts';
import { SimulatedClock } from '../../src/testing/clock.ts';
import { someone } from './fixture/author.ts';
import { signerOf } from './fixture/signer.ts';

const DAY = 86_400_000;
const DEADLINE = 5_000;

type Answers = Readonly<Record<string, (request: never) => unknown>>;

const linkThat = (call: (name: string, request: never) => Promise<unknown>): LinkTo<'entries'> => ({ call }) as unknown as LinkTo<'entries'>;

/** Updates whose entries actor answers what the test says. */
function open(answers: Answers, onRead?: UpdatesWorld['onRead']) {
  const clock = new SimulatedClock();
  const entries = new Slot('entries');
  const calls: string[] = [];
  const call = async (name: string, request: never): Promise<unknown> => {
    calls.push(name);
    return answers[name]?.(request);
  };
  entries.fill(linkThat(call));
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
    return updates.update({ signer, pubkey, datakey, change: () => new Uint8Array(1) }, maxAttempts === undefined ? undefined : { maxAttempts }).catch((error: unknown) => error);
  };
  return { clock, calls, update };
}

const NOTHING: ResultBody = { exists: false, claimedBy: [], confirmedAt: 0, status: 'cached' };
const never = () => new Promise<never>(() => {});

describe('an update', () => {
  it('waits for its turn for as long as those of its entry before it can take, and no longer', async () => {
    const { clock, update } = open({ turn: never });
    const since = clock.elapsed();
    const ends: string[] = [];
    const note = (who: string, outcome: Promise<unknown>): Promise<void> => outcome.then((error) => void ends.push(`${who} ${(error as RegistryError).code} after ${clock.elapsed() - since}`));
    await clock.run(Promise.all([note('first', update()), note('second', update()), note('another', update(256, 'other'))]));
    expect(ends.toSorted()).toEqual(['another TIMEOUT after 125000', 'first TIMEOUT after 125000', 'second TIMEOUT after 245000']);
  });

  it('is CONFLICT after as many attempts as it may make, also where each time something newer was shown here meanwhile', async () => {
    const newer = someone().entry(7n);
    const attempts: number[] = [];
    const base = ({ attempt }: { readonly attempt: number }): Base => {
      // It would go on for ever.
      if (attempts.push(attempt) > 10) throw new RegistryError('INVALID_INPUT', 'it was asked too often');
      return { result: NOTHING, at: 0 };
    };
    const { clock, calls, update } = open({ base }, () => ({ ...newer, exists: true }) as never);
    expect(await clock.run(update(3))).toMatchObject({ code: 'CONFLICT', current: newer });
    // Each with a longer pause before it, of the entries actor's.
    expect(attempts).toEqual([1, 2, 3, 4]);
    expect(calls).not.toContain('swap');
  });

  it('F12: is UNCONFIRMED when its patience is over, whatever the time of day', async () => {
    for (const jump of [-DAY, DAY]) {
      const { clock, calls, update } = open({
        base: () => ({ result: NOTHING, at: 0 }),
        swap: () => {
          if (calls.length === 6) clock.jump(jump);
          return new Promise((resolve) => void clock.setTimeout(() => resolve({ kind: 'unsure', error: toWire(new RegistryError('TIMEOUT', 'late')) }), 1_000));
        },
      });
      const since = clock.elapsed();
      expect(await clock.run(update())).toMatchObject({ code: 'UNCONFIRMED' });
      // The first answer, and ten seconds from then on.
      expect(clock.elapsed() - since).toBe(11_000);
    }
  });
});
