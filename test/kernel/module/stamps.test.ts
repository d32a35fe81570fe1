import { describe, expect, it } from 'vitest';
import type { Seal } from '../../../src/kernel/module/seal.ts';
import { ownerOf, stampKey, STAMPS } from '../../../src/kernel/module/stamp.ts';
import { Stamps } from '../../../src/kernel/module/stamps.ts';
import type { CheckedEntry } from '../../../src/registry/index.ts';
import { floorKey, MemoryStorage, scanAll } from '../../../src/storage/index.ts';
import { packFloor } from '../../../src/storage/record.ts';
import { StepClock } from '../../machines/step-clock.ts';
import { entryNamed, idOf, KEY_A, KEY_B, sealWith, useOf } from './fixture.ts';

const A = 'http://a.example';
const entry = entryNamed('one');

const known = (stamps: Stamps, of: CheckedEntry = entry) => stamps.words([idOf(of)], Promise.resolve([of]));

function setUp(most = 1_000, storage = new MemoryStorage()) {
  const clock = new StepClock();
  const open = (seal: Seal = sealWith(KEY_A)): Stamps => new Stamps(useOf(storage, clock), clock, seal, most);
  return { clock, storage, open, stamps: open() };
}

describe('given what a worker noted', () => {
  it('when another one of the module looks, then it knows what the portal said, of that very entry; and nobody else does', async () => {
    const { stamps, open, clock } = setUp();
    await stamps.note(idOf(entry), 'app.example', entry, { portal: A, at: clock.now() });
    expect(await known(open())).toEqual([{ portal: A, at: clock.now() }]);
    expect(await known(open(sealWith(KEY_B)))).toEqual([undefined]);
    expect(await known(open(sealWith(undefined)))).toEqual([undefined]);
    expect(await open().words([idOf(entry), idOf(entryNamed('two'))], Promise.resolve([entryNamed('one', 0n), entryNamed('two')]))).toEqual([undefined, undefined]);
    expect(await open().words([], Promise.resolve([]))).toEqual([]);
  });

  it('when nothing new is said, then nothing is written for an hour; a later word is, and a stamp stays with who asked first', async () => {
    const { stamps, storage, clock, open } = setUp();
    const note = (domain: string, at: number) => stamps.note(idOf(entry), domain, entry, { portal: A, at });
    const at = clock.now();
    await note('first.example', at);
    expect(storage.commits).toBe(1);
    clock.jump(3_599_999);
    await note('first.example', at);
    await note('second.example', at - 5);
    expect(storage.commits).toBe(1);
    clock.jump(1);
    await note('second.example', at);
    expect(storage.commits).toBe(2);
    await note('second.example', at + 10);
    expect(storage.commits).toBe(3);
    expect(await known(open())).toEqual([{ portal: A, at: at + 10 }]);
    const lone = setUp();
    await lone.stamps.note(idOf(entry), 'first.example', undefined, undefined);
    const ownerIn = async (of: MemoryStorage) => ownerOf((await (await of.open()).getMany([stampKey(idOf(entry))]))[0] ?? expect.unreachable())?.owner;
    expect(await ownerIn(storage)).toEqual(await ownerIn(lone.storage));
  });

  it('when another worker has read the stamp, then it does not write the same again; one that could not believe it does', async () => {
    const { stamps, storage, clock, open } = setUp();
    const word = { portal: A, at: clock.now() };
    await stamps.note(idOf(entry), 'app.example', entry, word);
    const reader = open();
    await known(reader);
    await reader.note(idOf(entry), 'app.example', entry, word);
    expect(storage.commits).toBe(1);
    const stranger = open(sealWith(KEY_B));
    await known(stranger);
    await stranger.note(idOf(entry), 'app.example', entry, word);
    expect(storage.commits).toBe(2);
  });

  it('when the clock was set back, then what it was dated is replaced by what is said from then on, by this worker, and by another', async () => {
    for (const isSame of [true, false]) {
      const { stamps, clock, open } = setUp();
      const note = (of: Stamps) => of.note(idOf(entry), 'app.example', entry, { portal: A, at: clock.now() });
      await note(stamps);
      clock.jump(-600_000);
      const later = isSame ? stamps : open();
      await known(later);
      await note(later);
      expect(await known(open())).toEqual([{ portal: A, at: clock.now() }]);
    }
  });

  it.each(['full', 'blocked', 'closed'] as const)('when the storage is %s, then it resolves, and nothing is known', async (fault) => {
    const { stamps, storage } = setUp();
    if (fault !== 'blocked') await stamps.note(idOf(entry), 'app.example', entry, { portal: A, at: 1 });
    storage.fault = fault;
    await expect(stamps.note(idOf(entryNamed('two')), 'app.example', entryNamed('two'), { portal: A, at: 1 })).resolves.toBeUndefined();
    expect(await known(stamps, entryNamed('two'))).toEqual([undefined]);
  });
});

describe('M5: given a storage for a few', () => {
  it('when one domain asks for many entries, and another for few, then the few stay, with their floors, and of the many the latest', async () => {
    const { stamps, storage, clock } = setUp(40);
    const connection = await storage.open();
    const note = async (name: string, domain: string, pinned = false): Promise<CheckedEntry> => {
      const each = entryNamed(name);
      clock.jump(1);
      await connection.update([{ key: floorKey(idOf(each)), decide: () => packFloor(each, pinned ? clock.now() + 60_000 : clock.now()) }]);
      await stamps.note(idOf(each), domain, each, { portal: A, at: clock.now() });
      return each;
    };
    const few: CheckedEntry[] = [];
    for (let i = 0; i < 5; i++) few.push(await note(`few ${i}`, 'modest.example'));
    const pinned = await note('pinned', 'greedy.example', true);
    const many: CheckedEntry[] = [];
    for (let i = 0; i < 200; i++) many.push(await note(`many ${i}`, 'greedy.example'));
    const records = async (entries: readonly CheckedEntry[], keyFor: (id: Uint8Array<ArrayBuffer>) => Uint8Array) => (await connection.getMany(entries.map((each) => keyFor(idOf(each))))).map((found) => found !== undefined);
    expect(await records(few, stampKey)).toEqual(few.map(() => true));
    expect(await records(few, floorKey)).toEqual(few.map(() => true));
    expect(await records([pinned], floorKey), 'a floor that is pinned').toEqual([true]);
    const kept = await connection.count(STAMPS);
    expect(kept).toBeLessThanOrEqual(44);
    expect(kept).toBeGreaterThanOrEqual(36);
    const [stamped, floored] = [await records(many, stampKey), await records(many, floorKey)];
    expect(stamped).toEqual(floored);
    expect(stamped, 'the latest').toEqual(many.map((_, i) => i >= many.length - (kept - few.length)));
    expect((await scanAll(connection, STAMPS)).length).toBe(kept);
  });

  it('when there are more floors without a stamp than room for them, then those go which were used least, with none of who has few', async () => {
    const { stamps, storage, clock } = setUp(40);
    const connection = await storage.open();
    const raise = async (name: string): Promise<CheckedEntry> => {
      const each = entryNamed(name);
      clock.jump(1);
      await connection.update([{ key: floorKey(idOf(each)), decide: () => packFloor(each, clock.now()) }]);
      return each;
    };
    const few: CheckedEntry[] = [];
    const ask = async (name: string): Promise<void> => {
      const each = await raise(name);
      few.push(each);
      await stamps.note(idOf(each), 'modest.example', each, { portal: A, at: clock.now() });
    };
    for (let i = 0; i < 4; i++) await ask(`few ${i}`);
    const left: CheckedEntry[] = [];
    for (let i = 0; i < 50; i++) left.push(await raise(`left ${i}`));
    for (let i = 4; i < 8; i++) await ask(`few ${i}`);
    const kept = async (entries: readonly CheckedEntry[]) => (await connection.getMany(entries.map((each) => floorKey(idOf(each))))).map((found) => found !== undefined);
    expect(await kept(few)).toEqual(few.map(() => true));
    const stay = (await kept(left)).filter(Boolean).length;
    expect(stay).toBeGreaterThanOrEqual(24);
    expect(stay).toBeLessThanOrEqual(36);
    expect(await kept(left), 'the latest').toEqual(left.map((_, i) => i >= left.length - stay));
  });
});
