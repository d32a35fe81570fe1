import type { PortalRecord } from '../../machines/portal.ts';
import { elapsedOn, type Clock } from '../world.ts';

/** What the portal actors of a runtime came to know of each portal: one that dies, of whatever a portal sent, must not take that along. */
export class PortalRecords {
  readonly #clock: Clock;
  #records: readonly PortalRecord[] | undefined;
  /** When the quarantine of each is over, as {@link elapsedOn} tells time. */
  readonly #ends: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(records: readonly PortalRecord[]): void {
    for (const [i, { offences, term = 0 }] of records.entries()) {
      // A successor tells the term that it was started with, which runs already.
      if (offences !== this.#records?.[i]?.offences) this.#ends[i] = elapsedOn(this.#clock) + term;
    }
    this.#records = records;
  }

  /** What the next one is to be started with; undefined before the first one told. */
  get left(): readonly PortalRecord[] | undefined {
    return this.#records?.map((record, i) => (record.term === undefined ? record : { ...record, term: Math.max(0, (this.#ends[i] ?? 0) - elapsedOn(this.#clock)) }));
  }
}
