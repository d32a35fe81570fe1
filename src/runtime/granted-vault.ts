import type { GrantedVaultService, PublicKey, SignatureOf, SignRequest } from '../../actors/vault/service.ts';
import { RegistryError } from '../error.ts';
import type { Signer } from '../keyring/index.ts';
import { Caller } from '../link/caller.ts';
import { signerBy } from './vault-signer.ts';

/** What a port that a vault granted is good for. */
export interface GrantedVault {
  /** Of those that were granted. @throws RegistryError `LOCKED` */
  keys(): Promise<readonly PublicKey[]>;
  /** @throws RegistryError as `VaultHandle.sign`; `FORBIDDEN` for another key or purpose; `THROTTLED` */
  sign<R extends SignRequest>(request: R): Promise<SignatureOf<R>>;
  /** @throws RegistryError `LOCKED`, `UNKNOWN_KEY` */
  signer(name: string): Promise<Signer>;
  /** Where that was granted; wrong passwords count for this port's caller alone. @throws RegistryError as `VaultHandle.unlock`; `FORBIDDEN` */
  unlock(unlocking: { readonly password: string }): Promise<void>;
  close(): void;
}

/** The asking side of a port that `VaultHandle.grant` answered. */
export function grantedVault(port: MessagePort): GrantedVault {
  const vault = new Caller<GrantedVaultService>(port, { deadline: 120_000 });
  const granted: GrantedVault = {
    keys: () => vault.call('keys', undefined),
    sign: (request) => vault.call('sign', request) as Promise<never>,
    async signer(name) {
      const key = (await granted.keys()).find((known) => known.name === name);
      if (key === undefined) throw new RegistryError('UNKNOWN_KEY', 'no key of that name was granted', { field: 'name' });
      return signerBy(key, (request) => granted.sign({ ...request, key: name }));
    },
    unlock: (unlocking) => vault.call('unlock', unlocking),
    close: () => vault.close(),
  };
  return granted;
}
