import { describe, expect, it } from 'vitest';
import { Records } from '../../../src/kernel/module/records.ts';
import { packEntry, takeSignedEntry, type CheckedEntry } from '../../../src/registry/index.ts';
import { MemoryStorage } from '../../../src/storage/index.ts';
import { StepClock } from '../../machines/step-clock.ts';
import { DEFAULT_POLICY, entryNamed, idOf, KEY_A, nameOf, sealWith } from './fixture.ts';

const [older, entry, newer] = [entryNamed('one', 1n), entryNamed('one', 2n), entryNamed('one', 3n)];
const named = { name: nameOf(entry), id: idOf(entry) };
const PORTAL = 'http://a.example';
const NOW = 10_000_000;

/** Records of workers that come one after the other. */
function setUp() {
  const storage = new MemoryStorage({ durable: true });
  const clock = new StepClock();
  clock.jump(NOW - clock.now());
  const seal = sealWith(KEY_A);
  const open = (): Records => new Records({ storage, world: { clock }, policy: DEFAULT_POLICY, seal });
  /** What a worker that has ended heard of an entry. */
  const leave = async (left: CheckedEntry, at: number | undefined): Promise<void> => {
    const records = open();
    await records.floors.raise([left]);
    await records.stamps.note(idOf(left), 'app.example', left, at === undefined ? undefined : { portal: PORTAL, at });
    await records.floors.close();
  };
  return { open, leave, storage, clock };
}

const forged = (of: CheckedEntry): CheckedEntry => takeSignedEntry({ ...of, signature: of.signature.map((byte, i) => (i === 40 ? byte ^ 1 : byte)) });
const body = (of: CheckedEntry, status: 'cached' | 'live', at: number) => ({ exists: true, packed: packEntry(of), status, source: 'cache', confirmedAt: at, confirmedBy: [PORTAL], floor: 'durable' });

describe('given an entry that a portal served to a worker before', () => {
  it('when that was within maxStaleness, then it is an answer; else it is none: nor if it lies in the future, or nobody said when', async () => {
    for (const [at, isAnswer] of [[NOW, true], [NOW - DEFAULT_POLICY.maxStaleness, true], [NOW - DEFAULT_POLICY.maxStaleness - 1, false], [NOW + 60_000, false], [undefined, false]] as const) {
      const { open, leave } = setUp();
      await leave(entry, at);
      expect(await open().recollect(named.name).fresh(), `served at ${at}`).toEqual(isAnswer ? body(entry, 'cached', at) : undefined);
    }
  });

  it('when what is stored was replaced by what its key never signed, then it is no answer', async () => {
    const { open, leave } = setUp();
    await leave(forged(entry), NOW);
    expect(await open().recollect(named.name).fresh()).toBeUndefined();
  });
});

it('given a storage that fails, when it can be used again, then whose floors they are is told, and what was kept in memory is on disk', async () => {
  const { open, storage, clock } = setUp();
  storage.fault = 'blocked';
  const records = open();
  let healed = 0;
  records.owner = { onForeign: () => {}, onHealed: () => void healed++ };
  expect(await records.floors.raise([entry])).toMatchObject([{ durability: 'volatile' }]);
  storage.fault = undefined;
  clock.pass(DEFAULT_POLICY.healInterval);
  await expect.poll(() => healed).toBe(1);
  expect(await open().floors.getMany([named])).toMatchObject([{ entry, durability: 'durable' }]);
});

describe('given what another worker vouches for', () => {
  const word = { portal: PORTAL, at: 17 };

  it('when it is newer than the floor, or there is none, then it is verified, is the floor, and is told', async () => {
    for (const left of [older, undefined]) {
      const { open, leave } = setUp();
      if (left !== undefined) await leave(left, undefined);
      const records = open();
      const told: unknown[] = [];
      records.owner = { onForeign: (name, floor) => void told.push([name, floor]), onHealed: () => expect.unreachable() };
      expect(await records.recollect(named.name).vouched({ entry, ...word })).toEqual(body(entry, 'live', 17));
      expect(told).toEqual([[named.name, { entry, durability: 'durable' }]]);
      expect(await open().floors.getMany([named])).toMatchObject([{ entry }]);
    }
  });

  it('when it is the floor, then that is the answer, and nothing is written', async () => {
    const { open, leave, storage } = setUp();
    await leave(entry, undefined);
    const { commits } = storage;
    const records = open();
    // Whatever signature came with it: the stored one holds.
    expect(await records.recollect(named.name).vouched({ entry: forged(entry), ...word })).toEqual(body(entry, 'live', 17));
    expect(storage.commits).toBe(commits);
  });

  it('when it is older than the floor, or its signature does not hold, then it is no answer, and the floor stays', async () => {
    const { open, leave } = setUp();
    await leave(entry, undefined);
    const records = open();
    for (const vouched of [older, forged(newer)]) expect(await records.recollect(named.name).vouched({ entry: vouched, ...word })).toBeUndefined();
    expect(await open().floors.getMany([named])).toMatchObject([{ entry }]);
  });
});
