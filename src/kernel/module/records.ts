import { isFresh } from '../../../actors/entries/freshness.ts';
import { openFloors, type FloorsOwner } from '../../../actors/entries/opened-floors.ts';
import type { ResultBody, Status } from '../../../actors/entries/result.ts';
import type { Floor, HostFloors } from '../../../actors/entries/world.ts';
import type { Policy } from '../../policy.ts';
import { compareChecked, entryId, hashChecked, keyNamed, packEntry, type CheckedEntry } from '../../registry/index.ts';
import { verifyByReference } from '../../registry/verdict/reference.ts';
import type { StorageAdapter, StorageConnection } from '../../storage/index.ts';
import type { Clock } from '../../world.ts';
import type { Seal } from './seal.ts';
import type { Word } from './stamp.ts';
import { stampedFloors } from './stamped-floors.ts';
import { Stamps } from './stamps.ts';
import type { Vouched } from './vouchers.ts';

/** What an action makes of the storage; undefined where there is none, or it fails. Never rejects. */
export type UseStorage = <T>(action: (connection: StorageConnection) => Promise<T>) => Promise<T | undefined>;

export interface RecordsOptions {
  readonly storage: StorageAdapter;
  readonly world: { readonly clock: Clock };
  readonly policy: Policy;
  readonly seal: Seal;
}

/** What the floor of an entry, as it was when it was read, answers a reader without an actor. Both reject where the storage does not tell. */
export interface Recollection {
  /** The floor, where a sealed stamp says that a portal served it not longer ago than `maxStaleness`. */
  fresh(): Promise<ResultBody | undefined>;
  /** What another worker vouches for, unless something newer was seen. */
  vouched(vouched: Vouched): Promise<ResultBody | undefined>;
}

/** What this module's workers have left behind, of which nothing is believed that was not verified here; and what that answers without an actor. */
export class Records {
  /** Each with what its stamp says that a portal said of it last. */
  readonly floors: HostFloors;
  readonly stamps: Stamps;
  /** The way to what is kept beside the floors. */
  readonly use: UseStorage;
  /** Whose floors they are, once there are actors. */
  owner: Pick<FloorsOwner, 'onForeign' | 'onHealed'> | undefined;
  readonly #options: RecordsOptions;
  readonly #floors: HostFloors;

  /** Opens the storage, so that it is there when somebody asks. */
  constructor(options: RecordsOptions) {
    const { storage, world, policy, seal } = options;
    this.#options = options;
    // Who has most gives away first, as the stamps tell: what the floors themselves do, who used theirs least, is for when nobody notes any.
    const floors = (this.#floors = openFloors(storage, world, { ...policy, maxFloors: 2 * policy.maxFloors }, { verify: (entry) => Promise.resolve(verify(entry)), onHealed: () => this.owner?.onHealed() }));
    this.use = async (action) => (await (await floors.session())?.use(action))?.value;
    this.stamps = new Stamps(this.use, world.clock, seal, policy.maxFloors);
    this.floors = stampedFloors(floors, this.stamps);
  }

  /** What is on disk of an entry, by its name: it is read once, for all that is asked of it. */
  recollect(name: string): Recollection {
    const { world, policy } = this.#options;
    const named = { name, id: entryId(keyNamed(name)) };
    const reading = this.#floors.getMany([named]).then(([floor]) => floor);
    return {
      fresh: async () => {
        const [word] = await this.stamps.words([named.id], reading.then((floor) => [floor?.entry]));
        const floor = await reading;
        const now = world.clock.now();
        return floor && word && isFresh(word.at, now - policy.maxStaleness, now) ? found(floor, word, 'cached') : undefined;
      },
      vouched: async ({ entry, ...word }) => {
        let floor = await reading;
        if (floor === undefined || compareChecked(entry, floor.entry) > 0) {
          if (!verify(entry)) return undefined;
          [floor] = await this.floors.raise([entry], [name]);
          if (floor !== undefined) this.owner?.onForeign(name, floor);
        }
        return floor && compareChecked(entry, floor.entry) === 0 ? found(floor, word, 'live') : undefined;
      },
    };
  }
}

/** In pure JavaScript: a worker that ends with its answer verifies two or three, and native code would have to be tried first. */
const verify = (entry: CheckedEntry): boolean => verifyByReference(entry.signature, hashChecked(entry), entry.pubkey);

const found = ({ entry, durability }: Floor, { portal, at }: Word, status: Status): ResultBody => ({
  exists: true,
  packed: packEntry(entry),
  status,
  source: 'cache',
  confirmedAt: at,
  confirmedBy: [portal],
  floor: durability,
});
