import type { CheckedEntry } from '../../src/registry/index.ts';
import type { Finding } from '../report.ts';
import type { Word } from './absorber.ts';
import { Incidents } from './incidents.ts';
import { Lags } from './lags.ts';
import { Repairs } from './repairs.ts';
import type { Row } from './row.ts';
import type { Rows } from './rows.ts';
import type { TableWorld } from './world.ts';

/** What is done about what portals do, besides taking in what they say. */
export interface Oversight {
  /** A portal said something of an entry, and it was taken in. */
  heard(row: Row, word: Word): void;
  /** A portal has said nothing of something newer than what its live connection vouched for. */
  suspect(row: Row, portal: string, vouched: CheckedEntry | undefined): void;
  /** A portal accepted an entry from us. */
  accepted(row: Row, portal: string, entry: CheckedEntry): void;
  /** Two verified entries of one key met. */
  met(entry: CheckedEntry, other: CheckedEntry): void;
  /** A portal did what no honest one does. */
  offended(finding: Extract<Finding, { kind: 'forged' | 'offended' }>): void;
  /** The portal actor was replaced, and may not have heard of what portals did last. */
  renew(): void;
  /** Does what is due. */
  sweep(): void;
  stop(): void;
}

export interface Overseen {
  readonly world: TableWorld;
  readonly rows: Rows;
  /** The URL of the portal whose live connection vouches for a row. */
  readonly voucherOf: (row: Row) => string | undefined;
  /** The URL of the portal of the live connection. */
  readonly connectedTo: () => string | undefined;
}

/** All that is done: portals that lag are sent what they lack, followed, and blamed if they go on; what they do is told. */
export class FullOversight implements Oversight {
  readonly incidents: Incidents;
  readonly lags: Lags;
  readonly #repairs: Repairs;

  constructor(overseen: Overseen) {
    const { world } = overseen;
    this.incidents = new Incidents(world);
    this.lags = new Lags({ ...overseen, incidents: this.incidents });
    this.#repairs = new Repairs(world, (row, portal, entry, isAccepted) => {
      if (isAccepted) this.lags.accepted(row, portal, entry);
      else this.lags.repaired(row, portal, entry);
    });
  }

  heard(row: Row, { portal, isServed, isBehind, less, inquiry }: Word): void {
    if (!isBehind) {
      if (isServed) this.lags.served(row, portal);
      return this.#repairs.delete(row, portal);
    }
    this.lags.behind(row, portal, less, inquiry);
    this.#repairs.add(row, portal);
  }

  /** What it says nothing of, it may lack or keep to itself: it is sent it, and asked. */
  suspect(row: Row, portal: string, vouched: CheckedEntry | undefined): void {
    this.lags.suspect(row, portal, vouched);
    this.#repairs.add(row, portal);
  }

  accepted(row: Row, portal: string, entry: CheckedEntry): void {
    this.lags.accepted(row, portal, entry);
  }

  met(entry: CheckedEntry, other: CheckedEntry): void {
    this.incidents.compare(entry, other);
  }

  offended(finding: Extract<Finding, { kind: 'forged' | 'offended' }>): void {
    if (finding.kind === 'forged') this.incidents.forged(finding);
    else this.incidents.offended(finding);
  }

  renew(): void {
    this.lags.renew();
    this.incidents.renew();
  }

  sweep(): void {
    this.lags.sweep();
  }

  stop(): void {
    this.#repairs.stop();
    this.lags.stop();
    this.incidents.stop();
  }
}
