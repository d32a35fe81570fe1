import { blake2b } from '@noble/hashes/blake2.js';
import { isFresh } from '../../../actors/entries/freshness.ts';
import type { Bytes } from '../../registry/bytes.ts';
import { charactersOf, type CheckedEntry } from '../../registry/index.ts';
import { floorKey, FLOORS, floorUsedAt, scanAll, type Change, type StorageConnection } from '../../storage/index.ts';
import { trim } from '../../trim.ts';
import type { Clock } from '../../world.ts';
import { surplus, type Share } from './fair-share.ts';
import type { UseStorage } from './records.ts';
import type { Seal } from './seal.ts';
import { ownerOf, packStamp, stampKey, STAMPS, wordIn, type Word } from './stamp.ts';

/** Records deleted at a time. */
const PAGE = 1_000;
/** A stamp that says nothing new is written again after so many milliseconds, for its time of use. */
const RENEWAL = 3_600_000;
/** How many are remembered as written. */
const MEMORY = 10_000;

/**
 * What is kept of each entry beside its floor: who asked for it first, and what a portal said of it last. So a worker that begins with nothing need not ask
 * again at once, and no domain fills the storage for others. Never rejects: where the storage fails, nothing is known.
 */
export class Stamps {
  readonly #use: UseStorage;
  readonly #clock: Clock;
  readonly #seal: Seal;
  readonly #most: number;
  /** What was written last of an entry, and when. */
  readonly #written = new Map<string, { readonly servedAt: number; readonly at: number }>();
  /** New stamps until the next look at how many there are. */
  #untilEviction = 1;

  /** @param most how many floors are kept */
  constructor(use: UseStorage, clock: Clock, seal: Seal, most: number) {
    this.#use = use;
    this.#clock = clock;
    this.#seal = seal;
    this.#most = most;
  }

  /**
   * What portals said last of these entries; of those alone of which a sealed stamp tells.
   * @param ids entryIds, 32 bytes each
   * @param floors of each the entry, which is being read meanwhile; undefined for none
   */
  async words(ids: readonly Bytes[], floors: Promise<readonly (CheckedEntry | undefined)[]>): Promise<readonly (Word | undefined)[]> {
    const [entries, records] = await Promise.all([floors, this.#use((connection) => connection.getMany(ids.map((id) => stampKey(id))))]);
    return ids.map((id, i) => {
      const record = records?.[i];
      const entry = entries[i];
      const word = entry && wordIn(record, id, entry, this.#seal);
      if (word !== undefined && record !== undefined) this.#remember(id, word.at, ownerOf(record)?.usedAt ?? 0);
      return word;
    });
  }

  /**
   * Notes that a domain asked for an entry, and what a portal said of it. Resolves when that is on disk, or cannot be.
   * @param id entryId, 32 bytes
   */
  async note(id: Bytes, domain: string, entry: CheckedEntry | undefined, word: Word | undefined): Promise<void> {
    const now = this.#clock.now();
    const written = this.#written.get(charactersOf(id));
    const servedAt = word?.at ?? 0;
    // What is dated ahead was written before the clock was set back.
    if (written !== undefined && servedAt <= written.servedAt && isFresh(written.at, now - RENEWAL + 1, now)) return;
    let isNew = false;
    const change: Change = {
      key: stampKey(id),
      decide: (current) => {
        const known = current && ownerOf(current);
        isNew = known === undefined;
        return packStamp(known?.owner ?? ownerNamed(domain), now, word && entry && { entry, word }, id, this.#seal);
      },
    };
    if ((await this.#use((connection) => connection.update([change]).then(() => true))) === undefined) return;
    this.#remember(id, servedAt, now);
    if (isNew && --this.#untilEviction <= 0) await this.#use((connection) => this.#evict(connection));
  }

  /** What is on disk need not be written again. */
  #remember(id: Bytes, servedAt: number, at: number): void {
    this.#written.set(charactersOf(id), { servedAt, at });
    trim(this.#written, MEMORY);
  }

  /** Whoever has most floors loses those it used least, and their stamps, until nine tenths are left: so one look serves many new ones. */
  async #evict(connection: StorageConnection): Promise<void> {
    const count = await connection.count(FLOORS);
    if (count > this.#most) {
      const shares = new Map<string, Share<Bytes>>();
      const add = (key: Bytes, owner: Uint8Array, usedAt: number): void => {
        const id = key.slice(1);
        shares.set(charactersOf(id), { owner: charactersOf(owner), usedAt, thing: id });
      };
      for (const { key, record } of await scanAll(connection, FLOORS)) add(key, NOBODY, floorUsedAt(record));
      for (const { key, record } of await scanAll(connection, STAMPS)) {
        const { owner = NOBODY, usedAt = 0 } = ownerOf(record) ?? {};
        add(key, owner, usedAt);
      }
      const going = surplus([...shares.values()], Math.floor(this.#most * 0.9));
      const now = this.#clock.now();
      for (let i = 0; i < going.length; i += PAGE) {
        const changes = going.slice(i, i + PAGE).flatMap((id): Change[] => [
          { key: stampKey(id), decide: () => null },
          // One that is pinned says that it will be used.
          { key: floorKey(id), decide: (floor) => (floor === undefined || floorUsedAt(floor) > now ? undefined : null) },
        ]);
        await connection.update(changes);
      }
    }
    this.#untilEviction = Math.max(1, Math.min(this.#most - count, Math.floor(this.#most / 10)));
  }
}

/** Who has the floors without a stamp: those of a worker that ended before it was written, or of a write that was refused. */
const NOBODY = Uint8Array.of();

/** What a domain is known by: 8 bytes of its hash, so that names of any length fit. */
const ownerNamed = (domain: string): Uint8Array => blake2b(new TextEncoder().encode(domain), { dkLen: 8 });
