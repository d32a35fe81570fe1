import { DEFAULT_POLICY, type Policy } from '../../../src/policy.ts';
import { entryId, nameOf, takeSignedEntry, type CheckedEntry, type SignedEntry } from '../../../src/registry/index.ts';
import { StorageSession, type StorageAdapter } from '../../../src/storage/index.ts';
import { SimulatedWorld } from '../../../src/testing/index.ts';
import { ModuleSource, type ModuleSourceOptions } from '../../../src/kernel/module/module-source.ts';
import type { UseStorage } from '../../../src/kernel/module/records.ts';
import { Seal } from '../../../src/kernel/module/seal.ts';
import type { ReadResult } from '../../../actors/entries/result.ts';
import type { OpenBroadcast, OpenSocket, Random } from '../../../src/world.ts';
import { StepClock } from '../../machines/step-clock.ts';

export const [KEY_A, KEY_B] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
export function sealWith(key: Uint8Array<ArrayBuffer> | undefined): Seal {
  const seal = new Seal();
  if (key !== undefined) seal.use(key);
  return seal;
}

const world = new SimulatedWorld({ seed: 0, portals: 1 });
const ada = world.author('ada');

/** A signed entry of this name. */
export const entryNamed = (name: string, revision = 1n, text = `revision ${revision}`): CheckedEntry => takeSignedEntry(ada.entry(name, revision, text));
export const idOf = (entry: SignedEntry) => entryId(entry);
export { nameOf };

/** A way to a storage in time that stands still. */
export function useOf(storage: StorageAdapter, clock = new StepClock()): UseStorage {
  const session = new StorageSession(storage, clock, 1_000, () => {});
  return async (action) => {
    await session.open();
    return (await session.use(action))?.value;
  };
}

/** Workers of a module in a simulated world: one after the other or beside each other, on one storage and one channel. */
export class ModuleWorld {
  readonly world: SimulatedWorld;
  readonly #ends = new Map<ModuleSource, () => void>();
  /** While it is set, whatever needs a random number fails: actors do. */
  isUnlucky = false;
  /** Connections to the storage that are open. */
  connections = 0;

  constructor(portals = 2, seed = 1) {
    this.world = new SimulatedWorld({ seed, portals, gossip: null });
  }

  /** A worker of the module, that was presented this key. It lasts until it is terminated, or the test ends. */
  worker({ key = KEY_A, portals = this.world.urls, policy = {}, arePortalsSettable = false }: Partial<Pick<ModuleSourceOptions, 'portals' | 'arePortalsSettable'>> & { key?: Uint8Array<ArrayBuffer> | null; policy?: Partial<Policy> } = {}): ModuleSource {
    const { clock, sockets, fetch, network, storage, broadcast } = this.world;
    const ends: (() => void)[] = [];
    let isOver = false;
    const own = {
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      setTimeout: (callback: () => void, milliseconds: number) => clock.setTimeout(() => void (isOver || callback()), milliseconds),
      clearTimeout: (timer: unknown) => clock.clearTimeout(timer),
    };
    const random: Random = () => {
      if (this.isUnlucky) throw new Error('no luck');
      return this.world.random();
    };
    const openSocket: OpenSocket = (...input) => {
      const socket = sockets(...input);
      ends.push(() => socket.abandon());
      return socket;
    };
    const openBroadcast: OpenBroadcast = (...input) => {
      const channel = broadcast(...input);
      ends.push(() => channel?.close());
      return channel;
    };
    const source = new ModuleSource({ world: { clock: own, scheduler: own, random, openSocket, fetch, network, openBroadcast }, storage: this.#counted(storage), portals, policy, arePortalsSettable });
    this.#ends.set(source, () => {
      isOver = true;
      for (const end of ends) end();
    });
    if (key !== null) source.useKey(key);
    return source;
  }

  #counted(storage: StorageAdapter): StorageAdapter {
    return {
      open: async () => {
        const connection = await storage.open();
        this.connections++;
        const close = (): Promise<void> => {
          this.connections--;
          return connection.close();
        };
        return { ...connection, close };
      },
    };
  }

  /** As when a kernel ends the worker: nothing of it goes on. */
  terminate(worker: ModuleSource): void {
    this.#ends.get(worker)?.();
  }

  /** Reads as a fresh worker does, which ends with its answer. */
  async readOnce(key: CheckedEntry, options: Parameters<ModuleWorld['worker']>[0] = {}): Promise<ReadResult> {
    const worker = this.worker(options);
    try {
      return await this.world.run(worker.read(key, 'app.example'));
    } finally {
      this.terminate(worker);
    }
  }

  /** How often a portal was asked, and how many sockets were opened to it. */
  traffic(portal: number): { readonly reads: number; readonly opened: number } {
    const { reads, opened } = this.world.portal(portal).traffic;
    return { reads, opened };
  }
}

export { DEFAULT_POLICY };
