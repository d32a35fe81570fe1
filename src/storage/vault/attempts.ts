import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { invalidInput } from '../../error.ts';
import type { Bytes } from '../../registry/bytes.ts';
import type { Clock } from '../../world.ts';
import type { StorageConnection } from '../adapter.ts';
import { ATTEMPTS_KEY } from './keys.ts';

/** The caller that owns the vault. */
export const OWNER = '';

const MAX_CALLERS = 256;
const MAX_CALLER_LENGTH = 1_024;
const MAX_DELAY = 60_000;
const MAX_FAILURES = 65_535;

/** Milliseconds to wait after so many failures in a row: none after the first, then 1 s, 2 s, 4 s … 60 s. */
export const delayAfter = (failures: number): number => (failures < 2 ? 0 : Math.min(MAX_DELAY, 1_000 * 2 ** Math.min(failures - 2, 16)));

/** Failures of one caller. */
interface Failures {
  readonly count: number;
  /** Of the last one, epoch milliseconds. */
  readonly at: number;
}
type Ledger = ReadonlyMap<string, Failures>;

/**
 * Who gave wrong passwords, and has to wait before the next: kept in a storage, so that a restart forgets nothing. It keeps a program from guessing
 * through us; whoever has the vault's bytes guesses without us, against the KDF alone.
 */
export class AttemptLedger {
  readonly #connection: StorageConnection;
  readonly #clock: Pick<Clock, 'now'>;

  /** @param connection left open by the ledger */
  constructor(connection: StorageConnection, clock: Pick<Clock, 'now'>) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /**
   * How many milliseconds the caller still has to wait; 0 to go ahead. Then the attempt counts as failed already, in the same transaction: ending the
   * process before its outcome wins nothing.
   * @param caller of up to 1,024 characters; {@link OWNER} for who owns the vault
   * @throws RegistryError `INVALID_INPUT`, `STORAGE`
   */
  async begin(caller: string): Promise<number> {
    const name = nameOf(caller);
    let wait = 0;
    await this.#update((ledger) => {
      const now = this.#clock.now();
      const { count, at } = ledger.get(name) ?? { count: 0, at: now };
      wait = this.#waitOf({ count, at }, now);
      // The time of day was set back: from now on, it is the delay and no more.
      if (wait > 0) return now < at ? new Map(ledger).set(name, { count, at: now }) : ledger;
      return withoutExcess(new Map(ledger).set(name, { count: Math.min(count + 1, MAX_FAILURES), at: now }), name);
    });
    return wait;
  }

  /** How many milliseconds the caller still has to wait. It counts no attempt. */
  async wait(caller: string): Promise<number> {
    const [record] = await this.#connection.getMany([ATTEMPTS_KEY]);
    return this.#waitOf(parse(record).get(nameOf(caller)), this.#clock.now());
  }

  #waitOf(failures: Failures | undefined, now: number): number {
    return failures === undefined ? 0 : Math.max(0, Math.min(failures.at, now) + delayAfter(failures.count) - now);
  }

  /** Forgets the caller's failures. */
  async succeeded(caller: string): Promise<void> {
    const name = nameOf(caller);
    await this.#update((ledger) => (ledger.has(name) ? new Map([...ledger].filter(([other]) => other !== name)) : ledger));
  }

  #update(change: (ledger: Ledger) => Ledger): Promise<void> {
    const decide = (record: Bytes | undefined): Bytes | undefined => {
      const before = parse(record);
      const after = change(before);
      return after === before ? undefined : pack(after);
    };
    return this.#connection.update([{ key: ATTEMPTS_KEY, decide }]);
  }
}

/**
 * Beyond what is remembered, those go first who could go ahead soonest: many callers that failed once push out none that has long to wait. The
 * owner stays, and so does who is being counted.
 */
function withoutExcess(ledger: Map<string, Failures>, counted: string): Ledger {
  const removable = [...ledger].filter(([name]) => name !== nameOf(OWNER) && name !== counted).sort(([, a], [, b]) => freeAt(a) - freeAt(b));
  const most = MAX_CALLERS + (ledger.has(nameOf(OWNER)) ? 1 : 0);
  for (const [name] of removable.slice(0, Math.max(0, ledger.size - most))) ledger.delete(name);
  return ledger;
}

const freeAt = ({ count, at }: Failures): number => at + delayAfter(count);

/** 32 hex digits: names of callers are of any length, and nobody's business. */
function nameOf(caller: unknown): string {
  if (typeof caller !== 'string' || caller.length > MAX_CALLER_LENGTH) throw invalidInput('caller', 'a string of up to 1,024 characters');
  return bytesToHex(sha256(new TextEncoder().encode(caller)).subarray(0, NAME_BYTES));
}

/** The record: version 1, and for each caller the hash of its name, failures (2 bytes) and time (8 bytes), big-endian. */
const VERSION = 1;
const NAME_BYTES = 16;
const ROW_BYTES = NAME_BYTES + 2 + 8;

function pack(ledger: Ledger): Bytes {
  const record = new Uint8Array(1 + ledger.size * ROW_BYTES);
  record[0] = VERSION;
  const view = new DataView(record.buffer);
  let at = 1;
  for (const [name, failures] of ledger) {
    for (let i = 0; i < NAME_BYTES; i++) record[at + i] = Number.parseInt(name.slice(2 * i, 2 * i + 2), 16);
    view.setUint16(at + NAME_BYTES, failures.count);
    view.setFloat64(at + NAME_BYTES + 2, failures.at);
    at += ROW_BYTES;
  }
  return record;
}

/** A record that cannot be read is none: who can write it could as well have deleted it. */
function parse(record: Bytes | undefined): Ledger {
  if (record === undefined || record[0] !== VERSION || (record.length - 1) % ROW_BYTES !== 0) return new Map();
  const view = new DataView(record.buffer);
  const rows = Array.from({ length: (record.length - 1) / ROW_BYTES }, (_, i) => 1 + i * ROW_BYTES);
  return new Map(
    rows.map((at) => [bytesToHex(record.subarray(at, at + NAME_BYTES)), { count: view.getUint16(at + NAME_BYTES), at: view.getFloat64(at + NAME_BYTES + 2) }]),
  );
}
