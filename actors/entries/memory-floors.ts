import type { CheckedEntry } from '../../src/registry/index.ts';
import { nameOf } from '../../src/registry/index.ts';
import { KnownFloors } from '../../src/storage/index.ts';
import type { Clock } from '../../src/world.ts';
import type { Floor, HostFloors, Named } from './world.ts';

/** Floors that are kept in this thread's memory and nowhere else: there is no storage to wait for, to fail or to heal. */
export class MemoryFloors implements HostFloors {
  readonly isShared = false;
  readonly #clock: Clock;
  readonly #known: KnownFloors;
  /** How often each is pinned. */
  readonly #pins = new Map<string, number>();
  /** Floors that are being handed on by a predecessor; nothing is read before they are in. */
  #handingOn: Promise<unknown> = Promise.resolve();

  /** @param maxFloors how many are kept besides those that are pinned */
  constructor(clock: Clock, maxFloors: number) {
    this.#clock = clock;
    this.#known = new KnownFloors(maxFloors, this.#pins);
  }

  async getMany(entries: readonly Named[]): Promise<readonly (Floor | undefined)[]> {
    await this.#handingOn;
    return entries.map(({ name }) => {
      const entry = this.#known.get(name)?.entry;
      return entry && { entry, durability: 'volatile' };
    });
  }

  raise(entries: readonly CheckedEntry[], names?: readonly string[]): Promise<readonly Floor[]> {
    const now = this.#clock.now();
    const raised = entries.map((entry, i): Floor => {
      const name = names?.[i] ?? nameOf(entry);
      return { entry: this.#known.raise(name, entry, false, now, name).entry, durability: 'volatile' };
    });
    return Promise.resolve(raised);
  }

  pin({ name }: Named): void {
    this.#pins.set(name, (this.#pins.get(name) ?? 0) + 1);
  }

  unpin({ name }: Named): void {
    const pins = this.#pins.get(name) ?? 0;
    if (pins > 1) this.#pins.set(name, pins - 1);
    else this.#pins.delete(name);
  }

  packed({ name }: Named): string | undefined {
    return this.#known.packed(name);
  }

  handOn(work: Promise<unknown>): void {
    this.#handingOn = Promise.allSettled([this.#handingOn, work]);
  }

  session(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
