import type { FloorStore } from '../../src/storage/index.ts';
import type { Floors } from './world.ts';

/** Floors whose storage is still being opened: whatever is asked of them waits for it. */
export class OpeningFloors implements Floors {
  readonly #store: Promise<FloorStore>;

  /** @param store never rejects: a storage that does not open leaves a store that works in memory */
  constructor(store: Promise<FloorStore>) {
    this.#store = store;
  }

  readonly getMany: Floors['getMany'] = async (ids) => (await this.#store).getMany(ids);
  readonly raise: Floors['raise'] = async (entries) => (await this.#store).raise(entries);
  readonly pin: Floors['pin'] = (id) => void this.#store.then((store) => store.pin(id));
  readonly unpin: Floors['unpin'] = (id) => void this.#store.then((store) => store.unpin(id));

  async close(): Promise<void> {
    await (await this.#store).close();
  }
}
