import { invalidInput, RegistryError } from '../../error.ts';
import { decodeVault } from '../../keyring/vault/index.ts';
import { equalBytes, type Bytes } from '../../registry/bytes.ts';
import { storageError, type StorageConnection } from '../adapter.ts';
import type { Disk } from './disk.ts';
import { putInPlace, removeAll, settle, standingCopy, type StandingCopy } from './files.ts';
import { SEEN_KEY } from './keys.ts';
import type { VaultPlace } from './place.ts';
import { vaultIsMissing, vaultIsOlder, vaultReplaced } from './refusal.ts';
import { isOutdated, isSeen, packSeen, parseSeen, seenOf, type Seen } from './seen.ts';

/** What an action on the files comes to: what it tells, and what is to be remembered of it (null: nothing; undefined: as before). */
interface Outcome<T> {
  readonly told: T;
  readonly seen?: Seen | null | undefined;
}

/**
 * A vault in the file `vault` of a directory. Every action runs inside a write transaction of a storage, which so is the lock between
 * processes and threads, and remembers the newest vault that was seen: an older file, put in its place, is refused.
 */
export class FileVault implements VaultPlace {
  readonly durable = true;
  readonly #connection: StorageConnection;
  readonly #disk: Disk;

  /** @param connection a storage that all who use this directory share; closed with the vault */
  constructor(connection: StorageConnection, disk: Disk) {
    this.#connection = connection;
    this.#disk = disk;
  }

  load({ acceptOlder = false }: { readonly acceptOlder?: boolean } = {}): Promise<Bytes | undefined> {
    return this.#locked((seen) => {
      const copy = standingCopy(this.#disk);
      if (!acceptOlder) checkNewest(copy, seen);
      if (copy !== undefined && isSeen(copy, seen)) return { told: copy.bytes };
      // A process that was killed may have left it undone, and a loss of power would take back what is told now.
      if (copy !== undefined || seen !== undefined) settle(this.#disk, copy);
      // That it is being removed was remembered; now it is gone.
      return copy === undefined && seen?.isLeaving === true ? { told: undefined, seen: null } : { told: copy?.bytes };
    });
  }

  async vouch(vault: Bytes | undefined): Promise<void> {
    const bytes = vault && new Uint8Array(vault);
    await this.#locked((seen) => {
      const copy = standingCopy(this.#disk);
      const isIt = bytes === undefined ? copy === undefined : copy !== undefined && equalBytes(copy.bytes, bytes);
      if (!isIt || (copy !== undefined && isSeen(copy, seen))) return { told: undefined };
      settle(this.#disk, copy);
      return { told: undefined, seen: copy === undefined ? seen && null : seenOf(copy) };
    });
  }

  async replace(expected: bigint | undefined, next: Bytes): Promise<void> {
    const bytes = new Uint8Array(next);
    const { generation } = decodeVault(bytes);
    if (generation <= (expected ?? 0n)) throw invalidInput('next', 'of a higher generation than the vault it replaces');
    await this.#locked((seen) => {
      const present = standingCopy(this.#disk);
      // The same bytes once more: the first time succeeded, and its caller was not told.
      const isThere = present !== undefined && equalBytes(present.bytes, bytes);
      if (!isThere && present?.generation !== expected) throw vaultReplaced();
      checkNewest(present, seen);
      if (isThere) settle(this.#disk, present);
      else putInPlace(this.#disk, present, bytes);
      return { told: undefined, seen: seenOf({ bytes, generation }) };
    });
  }

  async remove(expected: bigint): Promise<void> {
    // First it is remembered that it goes: whoever finds it gone after a crash is not to look for it.
    await this.#locked((seen) => {
      const copy = standingCopy(this.#disk);
      if (copy?.generation !== expected) throw vaultReplaced();
      checkNewest(copy, seen);
      return { told: undefined, seen: seenOf(copy, true) };
    });
    await this.#locked(() => {
      const copy = standingCopy(this.#disk);
      if (copy !== undefined && copy.generation !== expected) throw vaultReplaced();
      removeAll(this.#disk);
      return { told: undefined, seen: null };
    });
  }

  async clear(): Promise<void> {
    // As in `remove`: nobody is to look for what is gone after a crash.
    await this.#locked(() => ({ told: undefined, seen: null }));
    await this.#locked(() => {
      removeAll(this.#disk);
      return { told: undefined, seen: null };
    });
  }

  generation(): Promise<bigint | undefined> {
    return this.#locked(() => ({ told: standingCopy(this.#disk)?.generation }));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #locked<T>(action: (seen: Seen | undefined) => Outcome<T>): Promise<T> {
    let outcome: Outcome<T> | undefined;
    const decide = (record: Bytes | undefined): Bytes | null | undefined => {
      outcome = coded(() => action(parseSeen(record)));
      return outcome.seen ? packSeen(outcome.seen) : outcome.seen;
    };
    await this.#connection.update([{ key: SEEN_KEY, decide }]);
    if (outcome === undefined) throw storageError('the storage did not ask what to write', 'This is a fault of the storage.');
    return outcome.told;
  }
}

function checkNewest(copy: StandingCopy | undefined, seen: Seen | undefined): void {
  if (copy === undefined && seen !== undefined && !seen.isLeaving) throw vaultIsMissing();
  if (copy !== undefined && isOutdated(copy, seen)) throw vaultIsOlder();
}

function coded<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    throw storageError('the file of the vault could not be read or written', 'Free disk space, and check that its directory and files are yours to read and write.', error);
  }
}
