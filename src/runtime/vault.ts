import type { Observable } from 'rxjs';
import type {
  Contents,
  EphemeralOption,
  Grant,
  Import,
  OlderOption,
  PublicKey,
  Recovery,
  SignatureOf,
  SignRequest,
  Unlocking,
  VaultService,
} from '../../actors/vault/service.ts';
import { RegistryError } from '../error.ts';
import { takeRecord } from '../input.ts';
import { cloned } from '../link/clone-error.ts';
import type { KeyData, KeyDataLike, KeyType, Signer } from '../keyring/index.ts';
import type { Clock } from '../world.ts';
import { askForPersistence } from '../storage/vault/persistence.ts';
import { askWithin } from './asking.ts';
import { changes, mapped, shared } from './observables.ts';
import type { VaultStarter } from './supervisor.ts';
import { takeSignal } from './options.ts';
import { signerBy } from './vault-signer.ts';

/** What a vault is doing: `unavailable` if its storage cannot be read, `empty` if none is there yet. */
export type VaultState = 'opening' | 'unavailable' | 'empty' | 'creating' | 'locked' | 'unlocking' | 'unlocked';

/** How long a call may take: a password may be stretched by a slow machine, after others. */
const DEADLINE = 120_000;

export interface VaultCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How the states of the vault's machine are called here: what it does while it is locked, or is being locked, is its own business. */
const STATES: Readonly<Record<string, VaultState>> = { locking: 'locked', proving: 'unlocking' };
const stateOf = (value: unknown): VaultState => {
  const word = typeof value === 'string' ? value : (Object.keys(value as object)[0] ?? '');
  return STATES[word] ?? (word as VaultState);
};

/**
 * The keyring in a worker of its own, encrypted at rest. It signs, and gives no secret out but by {@link VaultHandle.exportKeyData}. Its worker is
 * started when it is first used; a vault that is stored is locked then. Every call rejects with `WORKER_GONE` if the worker dies, after
 * which the vault is locked, and with `CLOSED`, `TIMEOUT`, `ABORTED`.
 */
export interface VaultHandle {
  /** What the vault is doing: now, and whenever that changes. */
  readonly state$: Observable<VaultState>;

  /**
   * Makes a vault where none is, and leaves it unlocked. Persist elsewhere what it was made of: nothing brings a lost password back.
   * @throws RegistryError `INVALID_INPUT`; `CONFLICT` if there is one; `STORAGE`, also if the storage keeps nothing and `ephemeral` is not said; `LOCKED` if
   * it is locked meanwhile
   */
  create(contents: Contents, options?: EphemeralOption & VaultCallOptions): Promise<readonly PublicKey[]>;

  /**
   * Makes a vault of a mnemonic: the same keys, and a new key of this device.
   * @throws RegistryError as {@link create}. A vault whose password is lost gives way where `replace` is said
   */
  recover(recovery: Recovery, options?: VaultCallOptions): Promise<readonly PublicKey[]>;

  /**
   * @throws RegistryError `WRONG_PASSWORD`; `THROTTLED` after some of these, for a minute at most; `STORAGE` if there is none, or it is damaged;
   * `UNSUPPORTED`; `LOCKED` if it is locked meanwhile
   */
  unlock(unlocking: Unlocking & OlderOption, options?: VaultCallOptions): Promise<readonly PublicKey[]>;

  /** Resolves when the keys are wiped. */
  lock(): Promise<void>;

  /** @throws RegistryError `LOCKED` */
  keys(): Promise<readonly PublicKey[]>;

  /**
   * Signs an entry, a message or the payload of an extrinsic.
   * @throws RegistryError `LOCKED`, `UNKNOWN_KEY`, `INVALID_INPUT`; `UNSUPPORTED` if the key's type does not sign that; `FORBIDDEN`
   */
  sign<R extends SignRequest>(request: R): Promise<SignatureOf<R>>;

  /**
   * A signer of a key of this vault; it signs as long as the vault is unlocked and has a key of that name.
   * @throws RegistryError `LOCKED`, `UNKNOWN_KEY`
   */
  signer(name: string): Signer;

  /** A signer of one use, of a key that is in no vault. It needs no unlocked one. @throws RegistryError `INVALID_INPUT` */
  ephemeral(type?: KeyType): Promise<Signer>;

  /** From its answer on the old password opens nothing, here or elsewhere. @throws RegistryError as {@link unlock} */
  changePassword(change: { readonly password: string; readonly newPassword: string }, options?: VaultCallOptions): Promise<void>;

  /** Adds a key. @throws RegistryError `LOCKED`, `STORAGE`; `INVALID_INPUT`, also for a name that is taken */
  importKey(imported: Import): Promise<readonly PublicKey[]>;

  /** @throws RegistryError `LOCKED`, `STORAGE`, `UNKNOWN_KEY`; `INVALID_INPUT` for the last one */
  removeKey(removed: { readonly name: string }): Promise<readonly PublicKey[]>;

  /** Puts other keys in the place of all that are there, while everything goes on. @throws RegistryError as {@link unlock}, `INVALID_INPUT` */
  swap(swap: { readonly password: string; readonly keyData: KeyDataLike }, options?: VaultCallOptions): Promise<readonly PublicKey[]>;

  /** All keys with their secrets, for whoever has the password. @throws RegistryError as {@link unlock} */
  exportKeyData(proof: { readonly password: string }, options?: VaultCallOptions): Promise<KeyData>;

  /** Removes the vault for ever. @throws RegistryError as {@link unlock} */
  destroy(proof: { readonly password: string }, options?: VaultCallOptions): Promise<void>;

  /** Lets the operating system's keyring open the vault, too (Node, with `@napi-rs/keyring`). @throws RegistryError as {@link unlock}, `UNSUPPORTED` */
  addUnlock(added: { readonly method: 'os'; readonly password: string }, options?: VaultCallOptions): Promise<void>;

  /** @throws RegistryError as {@link unlock} */
  removeUnlock(removed: { readonly method: 'os'; readonly password: string }, options?: VaultCallOptions): Promise<void>;

  /**
   * A port that can use these keys for these purposes, and do nothing else: to be given to another thread or frame, whose `grantedVault` speaks over it.
   * @throws RegistryError `INVALID_INPUT`
   */
  grant(grant: Grant): Promise<MessagePort>;

  /** Closes all ports of a caller. @throws RegistryError `INVALID_INPUT` */
  revoke(revoked: { readonly caller: string }): Promise<void>;
}

/** A vault without a runtime. Made by {@link openVault}. */
export interface OwnVault extends VaultHandle, AsyncDisposable {
  /** Wipes the keys, and ends the worker. */
  close(): Promise<void>;
}

type Calls = VaultService['calls'];

/** @internal */
export function vaultHandle(starter: VaultStarter, clock: Clock): VaultHandle {
  /** What is at hand while it is unlocked, as far as it is known here. */
  let known: readonly PublicKey[] | undefined;
  starter.vault.follow((link) => {
    link.stream('keys', undefined, { deadline: Infinity }).subscribe({
      next: (keys) => (known = keys),
      error: () => (known = undefined), // it is gone, and what it had at hand
    });
  });

  const ask = async <K extends keyof Calls>(name: K, input: Parameters<Calls[K]>[0], options?: VaultCallOptions): Promise<Awaited<ReturnType<Calls[K]>>> => {
    const signal = takeSignal(takeRecord(options, 'options', ['signal']).signal, 'options.signal');
    const taken = cloned(input); // whatever becomes of it until the worker is there
    await starter.startVault();
    return askWithin(starter.vault, { clock, milliseconds: DEADLINE, signal }, (link, inner) => link.call<'unlock'>(name as 'unlock', taken as Unlocking, { signal: inner })) as Promise<never>;
  };
  const plain =
    <K extends keyof Calls>(name: K) =>
    (input: Parameters<Calls[K]>[0], options?: VaultCallOptions) =>
      ask(name, input, options);
  /** What leaves keys at hand. The stream of keys comes through another port, and may come later. */
  const opening =
    <K extends 'create' | 'recover' | 'unlock' | 'importKey' | 'removeKey'>(name: K) =>
    async (input: Parameters<Calls[K]>[0], options?: VaultCallOptions): Promise<readonly PublicKey[]> => {
      const keys = await ask<'unlock'>(name as 'unlock', input as Unlocking, options);
      // A copy: what is answered is the caller's to write to.
      known = keys.map((key) => ({ ...key }));
      return keys;
    };
  const create = opening('create');

  return {
    state$: changes(
      mapped(
        shared(starter.vault.stream((link) => link.snapshot$, () => starter.startVault())),
        ({ value }) => stateOf(value),
      ),
    ),
    async create(contents, options) {
      const { ephemeral, ...rest } = takeRecord(options, 'options', ['ephemeral', 'signal']) as EphemeralOption & VaultCallOptions;
      const keys = await create({ ...contents, ephemeral }, rest);
      if (ephemeral !== true) void askForPersistence(); // a worker cannot; where it is refused, the vault is as safe as the rest of the site's data
      return keys;
    },
    recover: opening('recover'),
    unlock: opening('unlock'),
    async lock() {
      if (!starter.isVaultWanted) return; // nobody has any
      await ask('lock', undefined);
      known = undefined;
    },
    keys: () => ask('keys', undefined),
    sign: (request) => ask('sign', request) as Promise<never>,
    signer(name) {
      if (known === undefined) throw new RegistryError('LOCKED', 'the vault is locked');
      const key = known.find((other) => other.name === name);
      if (key === undefined) throw new RegistryError('UNKNOWN_KEY', 'the vault has no such key', { field: 'name' });
      return signerBy(key, (request) => ask('sign', { ...request, key: name }));
    },
    async ephemeral(type) {
      return signerBy(await ask('ephemeral', type), (request) => ask('signEphemeral', request));
    },
    changePassword: plain('changePassword'),
    importKey: opening('importKey'),
    removeKey: opening('removeKey'),
    swap: plain('swap'),
    exportKeyData: plain('exportKeyData'),
    async destroy(proof, options) {
      await ask('destroy', proof, options);
      known = undefined;
    },
    addUnlock: plain('addUnlock'),
    removeUnlock: plain('removeUnlock'),
    grant: plain('grant') as (grant: Grant) => Promise<never>,
    revoke: plain('revoke'),
  };
}
