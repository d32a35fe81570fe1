import { describe, expect, it } from 'vitest';
import { entryNamed, idOf, KEY_B, ModuleWorld } from './fixture.ts';
import { stampKey } from '../../../src/kernel/module/stamp.ts';
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
    await expect(worker.read(first, CALLER)).rejects.toThrow('no luck');
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
    await world.pass(2_000);
    expect(told).toEqual([1n, 2n]);
    expect(world.portal(0).traffic).toMatchObject({ sockets: 0 });
    expect(await world.run(modules.worker(options).read(entryNamed('other'), CALLER))).toMatchObject({ exists: false, claimedBy: [other] });
    expect(await world.run(modules.worker({ portals: [one] }).read(entryNamed('more'), CALLER))).toMatchObject({ exists: false, claimedBy: [one] });
  });

  it('when there are none, or what is set is none, then that is said, and the former stay', async () => {
    const modules = new ModuleWorld(1);
    modules.world.put(first);
    const lost = modules.worker({ portals: [] });
    await expect(lost.read(first, CALLER)).rejects.toMatchObject({ code: 'UNREACHABLE', retryable: false });
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
