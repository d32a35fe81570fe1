import { describe, expect, it } from 'vitest';
import type { FoundResult, ReadResult, ResultBody } from '../../actors/entries/result.ts';
import { RegistryError } from '../../src/error.ts';
import { nameOf, packEntry, takeSignedEntry } from '../../src/registry/index.ts';
import { VolatileFloors } from '../../src/runtime/volatile-floors.ts';
import { Watches } from '../../src/runtime/watches.ts';
import type { WatchCommand } from '../../actors/entries/service.ts';
import { deferred, FakeClock } from '../link/fixture/clock.ts';
import { someone } from './fixture/author.ts';

const author = someone();
const NOW = new FakeClock().now();
const found = (revision: bigint, rest: Partial<FoundResult> = {}): FoundResult => ({
  ...author.entry(revision),
  exists: true,
  deleted: false,
  status: 'live',
  source: 'portal',
  confirmedAt: NOW,
  confirmedBy: ['http://a.example'],
  floor: 'volatile',
  ...rest,
});
/** As the entries actor tells it. */
const bodyOf = (result: FoundResult): ResultBody => {
  const { status, source, confirmedAt, confirmedBy, floor } = result;
  return { exists: true, packed: packEntry(takeSignedEntry(result)), status, source, confirmedAt, confirmedBy, floor };
};
const body = (...args: Parameters<typeof found>): ResultBody => bodyOf(found(...args));
const key = author.entry(1n);
const NAME = nameOf(key);

const failure = (revision?: bigint): RegistryError => new RegistryError('STALE', 'too old', { hint: 'wait', cause: 'why', current: revision === undefined ? undefined : author.entry(revision) });

/** The last stamp of the entries actor. */
let stamp = 0;

const LINGER = 30_000;

/** Watches in time that passes when it is told to, and what is known of one entry there. */
function start() {
  const clock = new FakeClock();
  const watches = new Watches({ maxFloors: 10, maxStaleness: 60_000, linger: LINGER }, clock);
  return { watches, clock, view: watches.view(key) };
}

describe('the answer to a read', () => {
  it('does not take the place of what was told to watchers since, unless it is newer', () => {
    const { watches, view } = start();
    const watching = watches.watch(key, true).subscribe();
    watches.takeRead(NAME, body(1n, { status: 'cached' }), ++stamp);
    expect(view.latest).toMatchObject({ status: 'cached' });
    watches.take(NAME, body(1n, { status: 'stale' }), ++stamp);
    watches.takeRead(NAME, body(1n, { status: 'live' }), ++stamp);
    expect(view.latest).toMatchObject({ status: 'stale' });
    watches.takeRead(NAME, body(2n, { status: 'live' }), ++stamp);
    expect(view.latest).toMatchObject({ revision: 2n, status: 'live' });
    // What was overtaken on its way is not told to its reader either.
    expect(watches.takeRead(NAME, body(1n), ++stamp)).toEqual(view.latest);
    watching.unsubscribe();
  });

  it('is the newest that is known where nobody watches', () => {
    const { watches, view } = start();
    watches.takeRead(NAME, body(1n, { status: 'live' }), ++stamp);
    watches.takeRead(NAME, body(1n, { status: 'stale' }), ++stamp);
    expect(view.latest).toMatchObject({ status: 'stale' });
  });
});

describe('a read', () => {
  it('is answered here while the entry is watched and a live connection vouches, each time with bytes of its own', () => {
    const { watches, view } = start();
    expect(view.answer()).toBeUndefined();
    const watching = watches.watch(key, false).subscribe();
    watches.take(NAME, body(1n, { status: 'stale' }), ++stamp);
    expect(view.answer()).toBeUndefined();
    watches.take(NAME, body(1n), ++stamp);
    const [one, two] = [view.answer(), watches.answer(NAME)] as [FoundResult, FoundResult];
    expect(one).toEqual(found(1n, { source: 'cache' }));
    expect(two).toEqual(one);
    giveAway(one);
    expect(two).toEqual(found(1n, { source: 'cache' }));
    watching.unsubscribe();
    expect(view.answer()).toBeUndefined();
  });

  it('is not answered by what an entries actor said that is gone', () => {
    const { watches, view } = start();
    const watching = watches.watch(key, false).subscribe();
    watches.take(NAME, body(1n), ++stamp);
    const statuses: string[] = [];
    const other = watches.watch(key, true).subscribe(({ status }) => statuses.push(status));
    watches.disconnect();
    expect(view.answer()).toBeUndefined();
    expect(statuses).toEqual(['live', 'cached']);
    other.unsubscribe();
    // Its successor may begin with what it was told of; older is not taken for its word.
    watches.take(NAME, body(0n), ++stamp);
    expect(view.answer()).toBeUndefined();
    watches.take(NAME, body(1n), ++stamp);
    expect(view.answer()).toMatchObject({ revision: 1n });
    watching.unsubscribe();
  });

  it('is not answered by less than the caller has written, or was shown by an error, until watchers are told of it', () => {
    const { watches, view } = start();
    const watching = watches.watch(key, false).subscribe();
    watches.take(NAME, body(1n), ++stamp);
    watches.noteSeen(NAME, author.entry(1n));
    expect(view.answer()).toMatchObject({ revision: 1n });
    watches.noteSeen(NAME, author.entry(3n));
    expect(view.answer()).toBeUndefined();
    watches.take(NAME, body(2n), ++stamp);
    expect(view.answer()).toBeUndefined();
    watches.take(NAME, body(3n), ++stamp);
    expect(view.answer()).toMatchObject({ revision: 3n });
    watching.unsubscribe();
  });

  it('that fails tells no older entry than what was shown, whatever the successor of an entries actor knows', () => {
    const { watches } = start();
    const unchanged = failure(1n);
    expect(watches.noteError(NAME, unchanged)).toBe(unchanged);
    const watching = watches.watch(key, false).subscribe();
    watches.take(NAME, body(2n), ++stamp);
    const told = watches.noteError(NAME, failure(1n));
    expect(told).toMatchObject({ code: 'STALE', message: 'too old', hint: 'wait', cause: 'why', retryable: failure().retryable, current: { revision: 2n } });
    for (const error of [failure(2n), failure(3n), failure()]) expect(watches.noteError(NAME, error)).toBe(error);
    watching.unsubscribe();
  });

  it('is not answered by what a read was told, nor by what was told before it was watched again', async () => {
    const { watches, view } = start();
    const first = watches.watch(key, false).subscribe();
    watches.take(NAME, body(1n), ++stamp);
    first.unsubscribe();
    await Promise.resolve();
    watches.takeRead(NAME, body(1n), ++stamp);
    watches.take(NAME, body(1n), ++stamp); // was under way when the watcher left
    const second = watches.watch(key, false).subscribe();
    expect(view.answer()).toBeUndefined();
    watches.take(NAME, body(1n), ++stamp);
    expect(view.answer()).toMatchObject({ revision: 1n });
    second.unsubscribe();
  });

  it('of a handle that is read again has the entry followed, until it has not been read for some time', async () => {
    const { watches, clock, view } = start();
    view.noteRead();
    watches.take(NAME, body(1n), ++stamp);
    expect(view.answer()).toBeUndefined();
    view.noteRead();
    watches.take(NAME, body(1n), ++stamp);
    await clock.advance(LINGER);
    expect(view.answer()).toMatchObject({ revision: 1n });
    view.noteRead();
    await clock.advance(LINGER);
    expect(view.answer()).toMatchObject({ revision: 1n });
    await clock.advance(LINGER);
    // Confirmed three times as long ago: longer than a portal's word holds.
    expect([view.answer(), view.latest]).toMatchObject([undefined, { status: 'stale' }]);
  });
});

describe('the newest that is known', () => {
  it('is the same object while nothing changed', () => {
    const { watches, view } = start();
    watches.take(NAME, body(1n), ++stamp);
    const one = view.latest;
    watches.take(NAME, body(1n), ++stamp);
    watches.takeRead(NAME, body(1n), ++stamp);
    expect(view.latest).toBe(one);
    watches.take(NAME, body(1n, { confirmedBy: ['http://b.example'] }), ++stamp);
    expect(view.latest).toMatchObject({ confirmedBy: ['http://b.example'] });
  });

  it.each([
    { ago: 60_000, status: 'cached' },
    { ago: 60_001, status: 'stale' },
    { ago: NOW, status: 'stale' },
  ])('is $status when nobody watches any more, if it was confirmed $ago ms ago', async ({ ago, status }) => {
    const { watches, view } = start();
    const watching = watches.watch(key, true).subscribe();
    watches.take(NAME, body(1n, { confirmedAt: NOW - ago }), ++stamp);
    watching.unsubscribe();
    await Promise.resolve();
    expect(view.latest).toMatchObject({ status });
  });
});

/** As when it is posted to another thread. */
const giveAway = ({ pubkey, datakey, data, signature }: FoundResult): void => {
  structuredClone(undefined, { transfer: [pubkey.buffer, datakey.buffer, data.buffer, signature.buffer] as ArrayBuffer[] });
};

describe('what its receiver does with a result', () => {
  it('changes nothing for others: not the keys, not the floors, not what is newer', async () => {
    const { watches } = start();
    const commanded: WatchCommand[] = [];
    const isUnwatched = deferred<void>();
    watches.connect({
      push(command) {
        commanded.push(command);
        if (command.kind === 'unwatch') isUnwatched.resolve();
      },
    });
    const revisions: bigint[] = [];
    const watching = watches.watch(key, true).subscribe((result) => {
      if (!result.exists) return;
      revisions.push(result.revision);
      giveAway(result);
    });
    await Promise.resolve();
    for (const revision of [2n, 1n, 3n, 3n]) watches.take(NAME, body(revision), ++stamp);
    expect(watches.takeRead(NAME, body(4n), ++stamp)).toMatchObject({ revision: 4n });
    expect(revisions).toEqual([2n, 3n, 4n]);
    expect(watches.volatileFloors.entries).toMatchObject([{ ...author.entry(4n) }]);
    watching.unsubscribe();
    await isUnwatched.promise;
    expect(commanded).toEqual([{ kind: 'watch', name: NAME }, { kind: 'unwatch', name: NAME }]);
  });
});

/** Two entries of one revision, as somebody signs who writes from two places. */
const [older, newer] = ['here', 'there'].map((data) => ({ ...found(1n), ...author.entry(1n, data) })) as [FoundResult, FoundResult];

describe('of two entries of one revision', () => {
  it.each([
    { order: 'in their order', told: [older, newer], at: [1, 2], seen: [older, newer] },
    { order: 'the later one first', told: [newer, older], at: [2, 1], seen: [newer] },
  ])('the one that the entries actor told later counts, come they $order', ({ told, at, seen }) => {
    const { watches, view } = start();
    const results: ReadResult[] = [];
    const watching = watches.watch(key, false).subscribe((result) => results.push(result));
    told.forEach((result, i) => watches.take(NAME, bodyOf(result), at[i] ?? 0));
    expect(results).toEqual(seen);
    expect(watches.takeRead(NAME, bodyOf(older), 1)).toEqual(view.latest);
    expect(watches.volatileFloors.entries).toMatchObject([{ data: newer.data }]);
    watching.unsubscribe();
  });

  it('a written one counts where the entries actor knew of none that replaces it', () => {
    const { watches } = start();
    watches.take(NAME, bodyOf(older), 1);
    watches.volatileFloors.note(NAME, { packed: packEntry(takeSignedEntry(newer)), at: 2 }, 'volatile');
    expect(watches.volatileFloors.entries).toMatchObject([{ data: newer.data }]);
  });
});

describe('a floor that is in memory only', () => {
  it('is of the highest revision, whatever is told later', () => {
    const floors = new VolatileFloors(10);
    for (const [revision, at] of [[2n, 1], [1n, 2], [2n, 3]] as const) floors.note(NAME, { packed: packEntry(takeSignedEntry(author.entry(revision))), at }, 'volatile');
    expect(floors.entries).toMatchObject([{ revision: 2n }]);
  });

  it('may be known by an error alone, which comes after what was told before it, and before what is told later', () => {
    const floors = new VolatileFloors(10);
    const [one, other, third] = ['one', 'other', 'third'].map((data) => packEntry(takeSignedEntry({ ...author.entry(2n), data: new TextEncoder().encode(data) }))) as [string, string, string];
    const shown = (): string[] => floors.entries.map(({ data }) => new TextDecoder().decode(data));
    floors.note(NAME, { packed: one, at: 1 }, 'volatile');
    for (let times = 3; times > 0; times--) floors.noteCurrent(NAME, other);
    expect(shown()).toEqual(['other']);
    floors.note(NAME, { packed: one, at: 1 }, 'durable');
    expect(shown()).toEqual(['other']);
    floors.note(NAME, { packed: third, at: 2 }, 'volatile');
    expect(shown()).toEqual(['third']);
    floors.note(NAME, { packed: third, at: 3 }, 'durable');
    expect(shown()).toEqual([]);
  });
});
