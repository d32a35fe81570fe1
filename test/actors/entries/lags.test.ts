import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../src/registry/wire/index.ts';
import { nameOf, takeSignedEntry, type SignedEntry } from '../../../src/registry/index.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { A, B, C, TableBench, type Posts } from './table-bench.ts';

const author = someone();
const entry = (revision: bigint, name = 'name') => author.entry(revision, '', { name });
/** Repairs that never come, so that a portal stays as it is. */
const UNREPAIRED = { repairInterval: 10_000_000 };
/** They come, and so do questions to portals that lag. */
const GRACE = 30_000;

/** A watched entry of which A, whose connection is live, serves 9, and B what it is told. */
async function open(stand: SignedEntry | 'missing' | 'down', posts: Posts = 'refuse') {
  const bench = new TableBench({ portals: [A, B] });
  bench.stands.set(A, entry(9n)).set(B, stand);
  bench.posts.set(B, posts);
  bench.table.watch(nameOf(entry(9n)));
  await bench.clock.advance(20);
  await bench.connect(1, A);
  await bench.push(1, A, entry(9n));
  const check = (): Promise<void> =>
    typeof stand === 'string' ? bench.table.absorb([{ kind: 'missing', portal: B, origin: { isCheck: true }, name: nameOf(entry(9n)), at: bench.clock.now() }]) : bench.table.absorb([bench.served(B, stand, { isCheck: true })]);
  return { bench, check };
}

describe('a portal that lags', () => {
  it('F2, I3: is told of at once, and put in quarantine when it still serves less after the grace, with what it served and what it should have', async () => {
    const { bench, check } = await open(entry(3n));
    await check();
    expect(bench.words).toEqual([{ kind: 'lagging', portal: B }]);
    await bench.clock.advance(GRACE - 10);
    expect(bench.words).toHaveLength(1);
    await bench.clock.advance(1_000);
    expect(bench.words.slice(1)).toEqual([{ kind: 'blame', portal: B, offence: 'below-floor' }]);
    expect(bench.incidents).toMatchObject([{ kind: 'below-floor', portal: B, expected: { revision: 9n }, key: { datakey: entry(9n).datakey } }]);
    const [incident] = bench.incidents;
    expect(incident !== undefined && 'raw' in incident && readAnswer(new TextDecoder().decode(incident.raw))?.revision).toBe(3n);
  });

  it('I3: is not blamed where it serves the newest within the grace, and has caught up', async () => {
    const { bench, check } = await open(entry(3n));
    await check();
    await bench.clock.advance(GRACE / 2);
    await bench.table.absorb([bench.served(B, entry(9n), { isCheck: true })]);
    expect(bench.wordsOf('caught up')).toEqual([B]);
    expect(bench.table.oversight.lags.size).toBe(0);
    await bench.clock.advance(3 * GRACE);
    expect(bench.wordsOf('blame')).toEqual([]);
    expect(bench.incidents).toEqual([]);
  });

  it('I3: is not blamed while it follows, however far behind, each time within the grace', async () => {
    const { bench } = await open(entry(8n));
    for (let revision = 9n; revision < 20n; revision++) {
      await bench.push(1, A, entry(revision));
      const behind = entry(revision - 1n);
      bench.stands.set(B, behind);
      await bench.table.absorb([bench.served(B, behind, { isCheck: true })]);
      await bench.clock.advance(GRACE - 5_000);
    }
    expect(bench.wordsOf('blame')).toEqual([]);
    expect(bench.incidents).toEqual([]);
  });

  it('F2: is blamed again, and told of once, while it goes on', async () => {
    const { bench, check } = await open(entry(3n));
    await check();
    await bench.clock.advance(3 * GRACE + 5_000);
    expect(bench.wordsOf('blame').length).toBeGreaterThan(1);
    expect(bench.incidents).toHaveLength(1);
    await bench.table.absorb([bench.served(B, entry(9n), { isCheck: true })]);
    await check();
    await bench.clock.advance(GRACE + 1_000);
    expect(bench.incidents).toHaveLength(2);
  });

  it('is not blamed on nobody’s word: what was known from elsewhere no other origin serves', async () => {
    const { bench, check } = await open(entry(3n));
    await bench.disconnect(1, A);
    bench.stands.set(A, 'mute');
    await check();
    await bench.clock.advance(3 * GRACE);
    expect(bench.wordsOf('blame')).toEqual([]);
    expect(bench.incidents).toEqual([]);
    await bench.table.absorb([bench.served(A, entry(9n), { isCheck: true })]);
    await bench.clock.advance(2 * GRACE);
    expect(bench.wordsOf('blame')).toContain(B);
  });

  it('is not convicted by words that were under way: only by an answer to a question after the grace', async () => {
    const { bench, check } = await open(entry(3n));
    await check();
    bench.stands.set(B, 'down');
    for (let i = 0; i < 5; i++) {
      await bench.clock.advance(GRACE / 2);
      await check();
    }
    expect(bench.wordsOf('blame')).toEqual([]);
  });

  it('F12: that accepted the entry from us and serves less has dropped it', async () => {
    const { bench, check } = await open(entry(3n), 'lose');
    await check();
    await bench.clock.advance(GRACE + 1_000);
    expect(bench.posted).toContain(`${B} 9`);
    expect(bench.incidents).toMatchObject([{ kind: 'acknowledged-but-dropped', portal: B, expected: { revision: 9n } }]);
    expect(bench.wordsOf('blame')).toEqual([B]);
  });

  it('F12: that accepted the entry and drops it is told of, and not blamed, where nobody contradicts it', async () => {
    const bench = new TableBench({ portals: [A] });
    bench.posts.set(A, 'lose');
    const written = bench.writing.write({ entry: takeSignedEntry(entry(9n)), isFinal: false, confirmations: 0 }, new AbortController().signal);
    await bench.clock.advance(50);
    await written;
    bench.table.watch(nameOf(entry(9n)));
    const read = bench.read(entry(9n), { maxStaleness: 0 });
    await bench.clock.advance(GRACE + 1_000);
    expect(read.said).toBe('STALE');
    expect(bench.incidents).toMatchObject([{ kind: 'acknowledged-but-dropped', portal: A, raw: new Uint8Array(), expected: { revision: 9n } }]);
    expect(bench.wordsOf('blame')).toEqual([]);
  });

  it('F11: that never had the entry lags, and is not blamed for having none; one that had it is', async () => {
    const { bench, check } = await open('missing');
    await check();
    await bench.clock.advance(3 * GRACE);
    expect(bench.wordsOf('lagging')).toEqual([B]);
    expect(bench.wordsOf('blame')).toEqual([]);
    expect(bench.incidents).toEqual([]);
    await bench.table.absorb([bench.served(B, entry(9n), { isCheck: true })]);
    await check();
    await bench.clock.advance(GRACE + 1_000);
    expect(bench.wordsOf('blame')).toEqual([B]);
    expect(bench.incidents).toMatchObject([{ kind: 'below-floor', raw: new Uint8Array() }]);
  });

  it('is repaired, and has caught up when it serves what it was sent', async () => {
    const { bench, check } = await open(entry(3n), 'store');
    await check();
    await bench.clock.advance(GRACE + 1_000);
    expect(bench.posted).toEqual([`${B} 9`]);
    expect(bench.wordsOf('caught up')).toEqual([B]);
    expect(bench.wordsOf('blame')).toEqual([]);
  });

  it('I3, F7: is repaired though another one says nothing to what it is sent', async () => {
    const bench = new TableBench({ portals: [A, B, C] });
    bench.stands.set(A, entry(9n)).set(B, entry(3n)).set(C, entry(3n));
    bench.posts.set(C, 'mute');
    bench.table.watch(nameOf(entry(9n)));
    await bench.clock.advance(20);
    await bench.connect(1, A);
    await bench.push(1, A, entry(9n));
    await bench.table.absorb([C, B].map((portal) => bench.served(portal, entry(3n), { isCheck: true })));
    await bench.clock.advance(2 * GRACE);
    expect(bench.wordsOf('caught up')).toEqual([B]);
    expect(bench.wordsOf('blame')).toEqual([C]);
  });

  it('I3: is not blamed while what it lacks cannot be sent, as in quarantine, and has a grace from when it was', async () => {
    const { bench, check } = await open(entry(3n), 'away');
    await check();
    await bench.clock.advance(5 * GRACE);
    expect(bench.wordsOf('blame')).toEqual([]);
    bench.posts.set(B, 'lose');
    await bench.clock.advance(GRACE);
    expect(bench.wordsOf('blame')).toEqual([]);
    await bench.clock.advance(GRACE + 1_000);
    expect(bench.wordsOf('blame')).toEqual([B]);
  });

  it('F7: is blamed though it says nothing to what it is sent', async () => {
    const { bench, check } = await open(entry(3n), 'mute');
    await check();
    await bench.clock.advance(GRACE);
    expect(bench.wordsOf('blame')).toEqual([]);
    await bench.clock.advance(GRACE);
    expect(bench.wordsOf('blame')).toEqual([B]);
  });

  it('F2, F7: is blamed for what it goes on serving unasked, once it has left three questions in a row without an answer', async () => {
    const { bench } = await open('down', 'mute');
    const push = (): Promise<void> => bench.table.absorb([bench.served(B, entry(3n), { isCheck: true })]);
    await push();
    for (let questions = 0; questions < 3; questions++) {
      await push();
      expect(bench.wordsOf('blame')).toEqual([]);
      const asked = bench.asked.length;
      while (bench.asked.length === asked) await bench.clock.advance(1_000);
    }
    for (let i = 0; i < 10; i++) await push();
    expect(bench.wordsOf('blame')).toEqual([B]);
    expect(bench.incidents).toMatchObject([{ kind: 'below-floor', portal: B }]);
  });

  it('F3: that is live and says nothing of what another one serves is repaired, and blamed when it serves less after the grace', async () => {
    for (const does of ['store', 'lose'] as const) {
      const { bench } = await open('missing');
      bench.posts.set(A, does);
      await bench.table.absorb([bench.served(B, entry(12n), { isCheck: true })]);
      expect(bench.wordsOf('lagging')).toEqual([A]);
      await bench.clock.advance(GRACE + 1_000);
      expect(bench.posted[0]).toBe(`${A} 12`);
      expect(bench.wordsOf('blame')).toEqual(does === 'lose' ? [A] : []);
      expect(bench.wordsOf('caught up')).toEqual(does === 'lose' ? [] : [A]);
    }
  });

  it('I3: that is live and says it a moment later than another one is sent nothing, and not asked', async () => {
    const { bench } = await open('missing');
    await bench.table.absorb([bench.served(B, entry(12n), { isCheck: true })]);
    await bench.clock.advance(100);
    const asked = bench.asked.length;
    await bench.push(1, A, entry(12n));
    expect(bench.wordsOf('caught up')).toEqual([A]);
    await bench.clock.advance(2 * GRACE);
    expect(bench.posted).toEqual([]);
    expect(bench.asked).toHaveLength(asked);
  });

  it('is sent nothing where it was only late', async () => {
    const { bench, check } = await open(entry(3n), 'store');
    await check();
    await bench.clock.advance(100);
    await bench.table.absorb([bench.served(B, entry(9n), { isCheck: true })]);
    await bench.clock.advance(1_000);
    expect(bench.posted).toEqual([]);
  });

  it('with many entries is told of once, and once when it has the last; it is asked for at most five a second', async () => {
    const bench = new TableBench({ portals: [A, B], policy: { repairInterval: 1 } });
    bench.stands.set(A, 'mute').set(B, 'mute');
    bench.posts.set(B, 'refuse');
    const names = Array.from({ length: 50 }, (_, i) => `${i}`);
    for (const name of names) bench.table.watch(nameOf(entry(1n, name)));
    await bench.clock.advance(0);
    await bench.connect(1, A);
    await bench.push(1, A, ...names.map((name) => entry(9n, name)));
    await bench.table.absorb(names.map((name) => bench.served(B, entry(3n, name), { isCheck: true })));
    expect(bench.wordsOf('lagging')).toEqual([B]);
    const asked = bench.asked.length;
    await bench.clock.advance(GRACE + 2_000);
    expect(bench.asked.length - asked).toBeGreaterThan(5);
    expect(bench.asked.length - asked).toBeLessThanOrEqual(10);
    for (const name of names) {
      expect(bench.wordsOf('caught up')).toEqual([]);
      await bench.table.absorb([bench.served(B, entry(9n, name), { isCheck: true })]);
    }
    expect(bench.wordsOf('caught up')).toEqual([B]);
  });

  it('F2: is followed with five hundred entries at most, the first ones, whatever others lag with; those that nobody uses any more are let go', async () => {
    const bench = new TableBench({ portals: [A, B, C], policy: { ...UNREPAIRED, linger: 1 } });
    for (const portal of [A, B, C]) bench.stands.set(portal, 'mute');
    const one = entry(9n);
    const older = entry(3n);
    const keys = Array.from({ length: 600 }, (_, i) => new Uint8Array(new Uint32Array(8).fill(i + 1).buffer));
    for (const datakey of keys) bench.table.watch(nameOf({ ...one, datakey }));
    await bench.clock.advance(0);
    await bench.connect(1, A);
    await bench.push(1, A, ...keys.map((datakey) => ({ ...one, datakey })));
    const lag = (portal: string): Promise<void> => bench.table.absorb(keys.map((datakey) => bench.served(portal, { ...older, datakey }, { isCheck: true })));
    await lag(B);
    expect(bench.table.oversight.lags.size).toBe(500);
    await lag(C);
    expect(bench.table.oversight.lags.size).toBe(1_000);
    const first = { ...one, datakey: keys[0]! };
    await bench.table.absorb([bench.served(B, first, { isCheck: true })]);
    expect(bench.table.oversight.lags.size).toBe(999);
    for (const datakey of keys) bench.table.unwatch(nameOf({ ...one, datakey }));
    await bench.clock.advance(GRACE + 1_000);
    expect(bench.table.oversight.lags.size).toBe(0);
  });

  it('F2: has places left for what it serves less of, however much it says it does not have', async () => {
    const bench = new TableBench({ portals: [A, B], policy: UNREPAIRED });
    for (const portal of [A, B]) bench.stands.set(portal, 'mute');
    const names = Array.from({ length: 300 }, (_, i) => nameOf(entry(9n, `${i}`)));
    for (const name of names) bench.table.watch(name);
    await bench.clock.advance(0);
    await bench.connect(1, A);
    await bench.push(1, A, ...names.map((_, i) => entry(9n, `${i}`)));
    await bench.table.absorb(names.map((name) => ({ kind: 'missing', portal: B, origin: { isCheck: true }, name, at: 1 }) as const));
    expect(bench.table.oversight.lags.size).toBe(250);
    await bench.table.absorb([bench.served(B, entry(3n, '299'), { isCheck: true })]);
    expect(bench.table.oversight.lags.size).toBe(251);
  });

  it('F15: is told of to a portal actor that took another’s place', async () => {
    const { bench, check } = await open(entry(3n));
    await check();
    bench.table.oversight.lags.renew();
    expect(bench.wordsOf('lagging')).toEqual([B, B]);
  });
});
