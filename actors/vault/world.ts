import type { Kdf } from '../../src/keyring/vault/index.ts';
import type { Port } from '../../src/link/index.ts';
import type { OpenedVaultPlace } from '../../src/storage/vault/index.ts';
import type { Clock } from '../../src/world.ts';
import type { OsKeyring } from './os-keyring.ts';

/** What a vault reaches of the outside. Simulated worlds replace all of it. */
export interface VaultWorld {
  readonly clock: Clock;
  /** Stretches a password, where it can in a thread of its own. */
  readonly kdf: Kdf;
  /** Opens the place where the vault is kept. @throws RegistryError `STORAGE` */
  readonly openPlace: () => Promise<OpenedVaultPlace>;
  readonly osKeyring: OsKeyring;
  /** The two ends of a channel, of the kind that the actor's own port is. */
  readonly channel: () => [Port, Port];
}
