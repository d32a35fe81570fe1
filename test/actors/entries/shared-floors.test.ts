import { describe, expect, it } from 'vitest';
import { MemoryFloors } from '../../../actors/entries/memory-floors.ts';
import { SharedFloors } from '../../../actors/entries/shared-floors.ts';
import type { Floor } from '../../../actors/entries/world.ts';
import { nameOf, packEntry, type CheckedEntry } from '../../../src/registry/index.ts';
import { FloorStore, MemoryStorage } from '../../../src/storage/index.ts';
import type { OpenBroadcast } from '../../../src/world.ts';
import { FakeClock, turn } from '../../link/fixture/clock.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { A, TableBench } from './table-bench.ts';

const author = someone();
const entry = author.entry(5n);

/** Channels by their names; who posts hears nothing of it. */
function ether() {
  const hearers = new Map<string, Set<(message: unknown) => void>>();
  const posted: unknown[] = [];
  const open: OpenBroadcast = (name, hear) => {
    const others = hearers.get(name) ?? new Set();
    hearers.set(name, others.add(hear));
    return {
      post: (message) => {
        posted.push(message);
        for (const other of others) if (other !== hear) other(structuredClone(message));
      },
      close: () => void others.delete(hear),
    };
  };
  return { open, posted, hearers };
}

/** Tabs on one storage. */
function tabs(storage = new MemoryStorage({ durable: true }), isGenuine: (entry: CheckedEntry) => boolean = () => true) {
  const air = ether();
  const clock = new FakeClock();
  const verified: CheckedEntry[] = [];
  const verify = (checked: CheckedEntry): Promise<boolean> => {
    verified.push(checked);
    return Promise.resolve(isGenuine(checked));
  };
  const tab = (known?: CheckedEntry) => {
    const heard: Floor[] = [];
    const isNews = (name: string, checked: CheckedEntry): boolean => known === undefined || (name === nameOf(known) && checked.revision > known.revision);
    const floors = new SharedFloors(
      { open: air.open, identity: 'one', verify, isNews, onForeign: (_name, floor) => heard.push(floor) },
      (onState) => FloorStore.open(storage, { verify: () => Promise.resolve(true), clock, onState }),
      clock,
      5_000,
      () => {},
    );
    return { floors, heard };
  };
  return { ...air, clock, tab, verified };
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await turn();
}

describe('floors of one storage in two tabs', () => {
  it('F2, G2: raised in the one are verified and raised in the other, and not told back', async () => {
    const { tab, posted, verified } = tabs();
    const [one, other] = [tab(), tab()];
    await one.floors.raise([entry], [nameOf(entry)]);
    await settled();
    expect(other.heard).toMatchObject([{ entry: { revision: 5n }, durability: 'durable' }]);
    expect(verified).toHaveLength(1);
    expect(one.heard).toEqual([]);
    expect(posted).toHaveLength(1);
  });

  it('F1: are not believed: what does not verify is no floor', async () => {
    const { tab, open } = tabs(undefined, () => false);
    const { floors, heard } = tab();
    open('secure-registry floors one', () => {})?.post([[nameOf(entry), packEntry(entry)]]);
    await settled();
    expect(heard).toEqual([]);
    expect(await floors.getMany([{ name: nameOf(entry), id: new Uint8Array(32) }])).toEqual([undefined]);
  });

  it('are none where anything else is posted, however much', async () => {
    const { tab, open, verified } = tabs(undefined, () => false);
    const { heard } = tab(entry);
    const channel = open('secure-registry floors one', () => {});
    const name = nameOf(entry);
    const shapes = [null, 7, 'x', {}, [null], [[]], [[name]], [[name, 'short']], [[name, 7]], [['x', packEntry(entry)]], [[name, `\u0009${packEntry(entry).slice(1)}`]], [[name, packEntry(entry)]], [[name, `${packEntry(entry)}${'x'.repeat(500)}`]]];
    for (const shape of shapes) channel?.post(shape);
    await settled();
    expect([heard, verified]).toEqual([[], []]);
    const one = packEntry(author.entry(6n)).slice(0, 73);
    channel?.post(Array.from({ length: 5_000 }, (_, i) => [name, `${one}${i}`]));
    await settled();
    expect(heard).toEqual([]);
    expect(verified).toHaveLength(1_000);
  });

  it('F10: are verified at a bounded rate, however often somebody posts what is none', async () => {
    const { tab, open, verified, clock } = tabs(undefined, () => false);
    tab(entry);
    const channel = open('secure-registry floors one', () => {});
    const one = packEntry(author.entry(6n)).slice(0, 73);
    for (let second = 0; second < 5; second++) {
      for (let posts = 0; posts < 5; posts++) {
        channel?.post(Array.from({ length: 500 }, (_, i) => [nameOf(entry), `${one}${second}.${posts}.${i}`]));
        await settled();
      }
      await clock.advance(1_000);
    }
    expect(verified).toHaveLength(1_000 + 4 * 200);
  });

  it('are told only where they outlive the process', async () => {
    const { tab, posted } = tabs(new MemoryStorage({ durable: false }));
    await tab().floors.raise([entry]);
    expect(posted).toEqual([]);
  });

  it('are told no more when they are closed', async () => {
    const { tab, hearers } = tabs();
    const { floors } = tab();
    await floors.close();
    expect([...(hearers.values().next().value ?? [])]).toEqual([]);
  });
});

/** A storage whose floor another process raises. */
function openShared() {
  const state: { foreign?: CheckedEntry; looks: number } = { looks: 0 };
  const bench = new TableBench({
    portals: [A],
    floors: (clock) => {
      const floors = new MemoryFloors(clock, 100);
      return Object.assign(Object.create(floors) as MemoryFloors, {
        isShared: true,
        pin: () => {},
        unpin: () => {},
        packed: () => undefined,
        raise: (...raised: Parameters<MemoryFloors['raise']>) => floors.raise(...raised),
        getMany: async (...asked: Parameters<MemoryFloors['getMany']>) => {
          state.looks++;
          if (state.foreign !== undefined) await floors.raise([state.foreign]);
          return floors.getMany(...asked);
        },
      });
    },
  });
  bench.stands.set(A, entry);
  return { bench, state };
}

describe('a table on a storage that others use too', () => {
  it('F2, G2: answers no read with less than what another process has stored, whatever was known here', async () => {
    const { bench, state } = openShared();
    const first = bench.read(entry);
    await bench.clock.advance(100);
    expect(first.said).toMatchObject({ exists: true });
    state.foreign = author.entry(9n);
    const cached = bench.read(entry, { maxStaleness: Infinity });
    await bench.clock.advance(1);
    expect(cached.said).toMatchObject({ packed: packEntry(author.entry(9n)) });
    const fresh = bench.read(entry, { maxStaleness: 1 });
    await bench.clock.advance(100);
    expect(fresh.outcome).toMatchObject({ code: 'STALE', current: { revision: 9n } });
  });

  it('F2: tells its watchers of it when somebody reads', async () => {
    const { bench, state } = openShared();
    bench.table.watch(nameOf(entry));
    await bench.clock.advance(100);
    state.foreign = author.entry(9n);
    bench.read(entry, { maxStaleness: Infinity });
    await bench.clock.advance(1);
    expect(bench.updates.at(-1)?.result).toMatchObject({ packed: packEntry(author.entry(9n)) });
  });

  it('looks once for all that read in one turn, and not at all while a live connection vouches', async () => {
    const { bench, state } = openShared();
    bench.read(entry);
    await bench.clock.advance(100);
    const before = state.looks;
    for (let i = 0; i < 10; i++) bench.read(entry, { maxStaleness: Infinity });
    await bench.clock.advance(1);
    expect(state.looks).toBe(before + 1);
    await bench.connect(1, A);
    await bench.push(1, A, entry);
    expect(bench.read(entry).said).toMatchObject({ status: 'live' });
    expect(state.looks).toBe(before + 1);
  });
});
