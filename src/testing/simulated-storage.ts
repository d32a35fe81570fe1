import type { StorageAdapter, StorageConnection } from '../storage/index.ts';
import { MemoryStorage } from '../storage/index.ts';
import type { Chance } from './chance.ts';
import type { SimulatedClock } from './clock.ts';

/** Every key there may be. */
const EVERYTHING = { from: new Uint8Array(0), before: new Uint8Array(64).fill(0xff) };

/**
 * A disk in simulated time: what runtimes of one world keep, and what outlives them. It claims to be durable, and is for as long as the world.
 */
export class SimulatedStorage implements StorageAdapter {
  readonly #memory = new MemoryStorage({ durable: true });
  readonly #clock: SimulatedClock;
  readonly #chance: Chance;
  /** How long everything takes, in milliseconds. */
  delay = 0;

  constructor(clock: SimulatedClock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
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
        await connection.update(changes);
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

  /** Flips a bit in one of its records, if there is one. */
  async corrupt(): Promise<void> {
    const records = await this.#records();
    if (records.length === 0) return;
    const { key } = this.#chance.pick(records);
    await this.#rewrite(key, (record) => {
      const at = this.#chance.below(record.length);
      return record.map((byte, i) => (i === at ? byte ^ (1 << this.#chance.below(8)) : byte));
    });
  }

  /** Loses everything, as when a browser makes room. */
  async evict(): Promise<void> {
    for (const { key } of await this.#records()) await this.#rewrite(key, () => null);
  }

  async #records() {
    return (await this.#unharmed()).scan(EVERYTHING, Infinity);
  }

  async #rewrite(key: Uint8Array, change: (record: Uint8Array) => Uint8Array | null): Promise<void> {
    await (await this.#unharmed()).update([{ key, decide: (record) => (record === undefined ? undefined : change(record)) }]);
  }

  /** A way to the records past the fault. */
  async #unharmed(): Promise<StorageConnection> {
    const { fault } = this.#memory;
    this.#memory.fault = undefined;
    const connection = await this.#memory.open();
    this.#memory.fault = fault;
    return connection;
  }

  async #wait(): Promise<void> {
    if (this.delay > 0) await new Promise<void>((resolve) => void this.#clock.setTimeout(resolve, this.delay));
  }
}
