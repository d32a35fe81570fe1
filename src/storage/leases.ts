import { equalBytes, type Bytes } from '../registry/bytes.ts';
import type { Clock } from '../world.ts';
import type { Change } from './adapter.ts';
import type { StorageSession } from './session.ts';

/** How long a place in a line lasts unless it is renewed, in milliseconds: those behind one that died wait as long. */
const TERM = 8_000;

/** By how much the clocks of two processes of one machine may differ, in milliseconds. What is dated further ahead was written before the clock was set back. */
const TOLERANCE = 1_000;

/** The most that wait for one thing: a kilobyte. */
const MOST = 64;

/** The first byte of their keys. */
const TAG = 3;

/** The bytes of a ticket: its owner, and until when it lasts, epoch milliseconds, big-endian. */
const OWNER = 8;
const TICKET = 16;

/**
 * Whose turn it is among all tabs and processes that have a storage open: for each thing a line of tickets, the first of which is the lease. A ticket
 * that its owner does not renew is dropped. Where the storage fails there is no line, and everybody goes on without.
 */
export class Leases {
  readonly #session: StorageSession;
  readonly #clock: Clock;
  readonly #owner: Bytes;

  /** @param owner 8 bytes that nobody else has */
  constructor(session: StorageSession, clock: Clock, owner: Bytes) {
    this.#session = session;
    this.#clock = clock;
    this.#owner = owner;
  }

  /**
   * Joins the line for something, or renews the place in it, which is to be done every few seconds.
   * @param id 32 bytes
   * @returns how many are before; undefined where there is no line, or it is full
   */
  async join(id: Bytes): Promise<number | undefined> {
    let place: number | undefined;
    const done = await this.#change(id, (line) => {
      const now = Math.floor(this.#clock.now());
      const valid = line.filter((ticket) => isValid(ticket, now));
      const found = valid.findIndex(this.#isOurs);
      place = found >= 0 ? found : valid.length;
      if (place >= MOST) place = undefined;
      else valid[place] = ticketOf(this.#owner, now + TERM);
      return valid;
    });
    return done ? place : undefined;
  }

  /**
   * How many are before, as far as can be told without writing; undefined where {@link join} has to tell.
   * @param id 32 bytes
   */
  async look(id: Bytes): Promise<number | undefined> {
    const read = await this.#session.use((connection) => connection.getMany([keyOf(id)]));
    const line = ticketsOf(read?.value[0]);
    const place = line.findIndex(this.#isOurs);
    const now = Math.floor(this.#clock.now());
    return place >= 0 && line.slice(0, place + 1).every((ticket) => isValid(ticket, now)) ? place : undefined;
  }

  /** Leaves the line. @param id 32 bytes */
  async leave(id: Bytes): Promise<void> {
    await this.#change(id, (line) => line.filter((ticket) => !this.#isOurs(ticket)));
  }

  readonly #isOurs = (ticket: Bytes): boolean => equalBytes(ticket.subarray(0, OWNER), this.#owner);

  /** Whether the storage has done it. */
  async #change(id: Bytes, change: (line: Bytes[]) => readonly Bytes[]): Promise<boolean> {
    const decide: Change['decide'] = (current) => {
      const line = change(ticketsOf(current));
      if (line.length === 0) return current === undefined ? undefined : null;
      const record = new Uint8Array(line.length * TICKET);
      for (const [i, ticket] of line.entries()) record.set(ticket, i * TICKET);
      return record;
    };
    return (await this.#session.use((connection) => connection.update([{ key: keyOf(id), decide }]))) !== undefined;
  }
}

function keyOf(id: Bytes): Bytes {
  const key = new Uint8Array(1 + id.length);
  key[0] = TAG;
  key.set(id, 1);
  return key;
}

/** The tickets of a record; what is left over at its end is none. */
function ticketsOf(record: Bytes = new Uint8Array()): Bytes[] {
  return Array.from({ length: Math.floor(record.length / TICKET) }, (_, i) => record.slice(i * TICKET, (i + 1) * TICKET));
}

function ticketOf(owner: Bytes, until: number): Bytes {
  const ticket = new Uint8Array(TICKET);
  ticket.set(owner);
  new DataView(ticket.buffer).setBigUint64(OWNER, BigInt(until));
  return ticket;
}

function isValid(ticket: Bytes, now: number): boolean {
  const until = new DataView(ticket.buffer).getBigUint64(OWNER);
  return until > BigInt(now) && until <= BigInt(now + TERM + TOLERANCE);
}
