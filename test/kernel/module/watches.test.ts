import { Feed } from '../../../actors/feed.ts';
import type { Update } from '../../../actors/entries/table.ts';
import { describe, expect, it } from 'vitest';
import type { ReadResult, ResultBody } from '../../../actors/entries/result.ts';
import type { Core } from '../../../src/kernel/module/core.ts';
import { Watches } from '../../../src/kernel/module/watches.ts';
import { packEntry, type CheckedEntry } from '../../../src/registry/index.ts';
import { DEFAULT_POLICY, entryNamed, nameOf } from './fixture.ts';

const [first, second, other] = [entryNamed('one', 1n), entryNamed('one', 2n), entryNamed('two', 1n)];
const name = nameOf(first);

const bodyOf = (entry: CheckedEntry, status: ResultBody['status'] = 'live'): ResultBody => ({ exists: true, packed: packEntry(entry), status, source: 'portal', confirmedAt: 5, confirmedBy: [], floor: 'durable' });
const absent: ResultBody = { exists: false, claimedBy: [], confirmedAt: 5, status: 'live' };

/** Actors of which the table is all that is looked at. */
function core(known?: CheckedEntry) {
  const updates = new Feed<Pick<Update, 'name' | 'result'>>();
  const words: string[] = [];
  const facts = { value: { live: 'present' }, packed: known && packEntry(known), confirmedAt: 5, confirmedBy: [], claimedBy: [], floor: 'durable' };
  const table = { updates, watch: () => void words.push('watch'), unwatch: () => void words.push('unwatch'), rows: { named: () => known && { facts } } };
  const world = { clock: { now: () => 10 }, policy: DEFAULT_POLICY };
  return { updates, words, core: { entries: { table, world } } as unknown as Core };
}

/** What somebody is told, in short. */
function reader() {
  const told: unknown[] = [];
  return { told, next: (result: ReadResult): void => void told.push(result.exists ? result.revision : 'absent') };
}

describe('given an entry that is watched', () => {
  it('when news come, then each is told once, whatever else changes; and of others nothing', () => {
    const [watches, actors, one] = [new Watches(), core(), reader()];
    watches.connect(actors.core);
    watches.watch(first, one.next);
    for (const result of [absent, absent, bodyOf(first), bodyOf(first, 'stale'), bodyOf(first), bodyOf(second)]) actors.updates.next({ name, result });
    actors.updates.next({ name: nameOf(other), result: bodyOf(other) });
    expect(one.told).toEqual(['absent', 1n, 2n]);
    expect(actors.words).toEqual(['watch']);
  });

  it('when a second one watches it, then that is told at once what is known; when the last one leaves, then it is watched no more', () => {
    const [watches, actors, one, two] = [new Watches(), core(first), reader(), reader()];
    watches.connect(actors.core);
    const leave = watches.watch(first, one.next);
    const leaveToo = watches.watch(first, two.next);
    expect([one.told, two.told]).toEqual([[], [1n]]);
    actors.updates.next({ name, result: bodyOf(first) });
    expect([one.told, two.told]).toEqual([[1n], [1n]]);
    leave();
    leave();
    expect([actors.words, watches.size]).toEqual([['watch'], 1]);
    actors.updates.next({ name, result: bodyOf(second) });
    expect([one.told, two.told]).toEqual([[1n], [1n, 2n]]);
    leaveToo();
    leaveToo();
    expect([actors.words, watches.size]).toEqual([['watch', 'unwatch'], 0]);
  });

  it('M7: when other actors take over, then they watch it, what was told is not told again, and the former are not heard', () => {
    const [watches, former, actors, one] = [new Watches(), core(), core(), reader()];
    watches.watch(first, one.next);
    watches.connect(former.core);
    expect(former.words).toEqual(['watch']);
    former.updates.next({ name, result: bodyOf(first) });
    watches.connect(actors.core);
    former.updates.next({ name, result: bodyOf(second) });
    expect(one.told).toEqual([1n]);
    actors.updates.next({ name, result: bodyOf(first) });
    actors.updates.next({ name, result: bodyOf(second) });
    expect(one.told).toEqual([1n, 2n]);
    expect(actors.words).toEqual(['watch']);
  });
});
