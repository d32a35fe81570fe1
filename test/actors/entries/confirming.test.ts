import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpackEntry, nameOf, packEntry, takeSignedEntry, type SignedEntry } from '../../../src/registry/index.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { A, B, C, TableBench } from './table-bench.ts';

const author = someone();
const entry = (revision: bigint) => author.entry(revision);
const packed = (signed: SignedEntry): string => packEntry(takeSignedEntry(signed));

/** Portals with these entries. */
function open(stands: Readonly<Record<string, Parameters<TableBench['stands']['set']>[1]>>, options?: ConstructorParameters<typeof TableBench>[0]): TableBench {
  const bench = new TableBench({ portals: Object.keys(stands), ...options });
  for (const [url, stand] of Object.entries(stands)) bench.stands.set(url, stand);
  return bench;
}

/** A write, and what became of it. */
const write = (bench: TableBench, revision: bigint, confirmations: number) => {
  const done: { outcome?: unknown } = {};
  bench.writing.write({ entry: takeSignedEntry(entry(revision)), isFinal: false, confirmations }, new AbortController().signal).then(
    (outcome) => (done.outcome = outcome),
    (error: unknown) => (done.outcome = error),
  );
  return done;
};

describe('a read that wants confirmations', () => {
  it('F3: answers the newest of all once so many origins served exactly it, and says which', async () => {
    const bench = open({ [A]: entry(1n), [B]: entry(2n), [C]: entry(2n) });
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(100);
    expect(read.said).toMatchObject({ exists: true, packed: packed(entry(2n)), source: 'portal' });
    expect(read.outcome !== undefined && 'confirmedBy' in read.outcome && [...read.outcome.confirmedBy].sort()).toEqual([B, C]);
    expect(bench.table.confirming.size).toBe(0);
    expect(bench.open).toBe(0);
  });

  it('F3: asks portals that lag again every confirmInterval, and sends them the newest', async () => {
    const bench = open({ [A]: entry(1n), [B]: entry(2n) }, { policy: { repairInterval: 10_000_000 } });
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(1_000);
    expect(read.said).toBe('waits');
    const before = bench.asked.filter((url) => url === A).length;
    await bench.clock.advance(2_500);
    expect(bench.asked.filter((url) => url === A)).toHaveLength(before + 10);
    bench.stands.set(A, entry(2n));
    await bench.clock.advance(260);
    expect(read.said).toMatchObject({ packed: packed(entry(2n)) });
  });

  it('is repaired into an answer where portals take what they are sent', async () => {
    const bench = open({ [A]: entry(1n), [B]: entry(2n), [C]: 'missing' });
    const read = bench.read(entry(1n), { confirmations: 3 });
    await bench.clock.advance(2_000);
    expect(read.said).toMatchObject({ packed: packed(entry(2n)), confirmedBy: expect.arrayContaining([A, B, C]) });
  });

  it('begins to count anew with a newer entry', async () => {
    const bench = open({ [A]: entry(1n), [B]: entry(1n), [C]: 'mute' }, { policy: { repairInterval: 10_000_000 } });
    const read = bench.read(entry(1n), { confirmations: 3 });
    await bench.clock.advance(100);
    bench.stands.set(C, entry(2n));
    await bench.clock.advance(2_000);
    expect(read.said).toBe('waits');
    bench.stands.set(A, entry(2n));
    await bench.clock.advance(300);
    expect(read.said).toBe('waits');
    bench.stands.set(B, entry(2n));
    await bench.clock.advance(300);
    expect(read.said).toMatchObject({ packed: packed(entry(2n)) });
  });

  it('takes an origin off the count that serves something older afterwards', async () => {
    const bench = open({ [A]: entry(2n), [B]: 'mute' }, { policy: { repairInterval: 10_000_000 } });
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(100);
    await bench.table.absorb([bench.served(A, entry(1n), { isCheck: true })]);
    bench.stands.set(A, 'mute');
    bench.stands.set(B, entry(2n));
    await bench.clock.advance(2_000);
    expect(read.said).toBe('waits');
    bench.stands.set(A, entry(2n));
    await bench.clock.advance(2_000);
    expect(read.said).toMatchObject({ packed: packed(entry(2n)) });
  });

  it('counts two portals of one origin once, and asks the one and the other in turn', async () => {
    const other = `${A}/other`;
    const bench = open({ [A]: 'down', [other]: entry(2n), [B]: 'missing' }, { policy: { repairInterval: 10_000_000 } });
    bench.stands.set(B, 'mute');
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(2_000);
    expect(read.said).toBe('waits');
    expect(bench.asked).toContain(other);
    bench.stands.set(A, entry(2n));
    await bench.clock.advance(2_000);
    expect(read.said).toBe('waits');
    bench.stands.set(B, entry(2n));
    await bench.clock.advance(1_500);
    expect(read.said).toMatchObject({ packed: packed(entry(2n)) });
  });

  it('does not count what was said to somebody else before it began', async () => {
    const bench = open({ [A]: entry(2n), [B]: entry(2n), [C]: 'mute' });
    const all = bench.read(entry(1n), { confirmations: 3, maxStaleness: 0 });
    await bench.clock.advance(100);
    bench.stands.set(A, 'mute').set(B, 'mute');
    const two = bench.read(entry(1n), { confirmations: 2, maxStaleness: 0 });
    await bench.clock.advance(2_000);
    expect([all.said, two.said]).toEqual(['waits', 'waits']);
    bench.stands.set(A, entry(2n)).set(B, entry(2n));
    await bench.clock.advance(1_500);
    expect(two.said).toMatchObject({ packed: packed(entry(2n)) });
    expect(all.said).toBe('waits');
  });

  it('is STALE with what is known when too few confirm in time', async () => {
    const bench = open({ [A]: entry(2n), [B]: 'down' });
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(9_900);
    expect(read.said).toBe('waits');
    await bench.clock.advance(200);
    expect(read.outcome).toMatchObject({ code: 'STALE', current: { revision: 2n } });
    expect([bench.table.confirming.size, bench.open]).toEqual([0, 0]);
  });

  it('is UNREACHABLE at once where no portal can be reached, and STALE where all are mute', async () => {
    const down = open({ [A]: 'down', [B]: 'down' });
    const unreachable = down.read(entry(1n), { confirmations: 2 });
    await down.clock.advance(100);
    expect(unreachable.said).toBe('UNREACHABLE');
    const mute = open({ [A]: 'mute', [B]: 'mute' });
    const late = mute.read(entry(1n), { confirmations: 2 });
    await mute.clock.advance(9_990);
    expect(late.said).toBe('waits');
    await mute.clock.advance(20);
    expect(late.said).toBe('STALE');
  });

  it('F1: is UNREACHABLE where all that is served is forged', async () => {
    const bench = open({ [A]: 'forged', [B]: 'forged' });
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(100);
    expect(read.said).toBe('UNREACHABLE');
  });

  it('F11: answers absence once so many claim it, and never where an entry is known', async () => {
    const bench = open({ [A]: 'missing', [B]: 'down', [C]: 'missing' });
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(100);
    expect(read.said).toMatchObject({ exists: false, claimedBy: [A, C] });
    const known = open({ [A]: 'missing', [B]: entry(1n), [C]: 'missing' }, { policy: { repairInterval: 10_000_000 } });
    const stale = known.read(entry(1n), { confirmations: 2 });
    await known.clock.advance(11_000);
    expect(stale.outcome).toMatchObject({ code: 'STALE', current: { revision: 1n } });
  });

  it('takes the word of a live connection for one while it vouches, whenever it came', async () => {
    const bench = open({ [A]: 'mute', [B]: entry(2n) });
    bench.table.watch(nameOf(entry(1n)));
    await bench.clock.advance(0);
    await bench.connect(1, A);
    await bench.push(1, A, entry(2n));
    await bench.clock.advance(1_000);
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(50);
    expect(read.said).toMatchObject({ status: 'live', confirmedBy: [B, A] });
    // Whoever wants it confirmed since now is told by nobody but who is asked now.
    const now = bench.read(entry(1n), { confirmations: 2, maxStaleness: 0 });
    const ended = bench.read(entry(1n), { confirmations: 2 });
    bench.stands.set(B, 'mute');
    await bench.disconnect(1, A);
    await bench.clock.advance(1_000);
    expect([now.said, ended.said]).toEqual(['waits', 'waits']);
  });

  it('does not take the word of a live connection whose portal says something else when asked', async () => {
    const bench = open({ [A]: entry(1n), [B]: entry(2n) }, { policy: { repairInterval: 10_000_000 } });
    bench.table.watch(nameOf(entry(1n)));
    await bench.clock.advance(0);
    await bench.connect(1, A);
    await bench.push(1, A, entry(2n));
    const read = bench.read(entry(1n), { confirmations: 2, maxStaleness: 0 });
    const lenient = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(0);
    await bench.table.absorb([bench.served(A, entry(1n), { isCheck: true })]);
    await bench.clock.advance(5_000);
    expect([read.said, lenient.said]).toEqual(['waits', 'waits']);
  });

  it('begins to count anew where another process raised the floor', async () => {
    const bench = open({ [A]: entry(1n), [B]: 'mute' });
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(100);
    const row = bench.table.rows.named(nameOf(entry(1n)));
    if (row === undefined) throw new Error('it is read');
    bench.table.adopt(row, { entry: takeSignedEntry(entry(3n)), durability: 'durable' });
    bench.stands.set(B, entry(1n));
    bench.posts.set(A, 'lose').set(B, 'lose');
    await bench.clock.advance(3_000);
    expect(read.said).toBe('waits');
    bench.stands.set(A, entry(3n)).set(B, entry(3n));
    await bench.clock.advance(1_500);
    expect(read.said).toMatchObject({ packed: packed(entry(3n)) });
  });

  it('asks nobody any more, and keeps nothing, when it is given up', async () => {
    const bench = open({ [A]: 'mute', [B]: 'mute' });
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(100);
    expect(bench.open).toBeGreaterThan(1);
    read.pending?.abandon();
    const asked = bench.asked.length;
    await bench.clock.advance(5_000);
    expect(bench.asked).toHaveLength(asked);
    expect(bench.table.confirming.size).toBe(0);
    // The question that opens every cold read goes on for whoever comes next.
    expect(bench.open).toBe(1);
  });

  it('F15: is asked for anew of a portal actor that took another’s place', async () => {
    const bench = open({ [A]: 'mute', [B]: 'mute' });
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(100);
    bench.stands.set(A, entry(1n)).set(B, entry(1n));
    bench.table.disconnect();
    bench.table.rows.renew();
    await bench.clock.advance(50);
    expect(read.said).toMatchObject({ confirmedBy: expect.arrayContaining([A, B]) });
  });

  it('F16: is confirmed though the time of day is set back meanwhile', async () => {
    const bench = open({ [A]: entry(1n), [B]: 'mute' });
    const read = bench.read(entry(1n), { confirmations: 2 });
    await bench.clock.advance(100);
    const { now } = bench.clock;
    bench.clock.now = () => now.call(bench.clock) - 86_400_000;
    bench.stands.set(B, entry(1n));
    await bench.clock.advance(2_000);
    expect(read.said).toMatchObject({ packed: packed(entry(1n)) });
  });

  it('F3: is never answered less than the newest that was served, nor with fewer origins than it wants', async () => {
    const portals = [A, B, C];
    const step = record({ portal: constantFrom(...portals), revision: integer({ min: 1, max: 4 }), wait: constantFrom(0, 20, 250, 600) });
    await assert(
      asyncProperty(integer({ min: 2, max: 3 }), array(step, { minLength: 3, maxLength: 12 }), async (confirmations, steps) => {
        const bench = open({ [A]: 'mute', [B]: 'mute', [C]: 'mute' }, { policy: { repairInterval: 10_000_000 } });
        const served = new Map<string, bigint>();
        const { absorb } = bench.table;
        let atSettling: [newest: bigint, agreed: number] | undefined;
        const read = bench.read(entry(1n), { confirmations });
        bench.table.absorb = (findings) => {
          for (const finding of findings) if (finding.kind === 'served') served.set(finding.portal, finding.claim.revision);
          return absorb.call(bench.table, findings).finally(() => {
            const { outcome } = read;
            if (atSettling !== undefined || outcome === undefined || !('packed' in outcome)) return;
            const { revision } = unpackEntry(nameOf(entry(1n)), outcome.packed);
            atSettling = [revision, [...served.values()].filter((each) => each === revision).length];
            const newest = [...served.values()].reduce((a, b) => (a > b ? a : b));
            expect(revision).toBe(newest);
          });
        };
        for (const { portal, revision, wait } of steps) {
          bench.stands.set(portal, entry(BigInt(revision)));
          await bench.clock.advance(wait);
        }
        await bench.clock.advance(11_000);
        if (atSettling === undefined) expect(read.said).toBe('STALE');
        else expect(atSettling[1]).toBeGreaterThanOrEqual(confirmations);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a write that wants confirmations', () => {
  it('F12: resolves when so many origins serve exactly the entry on read-back, and says which', async () => {
    const bench = open({ [A]: 'missing', [B]: 'missing', [C]: 'down' });
    const { posts } = bench;
    posts.set(C, 'mute');
    const done = write(bench, 5n, 2);
    await bench.clock.advance(100);
    expect(done.outcome).toMatchObject({ acceptedBy: expect.arrayContaining([A, B]), confirmedBy: expect.arrayContaining([A, B]) });
    expect(bench.table.confirming.size).toBe(0);
  });

  it('F12: is not confirmed by portals that accept and drop it: UNCONFIRMED', async () => {
    const bench = open({ [A]: 'missing', [B]: 'missing' });
    bench.posts.set(A, 'lose').set(B, 'lose');
    const done = write(bench, 5n, 1);
    await bench.clock.advance(14_900);
    expect(done.outcome).toBeUndefined();
    await bench.clock.advance(200);
    expect(done.outcome).toMatchObject({ code: 'UNCONFIRMED' });
    expect(bench.table.confirming.size).toBe(0);
  });

  it('F12: is CONFLICT with the winner where a newer entry is found', async () => {
    const bench = open({ [A]: 'missing', [B]: entry(9n) });
    bench.posts.set(B, 'refuse');
    const done = write(bench, 5n, 2);
    await bench.clock.advance(100);
    expect(done.outcome).toMatchObject({ code: 'CONFLICT', current: { revision: 9n } });
    expect(bench.table.confirming.size).toBe(0);
  });

  it('F12: is CONFLICT where the newer one comes while it waits', async () => {
    const bench = open({ [A]: 'missing', [B]: 'mute' });
    bench.posts.set(B, 'mute');
    const done = write(bench, 5n, 2);
    await bench.clock.advance(1_000);
    expect(done.outcome).toBeUndefined();
    bench.stands.set(B, entry(6n));
    await bench.clock.advance(1_500);
    expect(done.outcome).toMatchObject({ code: 'CONFLICT', current: { revision: 6n } });
  });

  it('F12: is UNCONFIRMED when the runtime is closed meanwhile', async () => {
    const bench = open({ [A]: 'missing', [B]: 'mute' });
    bench.posts.set(B, 'mute');
    const done = write(bench, 5n, 2);
    await bench.clock.advance(1_000);
    bench.writing.close();
    await bench.clock.advance(0);
    expect(done.outcome).toMatchObject({ code: 'UNCONFIRMED' });
    expect(bench.table.confirming.size).toBe(0);
  });

  it('resolves at the first acceptance where it wants none', async () => {
    const bench = open({ [A]: 'missing', [B]: 'mute' });
    bench.posts.set(B, 'mute');
    const done = write(bench, 5n, 0);
    await bench.clock.advance(20);
    expect(done.outcome).toMatchObject({ acceptedBy: [A], confirmedBy: [] });
    expect(bench.asked).toEqual([]);
  });
});
