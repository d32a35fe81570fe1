import { describe, expect, it } from 'vitest';
import type { FoundResult } from '../../actors/entries/result.ts';
import { nameOf } from '../../src/registry/index.ts';
import { Watches } from '../../src/runtime/watches.ts';
import { someone } from './fixture/author.ts';

const author = someone();
const NOW = 1_000_000;
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
const key = author.entry(1n);
const NAME = nameOf(key);

/** Watches at a time that stands still, and what is known of one entry there. */
function start(now = NOW) {
  const clock = { now: () => now, setTimeout: () => undefined, clearTimeout: () => {} };
  const watches = new Watches({ watch: () => {}, unwatch: () => {} }, { maxFloors: 10, maxStaleness: 60_000 }, clock);
  return { watches, view: watches.view(key) };
}

describe('the answer to a read', () => {
  it('does not take the place of what was told to watchers since, unless it is newer', () => {
    const { watches, view } = start();
    const watching = watches.watch(key, true).subscribe();
    watches.takeRead(NAME, found(1n, { status: 'cached' }));
    expect(view.latest).toMatchObject({ status: 'cached' });
    watches.take(NAME, found(1n, { status: 'stale' }));
    watches.takeRead(NAME, found(1n, { status: 'live' }));
    expect(view.latest).toMatchObject({ status: 'stale' });
    watches.takeRead(NAME, found(2n, { status: 'live' }));
    expect(view.latest).toMatchObject({ revision: 2n, status: 'live' });
    watching.unsubscribe();
  });

  it('is the newest that is known where nobody watches', () => {
    const { watches, view } = start();
    watches.takeRead(NAME, found(1n, { status: 'live' }));
    watches.takeRead(NAME, found(1n, { status: 'stale' }));
    expect(view.latest).toMatchObject({ status: 'stale' });
  });
});

describe('the newest that is known', () => {
  it('is the same object while nothing changed', () => {
    const { watches, view } = start();
    watches.take(NAME, found(1n));
    const one = view.latest;
    watches.take(NAME, found(1n));
    watches.takeRead(NAME, found(1n));
    expect(view.latest).toBe(one);
    watches.take(NAME, found(1n, { confirmedBy: ['http://b.example'] }));
    expect(view.latest).toMatchObject({ confirmedBy: ['http://b.example'] });
  });

  it.each([
    { ago: 60_000, status: 'cached' },
    { ago: 60_001, status: 'stale' },
    { ago: NOW, status: 'stale' },
  ])('is $status when nobody watches any more, if it was confirmed $ago ms ago', async ({ ago, status }) => {
    const { watches, view } = start();
    const watching = watches.watch(key, true).subscribe();
    watches.take(NAME, found(1n, { confirmedAt: NOW - ago }));
    watching.unsubscribe();
    await Promise.resolve();
    expect(view.latest).toMatchObject({ status });
  });
});
