import { invalidInput } from '../../error.ts';
import { decodeVault } from '../../keyring/vault/index.ts';
import { equalBytes, type Bytes } from '../../registry/bytes.ts';
import type { StorageConnection } from '../adapter.ts';
import { VAULT_KEY } from './keys.ts';
import type { VaultPlace } from './place.ts';
import { vaultReplaced } from './refusal.ts';

/** A vault that is one record of a storage, which alone says what stands there: an older one put back is not told apart. */
export class RecordVault implements VaultPlace {
  readonly durable: boolean;
  readonly #connection: StorageConnection;

  /** @param connection closed with the vault */
  constructor(connection: StorageConnection) {
    this.durable = connection.durable;
    this.#connection = connection;
  }

  async load(): Promise<Bytes | undefined> {
    const [record] = await this.#connection.getMany([VAULT_KEY]);
    if (record !== undefined) decodeVault(record);
    return record;
  }

  /** Nothing is remembered of a record: who can change it can change that too. */
  async vouch(): Promise<void> {}

  async replace(expected: bigint | undefined, next: Bytes): Promise<void> {
    const bytes = new Uint8Array(next);
    const { generation } = decodeVault(bytes);
    if (generation <= (expected ?? 0n)) throw invalidInput('next', 'of a higher generation than the vault it replaces');
    await this.#connection.update([
      {
        key: VAULT_KEY,
        decide: (current) => {
          // The same bytes once more: the first time succeeded, and its caller was not told.
          if (current !== undefined && equalBytes(current, bytes)) return undefined;
          checkGeneration(current, expected);
          return bytes;
        },
      },
    ]);
  }

  async remove(expected: bigint): Promise<void> {
    const decide = (current: Bytes | undefined): null => {
      checkGeneration(current, expected);
      return null;
    };
    await this.#connection.update([{ key: VAULT_KEY, decide }]);
  }

  async clear(): Promise<void> {
    await this.#connection.update([{ key: VAULT_KEY, decide: () => null }]);
  }

  async generation(): Promise<bigint | undefined> {
    const record = await this.load();
    return record && decodeVault(record).generation;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

function checkGeneration(current: Bytes | undefined, expected: bigint | undefined): void {
  const generation = current === undefined ? undefined : decodeVault(current).generation;
  if (generation !== expected) throw vaultReplaced();
}
