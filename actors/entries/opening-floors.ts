import type { CheckedEntry } from '../../src/registry/index.ts';
import type { FloorStore, StorageState } from '../../src/storage/index.ts';
import type { Clock } from '../../src/world.ts';
import type { Floor, HostFloors } from './world.ts';

/**
 * Floors whose storage is still being opened, so that whatever is asked of them waits; and which, when the storage fails, is tried again
 * from time to time, so that what was kept in memory meanwhile gets onto the disk.
 */
export class OpeningFloors implements HostFloors {
  readonly isShared = true;
  readonly #store: Promise<FloorStore>;
  /** The store, once it is there. */
  #opened: FloorStore | undefined;
  readonly #clock: Clock;
  readonly #healInterval: number;
  readonly #onHealed: () => void;
  #healing: unknown;
  /** Floors that are being handed on by a predecessor; nothing is read before they are in. */
  #handingOn: Promise<unknown> = Promise.resolve();

  /**
   * @param open never rejects: a storage that does not open leaves a store that works in memory
   * @param onHealed told when a storage that failed can be used again: it may hold more than what is known
   */
  constructor(open: (onState: (state: StorageState) => void) => Promise<FloorStore>, clock: Clock, healInterval: number, onHealed: () => void) {
    this.#clock = clock;
    this.#onHealed = onHealed;
    this.#healInterval = healInterval;
    this.#store = open((state) => this.#note(state));
    void this.#store.then((store) => (this.#opened = store));
  }

  readonly getMany: HostFloors['getMany'] = async (entries) => {
    await this.#handingOn;
    return (await this.#store).getMany(entries.map(({ id }) => id));
  };
  readonly pin: HostFloors['pin'] = ({ id }) => void this.#store.then((store) => store.pin(id));
  readonly unpin: HostFloors['unpin'] = ({ id }) => void this.#store.then((store) => store.unpin(id));
  readonly packed: HostFloors['packed'] = ({ id }) => this.#opened?.packed(id);

  readonly session: HostFloors['session'] = async () => (await this.#store).session;

  async raise(entries: readonly CheckedEntry[], names?: readonly string[]): Promise<readonly Floor[]> {
    return (await this.#store).raise(entries, names);
  }

  handOn(work: Promise<unknown>): void {
    this.#handingOn = Promise.allSettled([this.#handingOn, work]);
  }

  async close(): Promise<void> {
    const store = await this.#store;
    await store.close();
    this.#clock.clearTimeout(this.#healing);
  }

  #note({ status }: StorageState): void {
    this.#clock.clearTimeout(this.#healing);
    if (status === 'degraded') this.#healing = this.#clock.setTimeout(() => void this.#heal(), this.#healInterval);
  }

  async #heal(): Promise<void> {
    // Never rejects; whether it worked, the state says.
    const state = await (await this.#store).heal();
    this.#note(state);
    if (state.status === 'healthy') this.#onHealed();
  }
}
