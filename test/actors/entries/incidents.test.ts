import { array, assert, asyncProperty, constantFrom } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Incidents } from '../../../actors/entries/incidents.ts';
import type { PortalNotice } from '../../../actors/entries/world.ts';
import type { Finding } from '../../../actors/report.ts';
import { MAX_RAW_BYTES, type Incident } from '../../../src/incident.ts';
import { DEFAULT_POLICY } from '../../../src/policy.ts';
import { nameOf, verifyProof } from '../../../src/registry/index.ts';
import { FakeClock } from '../../link/fixture/clock.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { A, B, TableBench } from './table-bench.ts';

const author = someone();
const [winner, loser] = author.tie(5n);

function open() {
  const clock = new FakeClock();
  const words: PortalNotice[] = [];
  const incidents = new Incidents({ clock, policy: DEFAULT_POLICY, portal: { tell: (word: PortalNotice) => words.push(word) } as never });
  const told: Incident[] = [];
  incidents.subscribe((incident) => told.push(incident));
  return { clock, words, incidents, told };
}

const forged = (portal: string, raw = new Uint8Array([1])): Extract<Finding, { kind: 'forged' }> => ({ kind: 'forged', portal, origin: { isCheck: true }, name: nameOf(winner), at: 7, raw });
const offended = (at: number, portal = `https://${at}.example`): Extract<Finding, { kind: 'offended' }> => ({ kind: 'offended', portal, offence: 'garbage', at, raw: new Uint8Array(4_000) });

describe('a portal that serves what was never signed', () => {
  it('F1: is blamed and told of once, and again when it may be out of quarantine; others are blamed by themselves', async () => {
    const { clock, words, incidents, told } = open();
    for (let i = 0; i < 1_000; i++) incidents.forged(forged(A));
    incidents.forged(forged(B));
    await clock.advance(100);
    expect(words).toEqual([A, B].map((portal) => ({ kind: 'blame', portal, offence: 'bad-signature' })));
    expect(told).toMatchObject([{ kind: 'bad-signature', portal: A, at: 7, key: { pubkey: winner.pubkey }, raw: new Uint8Array([1]) }, { portal: B }]);
    await clock.advance(DEFAULT_POLICY.quarantineBase);
    incidents.forged(forged(A));
    expect(words).toHaveLength(3);
  });

  it('F1: is blamed by the table, whether or not anybody uses the entry', async () => {
    const bench = new TableBench();
    await bench.table.absorb([forged(A)]);
    expect(bench.wordsOf('blame')).toEqual([A]);
    expect(bench.incidents).toMatchObject([{ kind: 'bad-signature', portal: A }]);
  });
});

describe('two entries of one revision', () => {
  it('F13, I1: are a proof that names no portal, once for the pair, whichever wins and whichever comes first', async () => {
    await assert(
      asyncProperty(array(constantFrom(winner, loser), { minLength: 2, maxLength: 6 }), async (course) => {
        const bench = new TableBench({ portals: [A, B] });
        bench.stands.set(A, 'mute').set(B, 'mute');
        bench.table.watch(nameOf(winner));
        await bench.clock.advance(0);
        for (const [i, entry] of course.entries()) await bench.table.absorb([bench.served(i % 2 === 0 ? A : B, entry, { isCheck: true })]);
        await bench.clock.advance(1_000);
        expect(bench.table.rows.named(nameOf(winner))?.latest?.data).toEqual(course.includes(winner) ? winner.data : loser.data);
        expect(bench.incidents).toHaveLength(new Set(course).size - 1);
        for (const incident of bench.incidents) {
          if (!('entries' in incident)) throw new Error('it is a proof');
          expect(verifyProof(incident)).toBe(true);
          expect(JSON.stringify(incident, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))).not.toContain('example');
        }
      }),
      { numRuns: 20 },
    );
  });

  it('are none where they say the same, or are of other revisions', () => {
    const { incidents, told } = open();
    incidents.compare(winner, { ...winner, signature: loser.signature });
    incidents.compare(winner, author.entry(6n));
    expect(told).toEqual([]);
  });

  it('F13: are a proof where another process has seen the other one', async () => {
    const bench = new TableBench({ portals: [A] });
    bench.stands.set(A, loser);
    bench.table.watch(nameOf(loser));
    await bench.clock.advance(100);
    const row = bench.table.rows.named(nameOf(loser));
    if (row === undefined) throw new Error('it is watched');
    bench.table.adopt(row, { entry: winner, durability: 'durable' });
    expect(bench.incidents).toMatchObject([{ kind: 'key-equivocation' }]);
  });
});

describe('incidents', () => {
  it('I2: hold at most 1,024 bytes of what a portal said, in memory of their own', () => {
    const { incidents, told } = open();
    const finding = offended(1, A);
    incidents.offended(finding);
    finding.raw.fill(9);
    expect(told).toMatchObject([{ kind: 'garbage', portal: A, raw: new Uint8Array(MAX_RAW_BYTES) }]);
  });

  it('F10, I2: are one for a portal and a kind in quarantineBase, however much it does and however many verifiers pass it on', async () => {
    const { clock, incidents, told } = open();
    for (let i = 0; i < 64; i++) incidents.offended(offended(i, A));
    incidents.offended(offended(1, B));
    incidents.offended({ ...offended(1, A), offence: 'oversize' });
    await clock.advance(1_000);
    expect(told).toMatchObject([{ portal: A, at: 0 }, { portal: B }, { portal: A, kind: 'oversize' }]);
    expect(incidents.untold).toBe(63);
    await clock.advance(DEFAULT_POLICY.quarantineBase);
    incidents.offended(offended(99, A));
    expect(told).toHaveLength(4);
  });

  it('I2: are told at most twenty a second; of those beyond a hundred that wait, proofs among them, there is a count', async () => {
    const { clock, incidents, told } = open();
    for (let i = 0; i < 1_000; i++) incidents.offended(offended(i));
    expect(told).toHaveLength(1);
    await clock.advance(999);
    expect(told).toHaveLength(20);
    await clock.advance(10_000);
    expect(told).toHaveLength(69);
    expect(incidents.untold).toBe(931);
    expect(clock.timers.size).toBe(0);
  });

  it('F10, F13: that are proofs are told however much portals do, and one for which there was no place is told when it is seen again', async () => {
    const { clock, incidents, told } = open();
    for (let i = 0; i < 1_000; i++) incidents.offended(offended(i));
    const pairs = Array.from({ length: 33 }, (_, i) => author.tie(BigInt(i + 1)));
    for (const [a, b] of pairs) incidents.compare(a, b);
    await clock.advance(20_000);
    const proofs = () => told.filter(({ kind }) => kind === 'key-equivocation').length;
    expect(proofs()).toBe(32);
    for (const [a, b] of pairs) incidents.compare(b, a);
    await clock.advance(20_000);
    expect(proofs()).toBe(33);
  });

  it('are told to whoever comes later, the newest thirty-two', async () => {
    const { clock, incidents } = open();
    for (let i = 0; i < 50; i++) incidents.offended(offended(i));
    await clock.advance(10_000);
    const late: Incident[] = [];
    incidents.subscribe((incident) => late.push(incident));
    expect(late.map((incident) => incident.at)).toEqual(Array.from({ length: 32 }, (_, i) => i + 18));
    incidents.offended(offended(99));
    expect(late).toHaveLength(33);
  });

  it('that wait are told when it is stopped, and then no more', async () => {
    const { clock, incidents, told } = open();
    for (let i = 0; i < 3; i++) incidents.offended(offended(i));
    incidents.stop();
    expect(told).toHaveLength(3);
    await clock.advance(10_000);
    expect(clock.timers.size).toBe(0);
  });
});
