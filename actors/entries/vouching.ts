import { Deadlines } from '../../src/deadlines.ts';
import type { Finding } from '../report.ts';
import type { Row } from './row.ts';
import type { Rows } from './rows.ts';
import type { TableWorld } from './world.ts';

type Origin = Extract<Finding, { kind: 'served' }>['origin'];

/** Which connections are open, and for which rows they vouch: that what is known of an entry is the newest that their portal has. */
export class Vouching {
  readonly #world: TableWorld;
  readonly #rows: Rows;
  readonly #onChange: (row: Row) => void;
  /** By number, and their portals: the live one, and those that it takes over from. */
  readonly #open = new Map<number, string>();
  /** The highest number there was: several verifiers pass on what becomes of connections, each in its own time. */
  #newest = 0;
  /** Those that another one takes over from. */
  readonly #retiring: Deadlines<number>;

  /** @param onChange told of a row for which nobody vouches any more */
  constructor(world: TableWorld, rows: Rows, onChange: (row: Row) => void) {
    this.#world = world;
    this.#rows = rows;
    this.#onChange = onChange;
    this.#retiring = new Deadlines(world.clock, 2 * world.policy.handover, world.onDue);
  }

  /** The number of the newest connection that is open; 0 for none. */
  get connection(): number {
    return Math.max(0, ...this.#open.keys());
  }

  /** The URL of its portal. */
  get portal(): string | undefined {
    return this.#open.get(this.connection);
  }

  /** The URL of the portal whose connection vouches for the row. */
  voucherOf(row: Row): string | undefined {
    const portal = row.is('live') ? this.#open.get(row.voucher) : undefined;
    const { packed, claimedBy } = row.facts;
    return portal !== undefined && (packed !== undefined || claimedBy.includes(portal)) ? portal : undefined;
  }

  /**
   * Whether a word tells what an open connection vouches for; notes which one does then. While one takes over from another, an older word of one does not
   * count against the other.
   * @param order of what was said and what is known
   */
  vouch(row: Row, origin: Origin, order: number): boolean {
    if (!('connection' in origin) || !this.#open.has(origin.connection)) return false;
    const { connection } = origin;
    const isVouched = this.#open.has(row.voucher) && row.is('live');
    if (order < 0 && isVouched && connection !== row.voucher) return false;
    // The newer connection stays the voucher where both say the same: the older one is about to end.
    row.voucher = order === 0 && isVouched ? Math.max(row.voucher, connection) : connection;
    return true;
  }

  /** @returns whether it is new */
  connected(connection: number, portal: string): boolean {
    if (connection <= this.#newest) return false;
    this.#newest = connection;
    for (const older of this.#open.keys()) this.#retiring.set(older);
    this.#open.set(connection, portal);
    this.#world.onCount();
    return true;
  }

  disconnected(connection: number): void {
    this.#newest = Math.max(this.#newest, connection);
    this.#end(connection);
  }

  /** All connections are gone without a word, as when the portal actor died. */
  clear(): void {
    this.#open.clear();
    this.#world.onCount();
    this.doubt();
  }

  /** What the connections said last may have been lost on its way: none vouches until it says so again. */
  doubt(): void {
    for (const row of this.#rows) this.#unvouch(row);
  }

  /** Connections whose successors have been live for so long that they must have ended, though nobody said so: a verifier that died may have taken that along. */
  sweep(): void {
    for (const connection of this.#retiring.takeDue()) this.#end(connection);
  }

  stop(): void {
    this.#retiring.stop();
  }

  #end(connection: number): void {
    this.#retiring.clear(connection);
    if (!this.#open.delete(connection)) return;
    this.#world.onCount();
    for (const row of this.#rows) if (row.voucher === connection) this.#unvouch(row);
  }

  #unvouch(row: Row): void {
    row.voucher = 0;
    row.disconnect();
    this.#onChange(row);
  }
}
