import { describe, expect, it } from 'vitest';
import { nameOf } from '../../../src/registry/index.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { A, B, TableBench } from './table-bench.ts';

const author = someone();
const entry = (revision: bigint) => author.entry(revision);

/** A watched entry that the connection 1 to A vouches for. */
async function open() {
  const bench = new TableBench({ portals: [A, B] });
  bench.stands.set(A, 'mute').set(B, 'mute');
  bench.table.watch(nameOf(entry(1n)));
  await bench.clock.advance(0);
  await bench.connect(1, A);
  await bench.push(1, A, entry(5n));
  const row = bench.table.rows.named(nameOf(entry(1n)));
  if (row === undefined) throw new Error('it is watched');
  return { bench, row };
}

describe('while one connection takes over from another', () => {
  it('E3: ten thousand entries do not become stale and live again', async () => {
    const bench = new TableBench({ portals: [A, B] });
    bench.stands.set(A, 'mute').set(B, 'mute');
    const one = entry(5n);
    const entries = Array.from({ length: 10_000 }, (_, i) => ({ ...one, datakey: new Uint8Array(new Uint32Array(8).fill(i + 1).buffer) }));
    for (const each of entries) bench.table.watch(nameOf(each));
    await bench.clock.advance(0);
    await bench.connect(1, A);
    await bench.push(1, A, ...entries);
    expect(bench.updates).toHaveLength(10_000);
    await bench.connect(2, B);
    expect(bench.table.counts.connectedTo).toBe(B);
    await bench.push(2, B, ...entries);
    await bench.disconnect(1, A);
    expect(bench.updates).toHaveLength(10_000);
    expect([...bench.table.rows].every((row) => row.is({ live: 'present' }))).toBe(true);
    await bench.disconnect(2, B);
    expect(bench.updates).toHaveLength(20_000);
    expect(bench.table.counts.connectedTo).toBeUndefined();
  });

  it('T5: entries that rest are not woken when the next one serves them as they are known', async () => {
    const bench = new TableBench({ portals: [A, B] });
    bench.stands.set(A, 'mute').set(B, 'mute');
    const entries = Array.from({ length: 600 }, (_, i) => author.entry(5n, '', { name: `${i}` }));
    for (const each of entries) bench.table.watch(nameOf(each));
    await bench.clock.advance(0);
    await bench.connect(1, A);
    await bench.push(1, A, ...entries);
    const resting = [...bench.table.rows].filter(({ isResting }) => isResting);
    expect(resting).toHaveLength(600 - 256);
    await bench.disconnect(1, A);
    await bench.connect(2, B);
    // Those that were told last are awake; they are told first.
    await bench.push(2, B, ...entries.toReversed());
    expect(resting.filter(({ isResting }) => !isResting)).toEqual([]);
    expect([...bench.table.rows].filter((row) => !row.is({ live: 'present' }) || row.facts.confirmedBy.join() !== `${A},${B}`)).toEqual([]);
    expect(bench.updates).toHaveLength(3 * 600);
  });

  it('E4: a portal that served the newest and then an older one confirms it no more, until it serves it again', async () => {
    const { bench, row } = await open();
    await bench.connect(2, B);
    await bench.push(2, B, entry(5n));
    expect(row.facts.confirmedBy).toEqual([A, B]);
    row.rest();
    await bench.push(1, A, entry(4n));
    expect([row.facts.confirmedBy, row.is('live')]).toEqual([[B], true]);
    await bench.disclaim(2, B, entry(4n));
    expect([row.facts.confirmedBy, row.is('live')]).toEqual([[B], false]);
    await bench.push(1, A, entry(5n));
    expect(row.facts.confirmedBy).toEqual([B, A]);
  });

  it('T5, E1: one that becomes newer in the same breath is told what it is served again', async () => {
    const { bench, row } = await open();
    row.rest();
    await bench.table.absorb([bench.served(A, entry(6n), { connection: 1, inquiry: undefined }), bench.served(A, entry(5n), { connection: 1, inquiry: undefined })]);
    expect([row.latest?.revision, row.is({ stale: 'present' })]).toEqual([6n, true]);
  });

  it('E3: the end of one makes stale only what it vouched for last', async () => {
    const { bench, row } = await open();
    await bench.connect(2, B);
    await bench.disconnect(1, A);
    expect(row.is({ stale: 'present' })).toBe(true);
    await bench.push(2, B, entry(5n));
    expect(row.is('live')).toBe(true);
  });

  it('E3: an older word of the one does not count against what the other vouches for, an older word of its own does', async () => {
    const { bench, row } = await open();
    await bench.connect(2, B);
    await bench.push(2, B, entry(4n));
    await bench.disclaim(2, B, entry(4n));
    expect(row.is('live')).toBe(true);
    await bench.push(1, A, entry(4n));
    expect(row.is({ stale: 'present' })).toBe(true);
  });

  it('E3: what the older one repeats does not make it the voucher again', async () => {
    const { bench, row } = await open();
    await bench.connect(2, B);
    await bench.push(2, B, entry(5n));
    await bench.push(1, A, entry(5n));
    await bench.disconnect(1, A);
    expect(row.is('live')).toBe(true);
  });

  it('E3: a newer word of the older one is vouched for by it alone', async () => {
    const { bench, row } = await open();
    await bench.connect(2, B);
    await bench.push(2, B, entry(5n));
    await bench.push(1, A, entry(6n));
    await bench.disconnect(1, A);
    expect(row.is({ stale: 'present' })).toBe(true);
    expect(row.latest?.revision).toBe(6n);
  });

  it('E3: words and ends that come again, or late, by another verifier change nothing', async () => {
    const { bench, row } = await open();
    await bench.connect(2, B);
    await bench.push(2, B, entry(5n));
    await bench.disconnect(1, A);
    await bench.connect(1, A);
    await bench.push(1, A, entry(6n));
    expect(row.is('live')).toBe(false);
    await bench.push(2, B, entry(6n));
    await bench.disconnect(1, A);
    expect([row.is('live'), bench.table.counts.connectedTo]).toEqual([true, B]);
    // Of a connection that has ended no word is live.
    await bench.disconnect(2, B);
    await bench.push(2, B, entry(7n));
    expect(row.is({ stale: 'present' })).toBe(true);
  });

  it('E3: one whose end was not heard of has ended some time after the handover', async () => {
    const { bench, row } = await open();
    await bench.connect(2, B);
    await bench.clock.advance(3_900);
    expect(row.is('live')).toBe(true);
    await bench.clock.advance(200);
    expect(row.is({ stale: 'present' })).toBe(true);
  });

  it('E3: a word that a check brings is an answer, and makes nothing live', async () => {
    const { bench, row } = await open();
    await bench.disconnect(1, A);
    await bench.connect(2, A);
    await bench.table.absorb([bench.served(B, entry(6n), { isCheck: true })]);
    expect(row.is({ stale: 'present' })).toBe(true);
    expect(row.latest?.revision).toBe(6n);
  });

  it('E3: absence that one claims outlives the other', async () => {
    const bench = new TableBench({ portals: [A, B] });
    bench.stands.set(A, 'mute').set(B, 'mute');
    bench.table.watch(nameOf(entry(1n)));
    await bench.clock.advance(0);
    const row = bench.table.rows.named(nameOf(entry(1n)));
    await bench.connect(1, A);
    bench.stands.set(A, 'missing').set(B, 'missing');
    bench.read(entry(1n), { maxStaleness: 0 });
    await bench.clock.advance(100);
    expect(row?.is({ live: 'absent' })).toBe(true);
    await bench.connect(2, B);
    await bench.disclaim(2, B, entry(1n));
    await bench.disconnect(1, A);
    expect(row?.is({ live: 'absent' })).toBe(true);
    await bench.disconnect(2, B);
    expect(row?.is({ stale: 'absent' })).toBe(true);
  });
});

describe('what the live connection disclaims', () => {
  it('F11: it is asked for once more when it was sent it, however often it says so', async () => {
    const { bench, row } = await open();
    bench.posts.set(A, 'lose');
    const { length: before } = bench.wants;
    for (let times = 0; times < 5; times++) {
      await bench.disclaim(1, A, entry(1n));
      expect([row.is({ stale: 'present' }), row.facts.confirmedAt > 0]).toEqual([true, true]);
      await bench.clock.advance(300);
    }
    expect(bench.wants.length - before).toBe(1);
    await bench.push(1, A, entry(5n));
    expect(row.is('live')).toBe(true);
    await bench.disclaim(1, A, entry(1n));
    await bench.clock.advance(300);
    expect(bench.wants.length - before).toBe(2);
  });

  it('F11: is not, of a portal that is not the live one, or of an entry that nobody uses any more', async () => {
    const { bench } = await open();
    bench.posts.set(A, 'lose').set(B, 'lose');
    const { length: before } = bench.wants;
    await bench.disclaim(1, A, entry(1n));
    await bench.clock.advance(300);
    await bench.table.absorb([bench.served(B, entry(4n), { isCheck: true })]);
    await bench.clock.advance(300);
    expect([bench.wants.length - before, bench.posted.length]).toEqual([1, 2]);
    await bench.push(1, A, entry(5n));
    await bench.disclaim(1, A, entry(1n));
    bench.table.unwatch(nameOf(entry(1n)));
    const row = bench.table.rows.named(nameOf(entry(1n)));
    if (row !== undefined) bench.table.rows.release(row);
    await bench.clock.advance(300);
    expect([bench.wants.length - before, bench.posted.length]).toEqual([1, 3]);
  });
});
