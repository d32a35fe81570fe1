import { describe, expect, it } from 'vitest';
import { MemoryFloors } from '../../../actors/entries/memory-floors.ts';
import type { Floors } from '../../../actors/entries/world.ts';
import { nameOf as nameOfEntry, packEntry, takeSignedEntry, type SignedEntry } from '../../../src/registry/index.ts';
import type { FakeClock } from '../../link/fixture/clock.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { A, B, C, TableBench } from './table-bench.ts';

const author = someone();
const entry = (revision: bigint) => author.entry(revision);
const packed = (signed: SignedEntry): string => packEntry(takeSignedEntry(signed));
const COMPARE = { compare: { ofValue: 250, ofAbsence: 2_000 } };

type Stands = Readonly<Record<string, Parameters<TableBench['stands']['set']>[1]>>;

/** Portals with these entries, some of which take long. */
function open(stands: Stands, { latencies = {}, ...options }: ConstructorParameters<typeof TableBench>[0] & { readonly latencies?: Readonly<Record<string, number>> } = {}): TableBench {
  const bench = new TableBench({ portals: Object.keys(stands), ...options });
  for (const [url, stand] of Object.entries(stands)) bench.stands.set(url, stand);
  for (const [url, latency] of Object.entries(latencies)) bench.latencies.set(url, latency);
  return bench;
}

describe('a read that has portals compared', () => {
  it('asks all of them at once, and answers the newest as soon as all have answered', async () => {
    const bench = open({ [A]: entry(1n), [B]: entry(2n), [C]: 'missing' });
    const read = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(5);
    expect([...bench.asked].sort()).toEqual([A, B, C]);
    await bench.clock.advance(10);
    expect(read.said).toMatchObject({ exists: true, packed: packed(entry(2n)), confirmedBy: [B], source: 'portal', status: 'cached' });
    expect([bench.open, bench.table.confirming.size]).toEqual([0, 0]);
  });

  it.each([[[A, B]], [[B, A]]])('answers the newest of what comes within a while after the first word, whoever is first: %j', async ([first, second]) => {
    const bench = open({ [A]: entry(1n), [B]: entry(2n), [C]: 'mute' }, { latencies: { [first as string]: 10, [second as string]: 200 } });
    const read = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(250);
    expect(read.said).toBe('waits');
    await bench.clock.advance(20);
    expect(read.said).toMatchObject({ packed: packed(entry(2n)) });
  });

  it('does not wait for a portal that takes longer', async () => {
    const bench = open({ [A]: entry(1n), [B]: entry(2n) }, { latencies: { [B]: 900 } });
    const read = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(300);
    expect(read.said).toMatchObject({ packed: packed(entry(1n)), confirmedBy: [A] });
  });

  it('waits longer for whoever has it after the word that there is none, and then as long as after any value', async () => {
    const bench = open({ [A]: 'missing', [B]: entry(2n) }, { latencies: { [B]: 1_500 } });
    const read = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(1_000);
    expect(read.said).toBe('waits');
    await bench.clock.advance(520);
    expect(read.said).toBe('waits');
    await bench.clock.advance(250);
    expect(read.said).toMatchObject({ packed: packed(entry(2n)) });
  });

  it('says that there is none where all say so, and who does; at the end of a while, too', async () => {
    const bench = open({ [A]: 'missing', [B]: 'missing' });
    const read = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(20);
    expect(read.said).toMatchObject({ exists: false, claimedBy: [A, B] });
    const slow = open({ [A]: 'missing', [B]: 'mute' });
    const late = slow.read(entry(1n), COMPARE);
    await slow.clock.advance(2_100);
    expect(late.said).toMatchObject({ exists: false, claimedBy: [A] });
  });

  it('is UNREACHABLE where nobody can be asked, TIMEOUT where all are mute, and passes over what is forged', async () => {
    const down = open({ [A]: 'down', [B]: 'down' });
    const refused = down.read(entry(1n), COMPARE);
    await down.clock.advance(20);
    expect(refused.said).toBe('UNREACHABLE');
    const mute = open({ [A]: 'mute', [B]: 'mute' });
    const waiting = mute.read(entry(1n), COMPARE);
    await mute.clock.advance(10_001);
    expect(waiting.said).toBe('TIMEOUT');
    const forged = open({ [A]: 'forged', [B]: entry(3n) }, { latencies: { [B]: 600 } });
    const read = forged.read(entry(1n), COMPARE);
    await forged.clock.advance(650 + 251);
    expect(read.said).toMatchObject({ packed: packed(entry(3n)) });
  });

  it('is answered at once where a portal said so lately, or a live connection vouches', async () => {
    const bench = open({ [A]: entry(1n) }, { policy: { maxStaleness: 10_000 } });
    const first = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(20);
    expect(first.said).toMatchObject({ packed: packed(entry(1n)) });
    const again = bench.read(entry(1n), COMPARE);
    expect(again.said).toMatchObject({ packed: packed(entry(1n)), source: 'cache' });
    await bench.connect(1, A);
    await bench.push(1, A, entry(2n));
    await bench.clock.advance(20_000);
    expect(bench.read(entry(1n), COMPARE).said).toMatchObject({ packed: packed(entry(2n)), status: 'live' });
    expect(bench.asked).toEqual([A]);
  });

  it('that is abandoned leaves nothing behind', async () => {
    const bench = open({ [A]: entry(1n), [B]: 'mute' });
    const read = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(50);
    read.pending?.abandon();
    await bench.clock.advance(1_000);
    expect([read.said, bench.table.confirming.size, bench.open]).toEqual(['waits', 0, 0]);
  });
});

/** A floor, and who is said to have served it when. */
const remembering = (signed: SignedEntry, since: number) => (clock: FakeClock): Floors => {
  const floors = new MemoryFloors(clock, 100);
  const word = { portal: B, at: clock.now() + since };
  return Object.assign(Object.create(floors) as Floors, {
    isShared: true,
    getMany: (names: readonly unknown[]) => Promise.resolve(names.map(() => ({ entry: takeSignedEntry(signed), durability: 'durable' as const, word }))),
    raise: floors.raise.bind(floors),
    pin: floors.pin.bind(floors),
    unpin: floors.unpin.bind(floors),
    packed: () => undefined,
  });
};

describe('a floor with the word of a portal that another process heard', () => {
  it('answers a read without asking, as long as that is not too long ago', async () => {
    const bench = open({ [A]: entry(9n) }, { floors: remembering(entry(3n), 0) });
    await bench.clock.advance(50_000);
    const read = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(1);
    expect(read.said).toMatchObject({ packed: packed(entry(3n)), confirmedBy: [B], confirmedAt: bench.clock.now() - 50_001, status: 'cached', floor: 'durable' });
    expect(bench.asked).toEqual([]);
    await bench.clock.advance(11_000);
    const later = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(20);
    expect(later.said).toMatchObject({ packed: packed(entry(9n)), confirmedBy: [A] });
  });

  it('is not believed where it is from the future', async () => {
    const bench = open({ [A]: entry(9n) }, { floors: remembering(entry(3n), 10_000) });
    const read = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(20);
    expect(read.said).toMatchObject({ packed: packed(entry(9n)) });
  });
});

describe('a table that subscribes only what is watched', () => {
  const brief = { subscriptions: { of: 'watched', mostLingering: 2 } } as const;

  it('subscribes nothing for a read', async () => {
    const bench = open({ [A]: entry(1n) }, brief);
    const read = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(20);
    expect(read.said).toMatchObject({ packed: packed(entry(1n)) });
    expect(bench.wants).toEqual([]);
  });

  it('subscribes what is watched, at once or later', async () => {
    const bench = open({ [A]: entry(1n) }, brief);
    const [one, two] = [author.entry(1n, '', { name: 'one' }), author.entry(1n, '', { name: 'two' })];
    bench.table.watch(nameOfEntry(one));
    bench.read(two, COMPARE);
    await bench.clock.advance(20);
    expect([...bench.wanted]).toEqual([nameOfEntry(one)]);
    bench.table.watch(nameOfEntry(two));
    expect(bench.wanted.size).toBe(2);
  });

  it('subscribes what was read, too, once it is told that it stays', async () => {
    const bench = open({ [A]: entry(1n) }, brief);
    bench.read(entry(1n), COMPARE);
    await bench.clock.advance(20);
    bench.table.rows.subscribeUsed();
    bench.table.rows.subscribeUsed();
    expect(bench.wants).toEqual([nameOfEntry(entry(1n))]);
    bench.read(author.entry(1n, '', { name: 'other' }), COMPARE);
    await bench.clock.advance(20);
    expect(bench.wanted.size).toBe(2);
  });

  it('lets go of the one that was used least lately, beyond so many that linger', async () => {
    const bench = open({ [A]: 'missing' }, { subscriptions: { of: 'used', mostLingering: 2 } });
    const entries = ['one', 'two', 'three'].map((name) => author.entry(1n, '', { name }));
    for (const signed of entries) {
      bench.read(signed, COMPARE);
      await bench.clock.advance(20);
    }
    expect([...bench.wanted]).toEqual(entries.slice(1).map((signed) => nameOfEntry(signed)));
    expect(bench.table.rows.size).toBe(2);
  });

  it('asks the live connection for nothing that is not subscribed', async () => {
    const bench = open({ [A]: entry(2n), [B]: entry(1n) }, brief);
    await bench.connect(1, B);
    const read = bench.read(entry(1n), COMPARE);
    await bench.clock.advance(20);
    expect(read.said).toMatchObject({ packed: packed(entry(2n)) });
    await bench.table.absorb([bench.served(A, entry(2n), { isCheck: true })]);
    await bench.clock.advance(5_000);
    bench.table.rows.renew();
    expect(bench.wants).toEqual([]);
  });
});
