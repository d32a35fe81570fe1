import type { ReadResult, ResultBody } from '../../actors/entries/result.ts';
import { isDeleted, isSamePacked, keyNamed, packEntry, unpackEntry, type CheckedEntry } from '../registry/index.ts';
import { SharedLists } from '../shared-lists.ts';

const lists = new SharedLists();

/**
 * What was last told of an entry, in as few bytes as can be, and out of reach of whoever was told: they may do with a result's bytes as they
 * like.
 */
export class Shown {
  readonly status: ReadResult['status'];
  /** Epoch milliseconds, 0 for never. */
  readonly confirmedAt: number;
  /** The entry as {@link packEntry} makes it; undefined where there is none. */
  readonly packed: string | undefined;
  readonly #urls: readonly string[];
  readonly #source: 'cache' | 'portal';
  readonly #floor: 'durable' | 'volatile';

  /** @param body a result, or what there is of one besides the key */
  constructor(body: ResultBody) {
    this.status = body.status;
    this.confirmedAt = body.confirmedAt;
    this.packed = body.exists ? packEntry({ ...body, type: body.type ?? 1 }) : undefined;
    this.#urls = lists.of(body.exists ? body.confirmedBy : body.claimedBy);
    this.#source = body.exists ? body.source : 'cache';
    this.#floor = body.exists ? body.floor : 'volatile';
  }

  /** Whether it says the same of the entry itself. */
  isSameValue({ packed }: Shown): boolean {
    return this.packed === undefined || packed === undefined ? this.packed === packed : isSamePacked(this.packed, packed);
  }

  /** Whether nothing at all differs. */
  isEqual(other: Shown): boolean {
    return (
      this.packed === other.packed &&
      this.status === other.status &&
      this.confirmedAt === other.confirmedAt &&
      this.#source === other.#source &&
      this.#floor === other.#floor &&
      this.#urls.length === other.#urls.length &&
      this.#urls.every((url, i) => url === other.#urls[i])
    );
  }

  /**
   * It as a result, made anew, of which nobody else has any part.
   * @param name {@link nameOf} the entry's key
   */
  result(name: string, source = this.#source): ReadResult {
    const { status, confirmedAt } = this;
    const urls = [...this.#urls];
    const entry = this.entry(name);
    if (entry === undefined) return { ...keyNamed(name), exists: false, claimedBy: urls, confirmedAt, status };
    return { ...entry, exists: true, deleted: isDeleted(entry.data), status, source, confirmedAt, confirmedBy: urls, floor: this.#floor };
  }

  /** The entry, in memory of its own. */
  entry(name: string): CheckedEntry | undefined {
    return this.packed === undefined ? undefined : unpackEntry(name, this.packed);
  }
}
