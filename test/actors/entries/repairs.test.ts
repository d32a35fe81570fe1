import { describe, expect, it } from 'vitest';
import { Repairs } from '../../../actors/entries/repairs.ts';
import type { Row } from '../../../actors/entries/row.ts';
import type { TableWorld } from '../../../actors/entries/world.ts';
import { RegistryError, toWire } from '../../../src/error.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { FakeClock, turn } from '../../link/fixture/clock.ts';

const author = someone();

const row = (name: string, revision: bigint | undefined) => ({ name, latest: revision === undefined ? undefined : author.entry(revision, '', { name }) }) as unknown as Row;

/** Repairs whose posts are answered when the test says so. */
function open(refusal?: unknown) {
  const clock = new FakeClock();
  const begun = clock.now();
  const posted: string[] = [];
  const answers: (() => void)[] = [];
  const post = (portal: string, { revision }: { revision: bigint }) => {
    posted.push(`${portal} ${revision} at ${clock.now() - begun}`);
    return new Promise((resolve) => {
      if (refusal === undefined) answers.push(() => resolve({ kind: 'accepted' }));
      else resolve(refusal);
    });
  };
  const repaired: string[] = [];
  const repairs = new Repairs({ clock, policy: { repairInterval: 200, lagGrace: 30_000 }, portal: { post } } as unknown as TableWorld, ({ name }, portal, { revision }, isAccepted) =>
    repaired.push(`${portal} ${name} ${revision} ${isAccepted ? 'accepted' : 'left'}`),
  );
  return { clock, repairs, posted, answers, repaired };
}

describe('Repairs', () => {
  it('are sent one at a time, an interval apart, after each is answered', async () => {
    const { clock, repairs, posted, answers } = open();
    for (const name of ['a', 'b', 'c']) repairs.add(row(name, 5n), 'p');
    await clock.advance(199);
    expect(posted).toEqual([]);
    await clock.advance(1_001);
    expect(posted).toEqual(['p 5 at 200']);
    answers[0]!();
    await turn();
    await clock.advance(200);
    expect(posted).toEqual(['p 5 at 200', 'p 5 at 1400']);
  });

  it('are one for a portal and an entry, and carry what is newest when they are sent', async () => {
    const { clock, repairs, posted } = open();
    repairs.add(row('a', 5n), 'p');
    repairs.add(row('a', 6n), 'p');
    await clock.advance(1_000);
    expect(posted).toEqual(['p 6 at 200']);
  });

  it('are none for an entry that is not known, and end when stopped', async () => {
    const { clock, repairs, posted } = open();
    repairs.add(row('a', undefined), 'p');
    await clock.advance(1_000);
    expect(posted).toEqual([]);
    repairs.add(row('b', 5n), 'p');
    repairs.stop();
    await clock.advance(1_000);
    expect(posted).toEqual([]);
    expect(clock.timers.size).toBe(0);
  });

  it('F7: wait two seconds for an answer, and then ever longer; one portal that says nothing holds up no other’s', async () => {
    const { clock, repairs, posted, repaired } = open();
    for (const name of ['a', 'b']) repairs.add(row(name, 5n), 'mute');
    await clock.advance(100);
    repairs.add(row('a', 6n), 'p');
    await clock.advance(10_000);
    expect(posted.slice(0, 4)).toEqual(['mute 5 at 200', 'p 6 at 300', 'mute 5 at 2600', 'p 6 at 2700']);
    expect(repaired.filter((said) => said.startsWith('mute'))).toEqual(['mute a 5 left']);
  });

  it('that are answered after the patience is over count', async () => {
    const { clock, repairs, posted, answers, repaired } = open();
    repairs.add(row('a', 5n), 'p');
    await clock.advance(2_300);
    answers[0]!();
    await clock.advance(60_000);
    expect(repaired).toEqual(['p a 5 accepted']);
    expect(posted).toHaveLength(1);
  });

  it('to a portal in quarantine wait until it is out, and are sent then', async () => {
    const { clock, repairs, posted, repaired } = open({ kind: 'failed', error: toWire(new RegistryError('UNREACHABLE', 'quarantine')) });
    repairs.add(row('a', 5n), 'p');
    await clock.advance(600_000);
    expect(repaired).toEqual([]);
    expect(posted.length).toBeGreaterThan(20);
    expect(posted.length).toBeLessThan(40);
  });

  it('are bounded: a portal that lost everything catches up by itself', async () => {
    const { clock, repairs, posted, answers } = open();
    for (let i = 0; i < 1_500; i++) repairs.add(row(`${i}`, 1n), 'p');
    for (let i = 0; i < 1_600; i++) {
      await clock.advance(200);
      answers[i]?.();
    }
    expect(posted).toHaveLength(1_000);
  });

  it('do not go on once stopped while one is under way', async () => {
    const { clock, repairs, posted, answers } = open();
    for (const name of ['a', 'b']) repairs.add(row(name, 5n), 'p');
    await clock.advance(200);
    repairs.stop();
    answers[0]!();
    await clock.advance(10_000);
    expect(posted).toHaveLength(1);
    expect(clock.timers.size).toBe(0);
  });
});
