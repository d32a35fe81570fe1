import { MemoryStorage, type StorageAdapter, type StorageConnection } from '../storage/index.ts';
import type { Chance } from './chance.ts';
import type { SimulatedClock } from './clock.ts';
import type { WorldEvent } from './surroundings.ts';

/** Every key there may be. */
const EVERYTHING = { from: new Uint8Array(0), before: new Uint8Array(64).fill(0xff) };

/**
 * A disk in simulated time: what runtimes of one world keep, and what outlives them. It claims to be durable, and is for as long as the world.
 */
export class SimulatedStorage implements StorageAdapter {
  /** There is one in a world: who opens it, shares it. */
  readonly identity = 'simulated';
  readonly #memory = new MemoryStorage({ durable: true });
  readonly #clock: SimulatedClock;
  readonly #chance: Chance;
  readonly #note: (event: WorldEvent) => void;
  /** How long everything takes, in milliseconds. */
  delay = 0;

  /** @internal @param note told of everything that is committed */
  constructor(clock: SimulatedClock, chance: Chance, note: (event: WorldEvent) => void) {
    this.#clock = clock;
    this.#chance = chance;
    this.#note = note;
  }

  /**
   * What it suffers from: `full` refuses writes, `blocked` refuses to open, `closed` breaks what is open, `silent` never answers.
   * Undefined mends it.
   */
  get fault(): 'full' | 'blocked' | 'closed' | 'silent' | undefined {
    return this.#memory.fault;
  }
  set fault(fault: 'full' | 'blocked' | 'closed' | 'silent' | undefined) {
    this.#memory.fault = fault;
  }

  /** How many transactions have written something. */
  get commits(): number {
    return this.#memory.commits;
  }

  async open(): Promise<StorageConnection> {
    await this.#wait();
    const connection = await this.#memory.open();
    return {
      durable: connection.durable,
      getMany: async (keys) => {
        await this.#wait();
        return connection.getMany(keys);
      },
      update: async (changes) => {
        await this.#wait();
        await this.#update(connection, changes);
      },
      scan: async (range, limit) => {
        await this.#wait();
        return connection.scan(range, limit);
      },
      count: async (range) => {
        await this.#wait();
        return connection.count(range);
      },
      close: () => connection.close(),
    };
  }

  async #update(connection: StorageConnection, changes: Parameters<StorageConnection['update']>[0]): Promise<void> {
    const kept: Pick<Extract<WorldEvent, { kind: 'kept' }>, 'key' | 'record' | 'replaced'>[] = [];
    const noted = changes.map(({ key, decide }): (typeof changes)[number] => ({
      key,
      decide(current) {
        const record = decide(current);
        if (record) kept.push({ key, record, replaced: current });
        return record;
      },
    }));
    await connection.update(noted);
    for (const each of kept) this.#note({ kind: 'kept', ...each, at: this.#clock.now() });
  }

  /** Flips a bit in one of its records, if there is one. */
  corrupt(): Promise<void> {
    return this.#past(async (connection) => {
      const records = await connection.scan(EVERYTHING, Infinity);
      if (records.length === 0) return;
      const { key, record } = this.#chance.pick(records);
      const at = this.#chance.below(record.length);
      const harmed = record.map((byte, i) => (i === at ? byte ^ (1 << this.#chance.below(8)) : byte));
      await connection.update([{ key, decide: () => harmed }]);
    });
  }

  /** Loses everything, as when a browser makes room. */
  evict(): Promise<void> {
    return this.#past(async (connection) => {
      const records = await connection.scan(EVERYTHING, Infinity);
      await connection.update(records.map(({ key }) => ({ key, decide: () => null })));
    });
  }

  /** Gets at the records, whatever the storage suffers from. */
  async #past(work: (connection: StorageConnection) => Promise<void>): Promise<void> {
    const { fault } = this.#memory;
    this.#memory.fault = undefined;
    try {
      await work(await this.#memory.open());
    } finally {
      this.#memory.fault = fault;
    }
  }

  async #wait(): Promise<void> {
    if (this.delay > 0) await new Promise<void>((resolve) => void this.#clock.setTimeout(resolve, this.delay));
  }
}
