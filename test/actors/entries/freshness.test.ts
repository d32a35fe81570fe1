import { describe, expect, it } from 'vitest';
import { isFresh, isPast } from '../../../actors/entries/freshness.ts';
import { nameOf } from '../../../src/registry/index.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { A, TableBench } from './table-bench.ts';

const author = someone();
const entry = author.entry(5n);
const DAY = 86_400_000;

describe('a word from the future', () => {
  it('is not fresh, unless anything is fresh enough', () => {
    expect([isPast(1_000, 0), isPast(1_001, 0)]).toEqual([true, false]);
    expect([isFresh(500, 400, 600), isFresh(500, 501, 600), isFresh(5_000, 400, 600), isFresh(5_000, -Infinity, 600)]).toEqual([true, false, false, true]);
  });

  it('F16: answers no read where the time of day was set back: portals are asked', async () => {
    const bench = new TableBench({ portals: [A] });
    bench.stands.set(A, entry);
    bench.read(entry);
    await bench.clock.advance(100);
    const { now } = bench.clock;
    bench.clock.now = () => now.call(bench.clock) - DAY;
    const asked = bench.asked.length;
    const read = bench.read(entry, { maxStaleness: DAY });
    expect(read.said).toBe('waits');
    await bench.clock.advance(100);
    expect(bench.asked.length).toBeGreaterThan(asked);
    expect(read.said).toMatchObject({ exists: true });
    // What was said since then is fresh again.
    expect(bench.read(entry, { maxStaleness: DAY }).said).toMatchObject({ exists: true, source: 'cache' });
  });

  it('F16: is not cached but stale, and known all the same', async () => {
    const bench = new TableBench({ portals: [A] });
    bench.stands.set(A, entry);
    bench.read(entry);
    await bench.clock.advance(100);
    const { now } = bench.clock;
    bench.clock.now = () => now.call(bench.clock) - DAY;
    expect(bench.read(entry, { maxStaleness: Infinity }).said).toMatchObject({ status: 'stale' });
  });

  it('F16: does not hold up a read that begins after the time of day was set back while portals were being asked', async () => {
    const bench = new TableBench({ portals: [A] });
    bench.stands.set(A, 'mute');
    bench.read(entry);
    await bench.clock.advance(100);
    const { now } = bench.clock;
    bench.clock.now = () => now.call(bench.clock) - DAY;
    bench.stands.set(A, entry);
    const read = bench.read(entry, { maxStaleness: 0 });
    await bench.clock.advance(100);
    expect(read.said).toMatchObject({ exists: true });
    expect(bench.table.rows.named(nameOf(entry))?.freshAt).toBeLessThanOrEqual(bench.clock.now());
  });
});
