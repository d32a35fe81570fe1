import type { Bytes } from '../registry/bytes.ts';
import { charactersOf } from '../registry/key-name.ts';
import type { Clock } from '../world.ts';
import type { Pins } from './known.ts';
import { usedAt } from './record.ts';

/** A stored time of use is renewed once it is this old, so that reading seldom writes. Milliseconds. */
const COARSENESS = 3_600_000;

/**
 * Who was used when, and who must stay. A pin holds absolutely against this store, and against other processes as a lease: its
 * record's last use is dated ahead, so a process that dies without unpinning does not keep its floors for ever.
 */
export class Recency {
  readonly #clock: Clock;
  readonly #lease: number;
  /** By entryId as characters: how many times it is pinned. */
  readonly #pins = new Map<string, number>();
  /** Leases written here that are not ended yet: the time that was stored, and what would stand there without it. */
  readonly #leases = new Map<string, { readonly time: number; readonly instead: number }>();
  /** Whose stored time is to be renewed with the next commit. */
  readonly #due = new Set<string>();

  /** @param lease milliseconds that a pin outlives its process */
  constructor(clock: Clock, lease: number) {
    this.#clock = clock;
    this.#lease = lease;
  }

  pin(entryId: Uint8Array): void {
    const id = charactersOf(entryId);
    this.#pins.set(id, (this.#pins.get(id) ?? 0) + 1);
    this.#due.add(id);
  }

  /** Ends the lease that was written here. One of another process stays: who wrote it may still hold its pin. */
  unpin(entryId: Uint8Array): void {
    const id = charactersOf(entryId);
    const pins = this.#pins.get(id) ?? 0;
    if (pins > 1) this.#pins.set(id, pins - 1);
    else if (this.#pins.delete(id) && this.#leases.has(id)) this.#due.add(id);
  }

  /** By entryId as characters. */
  get pins(): Pins {
    return this.#pins;
  }

  isPinned(id: string): boolean {
    return this.#pins.has(id);
  }

  /** Whether a pin, of this process or of another, keeps a record of this time of use. */
  isKept(id: string, storedUsedAt: number): boolean {
    return this.isPinned(id) || this.credible(storedUsedAt) > this.#now;
  }

  /** The time to store with a record that is used now, in place of `current`. */
  stamp(id: string, current: Bytes | undefined): number {
    const time = this.#time(id, current);
    if (this.isPinned(id)) this.#leases.set(id, { time, instead: this.#withoutLease(id, current) });
    else this.#leases.delete(id);
    this.#due.delete(id);
    return time;
  }

  /** The time to store with a record that is not written otherwise, `undefined` if it is not worth a write. */
  renewal(id: string, current: Bytes | undefined): number | undefined {
    if (current !== undefined && this.#isWorthWriting(id, current)) return this.stamp(id, current);
    if (!this.isPinned(id)) this.#leases.delete(id); // there is none of ours to end
    return undefined;
  }

  /** Whether the stored time is so far from what it should be that it is worth a write. */
  #isWorthWriting(id: string, current: Bytes): boolean {
    return Math.abs(this.#time(id, current) - usedAt(current)) > COARSENESS;
  }

  /** Notes that a record was read. */
  read(id: string, record: Bytes): void {
    if (this.#isWorthWriting(id, record)) this.#due.add(id);
  }

  /** The ids whose stored time is to be renewed, at most `limit`. */
  takeDue(limit: number): string[] {
    const ids: string[] = [];
    for (const id of this.#due) {
      if (ids.length === limit) break;
      ids.push(id);
      this.#due.delete(id);
    }
    return ids;
  }

  /** In whole milliseconds, as records hold it, whatever a clock tells. */
  get #now(): number {
    return Math.floor(this.#clock.now());
  }

  #time(id: string, current: Bytes | undefined): number {
    const now = this.#now;
    if (this.isPinned(id)) return now + this.#lease;
    return Math.max(now, this.credible(this.#withoutLease(id, current)));
  }

  #withoutLease(id: string, current: Bytes | undefined): number {
    if (current === undefined) return 0;
    const stored = usedAt(current);
    const own = this.#leases.get(id);
    return own?.time === stored ? own.instead : stored;
  }

  /** No lease reaches further than one from now: what does was written by a wrong clock, or by another program. */
  credible(time: number): number {
    return time <= this.#now + this.#lease ? time : 0;
  }
}
