import type { CheckedEntry } from '../../src/registry/index.ts';
import { takeSignedEntry } from '../../src/registry/index.ts';
import { FloorStore, type StorageAdapter, type StorageState } from '../../src/storage/index.ts';
import { OpeningFloors } from './opening-floors.ts';
import { SharedFloors } from './shared-floors.ts';
import type { EntriesWorld, Floor, HostFloors } from './world.ts';

/** Who is asked, and told, by floors that others may raise, too. */
export interface FloorsOwner {
  verify(entry: CheckedEntry): Promise<boolean>;
  /** Whether an entry that others say they have seen would be news to somebody here. */
  isNews(name: string, entry: CheckedEntry): boolean;
  /** Told of a floor that was raised because others had seen it. */
  onForeign(name: string, floor: Floor): void;
  /** Told when a storage that failed can be used again: it may hold more than what is known. */
  onHealed(): void;
}

export interface FloorsPolicy {
  readonly maxFloors: number;
  /** Milliseconds. */
  readonly healInterval: number;
}

/** What is asked and told by floors that are found where others left them. */
type Owner = Pick<FloorsOwner, 'verify' | 'onHealed'>;
type Outside = Pick<EntriesWorld, 'clock' | 'openBroadcast'>;

/** The floors of a storage, which is being opened. What others on it raise is found there. */
export const openFloors = (storage: StorageAdapter, world: Pick<Outside, 'clock'>, policy: FloorsPolicy, owner: Owner): HostFloors => new OpeningFloors(...opening(storage, world, policy, owner));

/** The same; those that have the storage open tell each other of theirs at once, where they can. */
export function openSharedFloors(storage: StorageAdapter, world: Outside, policy: FloorsPolicy, owner: FloorsOwner): HostFloors {
  const { openBroadcast: open } = world;
  const { identity } = storage;
  if (open === undefined || identity === undefined) return openFloors(storage, world, policy, owner);
  return new SharedFloors({ ...owner, open, identity }, ...opening(storage, world, policy, owner));
}

function opening(storage: StorageAdapter, { clock }: Pick<Outside, 'clock'>, { maxFloors, healInterval }: FloorsPolicy, owner: Owner): ConstructorParameters<typeof OpeningFloors> {
  const openStore = (onState: (state: StorageState) => void): Promise<FloorStore> =>
    FloorStore.open(storage, { verify: (entry) => owner.verify(takeSignedEntry(entry)), clock, maxFloors, onState });
  return [openStore, clock, healInterval, () => owner.onHealed()];
}
