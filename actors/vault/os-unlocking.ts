import { RegistryError } from '../../src/error.ts';
import { unwrapDataKey, type VaultEnvelope, type VaultMethod } from '../../src/keyring/vault/index.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import type { OsKeyring } from './os-keyring.ts';

const KEY_BYTES = 32;

/** Whether the operating system's keyring is one of the ways to open a vault, and the ways beside it. */
export const hasOs = ({ methods }: VaultEnvelope): boolean => methods.some(({ kind }) => kind === 'os');
export const withoutOs = ({ methods }: VaultEnvelope): readonly VaultMethod[] => methods.filter(({ kind }) => kind !== 'os');

/** What the operating system's keyring has to do with a vault: it keeps a secret that the vault's data key is wrapped under. */
export class OsUnlocking {
  readonly #keyring: OsKeyring;

  constructor(keyring: OsKeyring) {
    this.#keyring = keyring;
  }

  /** The secret of a vault, 32 bytes. Whoever takes it wipes it. @throws RegistryError `UNSUPPORTED` if there is none */
  async kek(envelope: VaultEnvelope): Promise<Bytes> {
    const kek = await this.#keyring.load(envelope.id);
    if (kek?.length === KEY_BYTES) return kek;
    throw new RegistryError('UNSUPPORTED', "the operating system's keyring does not have the secret of this vault", { hint: 'use the password' });
  }

  /** The data key, 32 bytes. Whoever takes it wipes it. @throws RegistryError `UNSUPPORTED` if the secret is another vault's, or of another time; or there is none */
  async dataKey(envelope: VaultEnvelope): Promise<Bytes> {
    if (!hasOs(envelope)) throw new RegistryError('UNSUPPORTED', "this vault is not opened by the operating system's keyring", { hint: 'use the password' });
    const kek = await this.kek(envelope);
    try {
      const dataKey = unwrapDataKey(envelope, 'os', kek);
      if (dataKey !== undefined) return dataKey;
    } finally {
      kek.fill(0);
    }
    throw new RegistryError('UNSUPPORTED', "what the operating system's keyring holds does not open this vault", { hint: 'use the password' });
  }

  /** Whether it opens the vault as it is. */
  async opens(envelope: VaultEnvelope): Promise<boolean> {
    try {
      (await this.dataKey(envelope)).fill(0);
      return true;
    } catch {
      return false; // there is no secret, or no keyring
    }
  }

  /**
   * Keeps a secret, and has the vault be sealed with it.
   * @param seal rejects if the vault is not sealed: then the secret is not kept either
   * @throws RegistryError `UNSUPPORTED` if the keyring cannot be relied on; what `seal` rejects with
   */
  async keep(envelope: VaultEnvelope, kek: Bytes, seal: () => Promise<unknown>): Promise<void> {
    try {
      await this.#keyring.store(envelope.id, kek);
      await seal();
    } catch (error) {
      await this.forget(envelope);
      throw error;
    }
  }

  /** @throws RegistryError `UNSUPPORTED` */
  probe(): Promise<void> {
    return this.#keyring.probe();
  }

  /** What opens nothing may stay, where it cannot be removed. */
  async forget({ id }: VaultEnvelope): Promise<void> {
    await this.#keyring.remove(id).catch(() => {});
  }
}
