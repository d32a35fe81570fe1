import type { Observable } from 'rxjs';
import type {
  Contents,
  EntryToSign,
  EphemeralKey,
  EphemeralOption,
  Grant,
  Import,
  OlderOption,
  PublicKey,
  Recovery,
  SignRequest,
  Unlocking,
  VaultService,
} from '../../actors/vault/service.ts';
import { RegistryError } from '../error.ts';
import type { KeyData, KeyDataLike, KeyType, Signer } from '../keyring/index.ts';
import type { SignedEntry } from '../registry/index.ts';
import type { Clock } from '../world.ts';
import { askWithin } from './asking.ts';
import { changes, mapped } from './observables.ts';
import type { VaultStarter } from './supervisor.ts';
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
export class VaultHandle {
  /** What the vault is doing: now, and whenever that changes. */
  readonly state$: Observable<VaultState>;
  readonly #starter: VaultStarter;
  readonly #clock: Clock;
  /** What is at hand while it is unlocked, as far as it is known here. */
  #keys: readonly PublicKey[] | undefined;

  /** @internal */
  constructor(starter: VaultStarter, clock: Clock) {
    this.#starter = starter;
    this.#clock = clock;
    this.state$ = changes(
      mapped(
        starter.vault.stream((link) => link.snapshot$, () => starter.startVault()),
        ({ value }) => stateOf(value),
      ),
    );
    starter.vault.follow((link) => {
      link.stream('keys', undefined, { deadline: Infinity }).subscribe({
        next: (keys) => (this.#keys = keys),
        error: () => (this.#keys = undefined), // it is gone, and what it had at hand
      });
    });
  }

  /**
   * Makes a vault where none is, and leaves it unlocked.
   * @throws RegistryError `INVALID_INPUT`; `CONFLICT` if there is one; `STORAGE`, also if the storage keeps nothing and `ephemeral` is not said; `LOCKED` if it is locked meanwhile
   */
  create(contents: Contents, { signal, ephemeral }: EphemeralOption & VaultCallOptions = {}): Promise<readonly PublicKey[]> {
    return this.#open('create', { ...contents, ephemeral }, signal);
  }

  /**
   * Makes a vault of a mnemonic: the same keys, and a new key of this device.
   * @throws RegistryError as {@link create}. A vault whose password is lost gives way where `replace` is said
   */
  recover(recovery: Recovery, { signal }: VaultCallOptions = {}): Promise<readonly PublicKey[]> {
    return this.#open('recover', recovery, signal);
  }

  /**
   * @throws RegistryError `WRONG_PASSWORD`; `THROTTLED` after some of these, for a minute at most; `STORAGE` if there is none, or it is damaged; `UNSUPPORTED`; `LOCKED` if it
   * is locked meanwhile
   */
  unlock(unlocking: Unlocking & OlderOption, { signal }: VaultCallOptions = {}): Promise<readonly PublicKey[]> {
    return this.#open('unlock', unlocking, signal);
  }

  /** Resolves when the keys are wiped. */
  async lock(): Promise<void> {
    if (this.#starter.vault.link === undefined) return; // nobody has any
    await this.#ask((link) => link.call('lock', undefined));
    this.#keys = undefined;
  }

  /** @throws RegistryError `LOCKED` */
  keys(): Promise<readonly PublicKey[]> {
    return this.#ask((link) => link.call('keys', undefined));
  }

  /**
   * Signs an entry, a message or the payload of an extrinsic.
   * @throws RegistryError `LOCKED`, `UNKNOWN_KEY`, `INVALID_INPUT`; `UNSUPPORTED` if the key's type does not sign that; `FORBIDDEN`
   */
  sign(request: { readonly key: string; readonly purpose: 'registry-entry'; readonly entry: EntryToSign }): Promise<SignedEntry>;
  sign(request: Exclude<SignRequest, { readonly purpose: 'registry-entry' }>): Promise<Uint8Array>;
  sign(request: SignRequest): Promise<SignedEntry | Uint8Array> {
    return this.#ask((link) => link.call('sign', request));
  }

  /**
   * A signer of a key of this vault; it signs as long as the vault is unlocked and has the key.
   * @throws RegistryError `LOCKED`, `UNKNOWN_KEY`
   */
  signer(name: string): Signer {
    const key = this.#keys?.find((known) => known.name === name);
    if (this.#keys === undefined) throw new RegistryError('LOCKED', 'the vault is locked', { hint: 'unlock it first' });
    if (key === undefined) throw new RegistryError('UNKNOWN_KEY', 'the vault has no key of that name', { field: 'name' });
    return signerBy(key, (request) => this.#ask((link) => link.call('sign', { ...request, key: name } as SignRequest)));
  }

  /** A signer of one use, of a key that is in no vault. It needs no unlocked one. @throws RegistryError `INVALID_INPUT` */
  async ephemeral(type?: KeyType): Promise<Signer> {
    const { id, ...key }: EphemeralKey = await this.#ask((link) => link.call('ephemeral', type));
    return signerBy(key, (request) => this.#ask((link) => link.call('signEphemeral', { ...request, id } as Parameters<VaultService['calls']['signEphemeral']>[0])));
  }

  /** @throws RegistryError as {@link unlock} */
  changePassword(change: { readonly password: string; readonly newPassword: string }, { signal }: VaultCallOptions = {}): Promise<void> {
    return this.#ask((link, inner) => link.call('changePassword', change, { signal: inner }), signal);
  }

  /** Adds a key. @throws RegistryError `LOCKED`, `STORAGE`; `INVALID_INPUT`, also for a name that is taken */
  importKey(imported: Import): Promise<readonly PublicKey[]> {
    return this.#open('importKey', imported);
  }

  /** @throws RegistryError `LOCKED`, `STORAGE`, `UNKNOWN_KEY`; `INVALID_INPUT` for the last one */
  removeKey(removed: { readonly name: string }): Promise<readonly PublicKey[]> {
    return this.#open('removeKey', removed);
  }

  /** Puts other keys in the place of all that are there, while everything goes on. @throws RegistryError as {@link unlock}, `INVALID_INPUT` */
  swap(swap: { readonly password: string; readonly keyData: KeyDataLike }, { signal }: VaultCallOptions = {}): Promise<readonly PublicKey[]> {
    return this.#ask((link, inner) => link.call('swap', swap, { signal: inner }), signal);
  }

  /** All keys with their secrets, for whoever has the password. @throws RegistryError as {@link unlock} */
  exportKeyData(proof: { readonly password: string }, { signal }: VaultCallOptions = {}): Promise<KeyData> {
    return this.#ask((link, inner) => link.call('exportKeyData', proof, { signal: inner }), signal);
  }

  /** Removes the vault for ever. @throws RegistryError as {@link unlock} */
  async destroy(proof: { readonly password: string }, { signal }: VaultCallOptions = {}): Promise<void> {
    await this.#ask((link, inner) => link.call('destroy', proof, { signal: inner }), signal);
    this.#keys = undefined;
  }

  /** Lets the operating system's keyring open the vault, too (Node, with `@napi-rs/keyring`). @throws RegistryError as {@link unlock}, `UNSUPPORTED` */
  addUnlock(added: { readonly method: 'os'; readonly password: string }, { signal }: VaultCallOptions = {}): Promise<void> {
    return this.#ask((link, inner) => link.call('addUnlock', added, { signal: inner }), signal);
  }

  /** @throws RegistryError as {@link unlock} */
  removeUnlock(removed: { readonly method: 'os'; readonly password: string }, { signal }: VaultCallOptions = {}): Promise<void> {
    return this.#ask((link, inner) => link.call('removeUnlock', removed, { signal: inner }), signal);
  }

  /**
   * A port that can use these keys for these purposes, and do nothing else: to be given to another thread or frame, whose `grantedVault` speaks over it.
   * @throws RegistryError `INVALID_INPUT`
   */
  grant(grant: Grant): Promise<MessagePort> {
    return this.#ask((link) => link.call('grant', grant)) as Promise<unknown> as Promise<MessagePort>;
  }

  /** Closes all ports of a caller. @throws RegistryError `INVALID_INPUT` */
  revoke(revoked: { readonly caller: string }): Promise<void> {
    return this.#ask((link) => link.call('revoke', revoked));
  }

  /** Asks for what leaves keys at hand. */
  async #open<K extends 'create' | 'recover' | 'unlock' | 'importKey' | 'removeKey'>(name: K, input: Parameters<VaultService['calls'][K]>[0], signal?: AbortSignal): Promise<readonly PublicKey[]> {
    const keys = await this.#ask((link, inner) => link.call<'unlock'>(name as 'unlock', input as Unlocking, { signal: inner }), signal);
    // The stream of keys comes through another port, and may come later. A copy: what is answered is the caller's to write to.
    this.#keys = keys.map((key) => ({ ...key }));
    return keys;
  }

  async #ask<T>(ask: (link: NonNullable<VaultStarter['vault']['link']>, signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#starter.startVault();
    return askWithin(this.#starter.vault, { clock: this.#clock, milliseconds: DEADLINE, signal }, ask);
  }
}

/** A vault without a runtime. Made by {@link openVault}. */
export class OwnVault extends VaultHandle implements AsyncDisposable {
  readonly #end: () => Promise<void>;

  /** @internal */
  constructor(starter: VaultStarter, clock: Clock, end: () => Promise<void>) {
    super(starter, clock);
    this.#end = end;
  }

  /** Wipes the keys, and ends the worker. */
  close(): Promise<void> {
    return this.#end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
