import { invalidInput } from '../../src/error.ts';
import { takeRecord } from '../../src/input.ts';
import { mnemonicToKeyData, takeKeyData, type KeyData } from '../../src/keyring/index.ts';
import type { CallContext } from '../../src/link/index.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import { OWNER } from '../../src/storage/vault/index.ts';
import type { EphemeralSigners } from './ephemeral.ts';
import type { Grants } from './grants.ts';
import type { Asking, VaultHost } from './host.ts';
import type { Opened } from './opened.ts';
import { withKey, withoutKey } from './key-changes.ts';
import { takePassword } from './secrets.ts';
import type { PublicKey, VaultService } from './service.ts';
import { takeSignRequest } from './signing.ts';

/** Whoever has the runtime's handle. */
const owner = ({ signal }: CallContext): Asking => ({ caller: OWNER, signal });

/** What the owner of a vault can ask of it: the input of each call checked, what is secret in it wiped when the call has settled. */
export function vaultCalls(host: VaultHost, grants: Grants, ephemeral: EphemeralSigners): VaultService['calls'] {
  const create = (password: unknown, keyData: KeyData, options: { readonly isEphemeral: boolean; readonly isReplacing: boolean }, call: CallContext): Promise<readonly PublicKey[]> =>
    withPassword(password, 'password', (bytes) => host.create(bytes, keyData, options, owner(call)));
  return {
    create: async (creation, call) => {
      const { password, keyData, mnemonic, passphrase, ephemeral: isEphemeral } = takeRecord(creation, 'creation', ['password', 'keyData', 'mnemonic', 'passphrase', 'ephemeral']);
      if ((keyData === undefined) === (mnemonic === undefined)) throw invalidInput('creation', 'with either a mnemonic or key data');
      const keys = keyData === undefined ? fromMnemonic(mnemonic, passphrase) : takeKeyData(keyData, 'keyData');
      return create(password, keys, { isEphemeral: takeFlag(isEphemeral, 'creation.ephemeral'), isReplacing: false }, call);
    },
    recover: async (recovery, call) => {
      const { password, mnemonic, passphrase, ephemeral: isEphemeral, replace } = takeRecord(recovery, 'recovery', ['password', 'mnemonic', 'passphrase', 'ephemeral', 'replace']);
      const options = { isEphemeral: takeFlag(isEphemeral, 'recovery.ephemeral'), isReplacing: takeFlag(replace, 'recovery.replace') };
      return create(password, fromMnemonic(mnemonic, passphrase), options, call);
    },
    unlock: async (unlocking, call) => unlockBy(host, unlocking, owner(call)),
    lock: () => host.lock(),
    async close() {
      grants.close();
      ephemeral.close();
      await host.close();
    },
    keys: () => host.keys(),
    sign: async (request) => host.sign(takeSignRequest(request)),
    ephemeral: (type) => ephemeral.make(type),
    signEphemeral: async (request) => ephemeral.sign(request),
    changePassword: async (change, call) => {
      const { password, newPassword } = takeRecord(change, 'change', ['password', 'newPassword']);
      await withPassword(newPassword, 'newPassword', (next) =>
        withPassword(password, 'password', (bytes) =>
          host.prove(bytes, owner(call), async (safe, vault, run) => {
            const changed = await safe.reseal(vault, next, true, run);
            return () => renewed(host, changed);
          }),
        ),
      );
    },
    importKey: async (imported, call) => {
      const { name, key } = takeRecord(imported, 'imported', ['name', 'key']);
      return host.change(owner(call), ({ keyData }) => ({ keyData: withKey(keyData, name, key) }));
    },
    removeKey: async (removed, call) => {
      const { name } = takeRecord(removed, 'removed', ['name']);
      return host.change(owner(call), ({ keyData }) => ({ keyData: withoutKey(keyData, name) }));
    },
    swap: async (swap, call) => {
      const { password, keyData } = takeRecord(swap, 'swap', ['password', 'keyData']);
      const next = takeKeyData(keyData, 'keyData');
      return withPassword(password, 'password', (bytes) =>
        host.prove(bytes, owner(call), async (safe, vault, { signal }) => {
          const swapped = await safe.rewrite(vault.dataKey, () => ({ keyData: next }), signal);
          return () => host.renew(swapped);
        }),
      );
    },
    exportKeyData: async (proof, call) => {
      const { password } = takeRecord(proof, 'proof', ['password']);
      return withPassword(password, 'password', (bytes) => host.prove(bytes, owner(call), async (_safe, { keyData }) => () => keyData));
    },
    destroy: async (proof, call) => {
      const { password } = takeRecord(proof, 'proof', ['password']);
      await withPassword(password, 'password', (bytes) =>
        host.prove(bytes, owner(call), async (safe, vault) => {
          await safe.remove(vault);
          return () => host.forget();
        }),
      );
    },
    addUnlock: async (added, call) => {
      const { password, method } = takeRecord(added, 'added', ['password', 'method']);
      takeOsMethod(method, 'added.method');
      await withPassword(password, 'password', (bytes) => host.prove(bytes, owner(call), async (safe, vault, { signal }) => {
        await safe.addOsMethod(vault, signal);
        return () => {};
      }));
    },
    removeUnlock: async (removed, call) => {
      const { password, method } = takeRecord(removed, 'removed', ['password', 'method']);
      takeOsMethod(method, 'removed.method');
      await withPassword(password, 'password', (bytes) => host.prove(bytes, owner(call), async (safe, vault, run) => {
        const changed = await safe.removeOsMethod(vault, bytes, run);
        return () => renewed(host, changed);
      }));
    },
    grant: (grant, call) => {
      const port = grants.grant(grant);
      call.transfer(port);
      return port;
    },
    revoke: (revoked) => grants.revoke(takeRecord(revoked, 'revoked', ['caller']).caller),
  };
}

/** Ends a task that gave the vault another data key, which the host has a copy of where it needs one. */
function renewed(host: VaultHost, changed: Opened): void {
  try {
    host.renew(changed);
  } finally {
    changed.dataKey.fill(0);
  }
}

/**
 * Unlocks by a password alone: what a granted port can do.
 * @throws RegistryError `INVALID_INPUT`, and as {@link VaultHost.unlock}
 */
export async function unlockByPassword(host: VaultHost, unlocking: unknown, asking: Asking): Promise<void> {
  const { password } = takeRecord(unlocking, 'unlocking', ['password']);
  await withPassword(password, 'password', (bytes) => host.unlock({ password: bytes }, false, asking));
}

/** @throws RegistryError `INVALID_INPUT`, and as {@link VaultHost.unlock} */
async function unlockBy(host: VaultHost, unlocking: unknown, asking: Asking): Promise<readonly PublicKey[]> {
  const { password, method, acceptOlder } = takeRecord(unlocking, 'unlocking', ['password', 'method', 'acceptOlder']);
  const isOlderTaken = takeFlag(acceptOlder, 'unlocking.acceptOlder');
  if (method === undefined) return withPassword(password, 'password', (bytes) => host.unlock({ password: bytes }, isOlderTaken, asking));
  takeOsMethod(method, 'unlocking.method');
  if (password !== undefined) throw invalidInput('unlocking', 'with either a password or a method');
  return host.unlock({ method: 'os' }, isOlderTaken, asking);
}

/** A password that lives as long as what needs it. */
async function withPassword<T>(value: unknown, field: string, use: (password: Bytes) => Promise<T>): Promise<T> {
  const password = takePassword(value, field);
  try {
    return await use(password);
  } finally {
    password.fill(0);
  }
}

const fromMnemonic = (mnemonic: unknown, passphrase: unknown): KeyData => mnemonicToKeyData(mnemonic as string, { passphrase: passphrase as string | undefined });

function takeFlag(value: unknown, field: string): boolean {
  if (value !== undefined && typeof value !== 'boolean') throw invalidInput(field, 'true or false');
  return value === true;
}

function takeOsMethod(value: unknown, field: string): void {
  if (value !== 'os') throw invalidInput(field, "'os'");
}
