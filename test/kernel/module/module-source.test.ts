import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, entryNamed, idOf, KEY_A, KEY_B, ModuleWorld, sealWith } from './fixture.ts';
import type { ModuleSource } from '../../../src/kernel/module/module-source.ts';
import { stampKey } from '../../../src/kernel/module/stamp.ts';
import { Vouchers } from '../../../src/kernel/module/vouchers.ts';
import { packEntry, type CheckedEntry } from '../../../src/registry/index.ts';
import { floorKey } from '../../../src/storage/index.ts';

const [first, second, third] = [entryNamed('one', 1n), entryNamed('one', 2n), entryNamed('one', 3n)];
const CALLER = 'app.example';

describe('given portals of which one is behind', () => {
  it('when an entry is read, then portals are compared: the newest is the answer, if it comes within a quarter of a second after the first', async () => {
    for (const [latency, revision] of [[150, 2n], [1_000, 1n]] as const) {
      const modules = new ModuleWorld();
      const { world } = modules;
      world.portal(0).put(first);
      world.portal(1).put(second);
      world.portal(1).faults = { latency };
      const began = world.clock.elapsed();
      expect(await modules.readOnce(first)).toMatchObject({ exists: true, revision, status: 'cached' });
      expect(world.clock.elapsed() - began).toBeLessThan(600);
    }
  });

  it('when one says that there is none, then others have two seconds to know better', async () => {
    for (const [latency, exists] of [[1_500, true], [2_500, false]] as const) {
      const modules = new ModuleWorld();
      modules.world.portal(1).put(first);
      modules.world.portal(1).faults = { latency };
      expect(await modules.readOnce(first)).toMatchObject({ exists });
    }
  });
});

describe('given a worker that may end with its answer', () => {
  it('M1: when a read is answered, then its floor and its stamp are committed', async () => {
    const modules = new ModuleWorld();
    modules.world.put(first);
    modules.world.storage.delay = 20;
    await modules.readOnce(first);
    modules.world.storage.delay = 0;
    const connection = await modules.world.storage.open();
    expect((await connection.getMany([floorKey(idOf(first)), stampKey(idOf(first))])).map((record) => record !== undefined)).toEqual([true, true]);
  });

  it('M1: when the storage fails, or never answers, then it is answered all the same', async () => {
    for (const fault of ['full', 'blocked', 'closed', 'silent'] as const) {
      const modules = new ModuleWorld();
      modules.world.put(first);
      modules.world.storage.fault = fault;
      expect(await modules.readOnce(first), `a storage that is ${fault}`).toMatchObject({ exists: true, revision: 1n, floor: 'volatile' });
    }
  });

  it('M2: when another worker reads within a minute, then it asks no portal; later, or of another module, or without a key, it does', async () => {
    const modules = new ModuleWorld();
    const { world } = modules;
    world.put(first);
    let counted = 0;
    const asked = (): number => {
      const now = modules.traffic(0).reads + modules.traffic(1).reads;
      const since = now - counted;
      counted = now;
      return since;
    };
    await modules.readOnce(first);
    expect(asked()).toBeGreaterThanOrEqual(2);
    await world.pass(59_000);
    expect(await modules.readOnce(first)).toMatchObject({ revision: 1n, status: 'cached', source: 'cache' });
    expect(asked()).toBe(0);
    await modules.readOnce(first, { key: KEY_B });
    await modules.readOnce(first, { key: null });
    expect(asked()).toBe(4);
    // The key of another module has put its own stamp in that place.
    await modules.readOnce(first);
    expect(asked()).toBe(2);
    await world.pass(60_001);
    expect(await modules.readOnce(first)).toMatchObject({ revision: 1n, status: 'cached', source: 'portal' });
    expect(asked()).toBe(2);
  });

  it('M2: when another worker has it live, then that one vouches for it, however long ago it was said, though portals are silent', async () => {
    const modules = new ModuleWorld();
    const { world } = modules;
    world.put(first);
    const told: unknown[] = [];
    const end = modules.worker().watch(first, CALLER, { next: (result) => void told.push(result.exists && result.revision), error: () => expect.unreachable() });
    await world.pass(120_000);
    expect(told).toEqual([1n]);
    for (const portal of world.portals) portal.faults = { reads: 'mute' };
    const began = world.clock.elapsed();
    expect(await modules.readOnce(first)).toMatchObject({ revision: 1n, status: 'live', source: 'cache' });
    expect(world.clock.elapsed() - began).toBeLessThan(50);
    // Nobody vouches for it to who has no key, or another one.
    for (const key of [null, KEY_B]) await expect(world.run(modules.worker({ key }).read(first, CALLER))).rejects.toMatchObject({ code: 'TIMEOUT' });
    end();
  });

  it('M2: when a stamp or another worker answers, then no actor is needed', async () => {
    for (const isVouched of [false, true]) {
      const modules = new ModuleWorld();
      const { world } = modules;
      world.put(first);
      const end = isVouched ? modules.worker().watch(first, CALLER, { next: () => {}, error: () => expect.unreachable() }) : () => {};
      await (isVouched ? world.pass(120_000) : modules.readOnce(first));
      modules.isUnlucky = true;
      world.storage.delay = 20;
      expect(await modules.readOnce(first)).toMatchObject({ revision: 1n, status: isVouched ? 'live' : 'cached', source: 'cache', confirmedBy: [expect.any(String)], floor: 'durable' });
      await expect(modules.readOnce(entryNamed('other'))).rejects.toThrow('no luck');
      end();
    }
  });

  it('M3: when another worker vouches for what is older than the floor, then that is not shown', async () => {
    const modules = new ModuleWorld();
    const { world } = modules;
    world.portal(0).put(first);
    world.portal(1).put(second);
    const end = modules.worker({ portals: [world.urls[0] ?? ''] }).watch(first, CALLER, { next: () => {}, error: () => expect.unreachable() });
    await world.pass(1_000);
    expect(await world.run(modules.worker({ portals: [world.urls[1] ?? ''], key: KEY_B }).read(first, CALLER))).toMatchObject({ revision: 2n });
    const answered = await world.run(modules.worker({ portals: [world.urls[0] ?? ''] }).read(first, CALLER));
    expect(answered).toMatchObject({ revision: 2n });
    end();
  });
});

describe('M4: given a worker that is kept', () => {
  it('when it lives a second after its answer, then what was read is subscribed, and not before', async () => {
    const modules = new ModuleWorld(1);
    const { world } = modules;
    world.put(first);
    const worker = modules.worker();
    await world.run(worker.read(first, CALLER));
    await world.pass(999);
    expect(modules.traffic(0).opened).toBe(0);
    await world.pass(1_000);
    expect(modules.traffic(0).opened).toBe(1);
    world.put(second);
    await world.pass(200);
    const { reads } = modules.traffic(0);
    expect(await world.run(worker.read(first, CALLER))).toMatchObject({ revision: 2n, status: 'live' });
    expect(modules.traffic(0).reads).toBe(reads);
  });

  it('when its answer needed no actor, then that is subscribed all the same, and not before', async () => {
    const modules = new ModuleWorld(1);
    const { world } = modules;
    world.put(first);
    await modules.readOnce(first);
    const worker = modules.worker();
    await world.run(worker.read(first, CALLER));
    await world.pass(999);
    expect(world.portal(0).traffic).toMatchObject({ opened: 0, subscriptions: 0 });
    await world.pass(1_000);
    expect(world.portal(0).traffic).toMatchObject({ opened: 1, subscriptions: 1 });
    world.put(second);
    await world.pass(200);
    expect(await world.run(worker.read(first, CALLER))).toMatchObject({ revision: 2n, status: 'live' });
  });

  it('when several were answered so before it was known, and it is asked for more, then all are', async () => {
    const modules = new ModuleWorld(1);
    const { world } = modules;
    world.put(first);
    await modules.readOnce(first);
    const [other, more] = [entryNamed('other'), entryNamed('more')];
    for (const entry of [other, more]) {
      world.put(entry);
      await modules.readOnce(entry);
    }
    const worker = modules.worker();
    await world.run(Promise.all([worker.read(first, CALLER), worker.read(other, CALLER)]));
    expect(await world.run(worker.read(more, CALLER))).toMatchObject({ revision: 1n, source: 'cache' });
    await world.pass(500);
    expect(world.portal(0).traffic).toMatchObject({ opened: 1, subscriptions: 3 });
  });

  it('when it is asked again at once, then it is', async () => {
    const modules = new ModuleWorld(1);
    modules.world.put(first);
    const worker = modules.worker();
    await modules.world.run(worker.read(first, CALLER));
    await modules.world.run(worker.read(first, CALLER));
    await modules.world.pass(500);
    expect(modules.traffic(0).opened).toBe(1);
  });

  it('when nothing could be started, then what is asked next is started anew', async () => {
    const modules = new ModuleWorld(1);
    modules.world.put(first);
    modules.isUnlucky = true;
    const worker = modules.worker();
    await expect(modules.world.run(worker.read(first, CALLER))).rejects.toThrow('no luck');
    modules.isUnlucky = false;
    expect(await modules.world.run(worker.read(first, CALLER))).toMatchObject({ revision: 1n });
  });

  it('when it is asked once, and watches something else, then it opens a connection for that alone', async () => {
    const modules = new ModuleWorld(1);
    const { world } = modules;
    world.put(first);
    const worker = modules.worker();
    worker.watch(entryNamed('other'), CALLER, { next: () => {}, error: () => expect.unreachable() });
    void worker.read(first, CALLER);
    await world.pass(900);
    expect(world.portal(0).traffic).toMatchObject({ opened: 1, subscriptions: 1 });
    await world.pass(1_500);
    expect(world.portal(0).traffic).toMatchObject({ opened: 1, subscriptions: 2 });
  });
});

describe('M7: given an actor that fails', () => {
  it('when something is asked of it, then that is WORKER_GONE; what is asked next is answered, and a watch goes on', async () => {
    const modules = new ModuleWorld(1);
    const { world } = modules;
    world.put(first);
    const worker = modules.worker();
    const told: unknown[] = [];
    worker.watch(first, CALLER, { next: (result) => void told.push(result.exists && result.revision), error: () => expect.unreachable() });
    await world.pass(1_000);
    expect(told).toEqual([1n]);
    world.portal(0).faults = { reads: 'mute', writes: 'mute', sockets: 'refuse' };
    const asked = worker.read(entryNamed('other'), CALLER).catch((error: unknown) => error);
    const written = worker.write(second, CALLER).catch((error: unknown) => error);
    await world.pass(100);
    modules.isUnlucky = true;
    world.portal(0).cut();
    expect(await world.run(asked)).toMatchObject({ code: 'WORKER_GONE' });
    // It may have been sent.
    expect(await world.run(written)).toMatchObject({ code: 'UNCONFIRMED' });
    modules.isUnlucky = false;
    world.portal(0).faults = {};
    world.put(third);
    await world.pass(60_000);
    expect(told).toEqual([1n, 2n, 3n]);
    expect(await world.run(worker.read(first, CALLER))).toMatchObject({ revision: 3n, status: 'live' });
  });
});

it('given actors that failed, then what they had open is closed, and no other is open than what the next ones use', async () => {
  const modules = new ModuleWorld(1);
  const { world } = modules;
  world.put(first);
  const worker = modules.worker();
  worker.watch(first, CALLER, { next: () => {}, error: () => expect.unreachable() });
  await world.pass(1_000);
  expect(modules.connections).toBe(1);
  modules.isUnlucky = true;
  world.portal(0).cut();
  await world.pass(100);
  modules.isUnlucky = false;
  await world.pass(60_000);
  expect(await world.run(worker.read(first, CALLER))).toMatchObject({ revision: 1n, status: 'live' });
  expect(modules.connections).toBe(1);
});

it('given a storage and portals that are silent, then a read fails when its deadline passes', async () => {
  const modules = new ModuleWorld(1);
  const { world } = modules;
  world.storage.fault = 'silent';
  world.portal(0).faults = { reads: 'mute' };
  const began = world.clock.elapsed();
  await expect(modules.readOnce(first)).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(world.clock.elapsed() - began).toBeLessThanOrEqual(DEFAULT_POLICY.readDeadline + 300);
});

describe('given a module of which portals can be set', () => {
  it('when they are, then they are asked from now on, by other workers, too; and watches go on with them', async () => {
    const modules = new ModuleWorld(2);
    const { world } = modules;
    const [one = '', other = ''] = world.urls;
    world.portal(0).put(first);
    world.portal(1).put(second);
    const options = { portals: [one], arePortalsSettable: true };
    const worker = modules.worker(options);
    const told: unknown[] = [];
    worker.watch(first, CALLER, { next: (result) => void told.push(result.exists && result.revision), error: () => expect.unreachable() });
    await world.pass(1_000);
    await world.run(worker.setPortals([other, `${other}/`]));
    expect(modules.connections).toBe(1);
    await world.pass(2_000);
    expect(told).toEqual([1n, 2n]);
    expect(world.portal(0).traffic).toMatchObject({ sockets: 0 });
    expect(await world.run(modules.worker(options).read(entryNamed('other'), CALLER))).toMatchObject({ exists: false, claimedBy: [other] });
    expect(await world.run(modules.worker({ portals: [one] }).read(entryNamed('more'), CALLER))).toMatchObject({ exists: false, claimedBy: [one] });
  });

  it('when they are set while the first are being read, then nobody is asked but those that were set', async () => {
    const modules = new ModuleWorld(2);
    const { world } = modules;
    const [one = '', other = ''] = world.urls;
    world.put(first);
    world.storage.delay = 20;
    const worker = modules.worker({ portals: [one], arePortalsSettable: true });
    const told: unknown[] = [];
    worker.watch(first, CALLER, { next: (result) => void told.push(result.exists && result.revision), error: () => expect.unreachable() });
    await world.run(worker.setPortals([other]));
    await world.pass(2_000);
    expect(told).toEqual([1n]);
    expect(world.portal(0).traffic).toMatchObject({ opened: 0, reads: 0 });
    expect(world.portal(1).traffic).toMatchObject({ sockets: 1, subscriptions: 1 });
    expect(modules.connections).toBe(1);
  });

  it('when there are none, or what is set is none, then that is said, and the former stay', async () => {
    const modules = new ModuleWorld(1);
    modules.world.put(first);
    await modules.readOnce(first);
    const lost = modules.worker({ portals: [] });
    await expect(modules.world.run(lost.read(first, CALLER))).rejects.toMatchObject({ code: 'UNREACHABLE', retryable: false });
    await expect(lost.write(first, CALLER)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    const errors: unknown[] = [];
    lost.watch(first, CALLER, { next: () => expect.unreachable(), error: (error) => void errors.push(error.code) });
    await modules.world.pass(10);
    expect(errors).toEqual(['UNREACHABLE']);
    const worker = modules.worker({ arePortalsSettable: true });
    await expect(worker.setPortals([])).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'portals' });
    await expect(worker.setPortals(['http://a.example', 'ftp://b.example'])).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'portals[1]' });
    expect(await modules.world.run(worker.read(first, CALLER))).toMatchObject({ revision: 1n });
  });
});

describe('M5: given a storage for forty', () => {
  const few = Array.from({ length: 5 }, (_, i) => entryNamed(`few ${i}`));
  const many = Array.from({ length: 100 }, (_, i) => entryNamed(`many ${i}`));
  const older = many.map((_, i) => entryNamed(`many ${i}`, 0n));

  async function setUp() {
    const modules = new ModuleWorld(1);
    for (const entry of [...few, ...many]) modules.world.put(entry);
    const options = { policy: { maxFloors: 40 } };
    const each = async (ask: (worker: ModuleSource) => Promise<unknown>): Promise<void> => {
      const worker = modules.worker(options);
      await modules.world.run(ask(worker));
      modules.terminate(worker);
    };
    for (const entry of few) await each((worker) => worker.read(entry, 'modest.example'));
    const kept = async (entries: readonly CheckedEntry[]): Promise<number> => {
      const connection = await modules.world.storage.open();
      return (await connection.getMany(entries.map((entry) => floorKey(idOf(entry))))).filter((record) => record !== undefined).length;
    };
    return { modules, each, kept };
  }

  it('when another domain reads more than there is room for, then it loses its own floors, and nobody else does', async () => {
    const { each, kept } = await setUp();
    for (const entry of many) await each((worker) => worker.read(entry, 'greedy.example'));
    expect(await kept(few)).toBe(few.length);
    expect(await kept(many)).toBeLessThanOrEqual(40);
  });

  it('when another domain watches so many, one after the other, then it does, too', async () => {
    const { each, kept, modules } = await setUp();
    for (const entry of many) {
      await each(async (worker) => {
        let end: (() => void) | undefined;
        await new Promise<void>((resolve) => {
          end = worker.watch(entry, 'greedy.example', { next: () => modules.world.clock.setTimeout(resolve, 50), error: () => expect.unreachable() });
        });
        end?.();
      });
    }
    expect(await kept(few)).toBe(few.length);
    expect(await kept(many)).toBeLessThanOrEqual(40);
  });

  it('when another domain writes so many that are refused, as there are newer ones, then it does, too', async () => {
    const { each, kept } = await setUp();
    for (const entry of older) await each((worker) => expect(worker.write(entry, 'greedy.example')).rejects.toMatchObject({ code: 'CONFLICT' }));
    expect(await kept(few)).toBe(few.length);
    expect(await kept(many)).toBeLessThanOrEqual(40);
  });
});

describe('given a worker whose storage fails', () => {
  it('when its actors are replaced, or the portals are, then nothing older is answered than was before', async () => {
    for (const isFailure of [true, false]) {
      const modules = new ModuleWorld(2);
      const { world } = modules;
      world.storage.fault = 'blocked';
      world.portal(0).put(second);
      world.portal(1).put(first);
      const worker = modules.worker({ arePortalsSettable: true });
      const told: unknown[] = [];
      worker.watch(first, CALLER, { next: (result) => void told.push(result.exists && result.revision), error: () => expect.unreachable() });
      expect(await world.run(worker.read(first, CALLER))).toMatchObject({ revision: 2n });
      await world.pass(1_000);
      world.portal(0).faults = { reads: 'mute', sockets: 'refuse' };
      if (isFailure) {
        modules.isUnlucky = true;
        world.portal(0).cut();
        world.portal(1).cut();
        await world.pass(100);
        modules.isUnlucky = false;
      } else {
        await world.run(worker.setPortals([world.urls[1] ?? '']));
      }
      await world.pass(60_000);
      expect(await world.run(worker.read(first, CALLER))).toMatchObject({ revision: 2n });
      expect(new Set(told)).toEqual(new Set([2n]));
    }
  });
});

it('M7: given a watch whose actors failed, when others cannot be started at first, then they are tried again', async () => {
  const modules = new ModuleWorld(1);
  const { world } = modules;
  world.put(first);
  const told: unknown[] = [];
  modules.worker().watch(first, CALLER, { next: (result) => void told.push(result.exists && result.revision), error: () => expect.unreachable() });
  await world.pass(1_000);
  modules.isUnlucky = true;
  world.portal(0).cut();
  await world.pass(5_000);
  modules.isUnlucky = false;
  world.put(second);
  await world.pass(10_000);
  expect(told).toEqual([1n, 2n]);
});

it('given a read that failed, when another worker vouches for the entry afterwards, then that is nobody\'s', async () => {
  const modules = new ModuleWorld(1);
  const { world } = modules;
  const asked: unknown[] = [];
  const channel = world.broadcast('secure-registry vouchers', (message) => void asked.push(message));
  await expect(world.run(modules.worker({ portals: [] }).read(first, CALLER))).rejects.toMatchObject({ code: 'UNREACHABLE' });
  await world.pass(100);
  expect(asked).toHaveLength(1);
  const late = new Vouchers({ open: world.broadcast, clock: world.clock, seal: sealWith(KEY_A), live: () => ({ packed: packEntry(first), portal: 'http://a.example', at: world.clock.now() }) });
  channel?.post(asked[0]);
  await world.pass(1_000);
  late.close();
  const connection = await world.storage.open();
  expect((await connection.getMany([floorKey(idOf(first))]))[0]?.length).toBeUndefined();
});
