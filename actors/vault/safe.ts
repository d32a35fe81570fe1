import { hasCode, RegistryError } from '../../src/error.ts';
import { migrateKeyData, randomSecret, type KeyData } from '../../src/keyring/index.ts';
import {
  decodeVault,
  needsUpgrade,
  openPayload,
  sealVault,
  unwrapDataKey,
  vaultDamaged,
  type Kdf,
  type KdfParameters,
  type NewMethod,
  type VaultEnvelope,
  type VaultMethod,
} from '../../src/keyring/vault/index.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import type { OpenedVaultPlace } from '../../src/storage/vault/index.ts';
import type { OsKeyring } from './os-keyring.ts';
import type { TaskRun } from './tasks.ts';

/** A vault that was opened: what is in it, and what it takes to seal it again. Whoever has it wipes the data key. */
export interface Opened {
  readonly envelope: VaultEnvelope;
  /** 32 bytes. */
  readonly dataKey: Bytes;
  readonly keyData: KeyData;
}

type Method = NewMethod | VaultMethod;

/** What opens a vault. */
export type Proof = { readonly password: Bytes } | { readonly method: 'os' };

/** What becomes of an opened vault. With another data key all methods must be made anew. */
export interface Change {
  readonly keyData?: KeyData;
  readonly dataKey?: Bytes;
  readonly methods?: readonly Method[];
}

const SALT_BYTES = 16;
const KEY_BYTES = 32;
const ID_BYTES = 16;

/** Two processes that change one vault take turns; one that never gets its turn is told. */
const MOST_REWRITES = 16;

/** The vault of a storage: made, opened, rewritten and removed, each whole or not at all. It keeps no key. */
export class Safe {
  readonly #kept: OpenedVaultPlace;
  readonly #kdf: Kdf;
  readonly #osKeyring: OsKeyring;
  readonly #wanted: KdfParameters;

  /** @param wanted what passwords are stretched with from now on; a vault with less is given as much when it is opened */
  constructor(kept: OpenedVaultPlace, { kdf, osKeyring }: { readonly kdf: Kdf; readonly osKeyring: OsKeyring }, wanted: KdfParameters) {
    this.#kept = kept;
    this.#kdf = kdf;
    this.#osKeyring = osKeyring;
    this.#wanted = wanted;
  }

  get isDurable(): boolean {
    return this.#kept.place.durable;
  }

  /** The generation of the vault that stands there; undefined if there is none. */
  generation(): Promise<bigint | undefined> {
    return this.#kept.place.generation();
  }

  /** How long a caller has to wait before its next password is tried, in milliseconds. */
  wait(caller: string): Promise<number> {
    return this.#kept.ledger.wait(caller);
  }

  /**
   * @param options.isReplacing whether one that stands there gives way
   * @throws RegistryError `CONFLICT` if there is one, `STORAGE`, `ABORTED`
   */
  async create(password: Bytes, keyData: KeyData, { isReplacing, caller }: { readonly isReplacing: boolean; readonly caller: string }, run: TaskRun): Promise<Opened> {
    const standing = isReplacing ? await this.#givingWay() : await this.generation();
    if (standing !== undefined && !isReplacing) throw vaultStands();
    const dataKey = randomSecret(KEY_BYTES);
    try {
      const sealed = await this.#sealedAnew(password, { id: randomSecret(ID_BYTES), generation: (standing ?? 0n) + 1n, dataKey }, keyData, run);
      await this.#kept.place.replace(standing, sealed).catch((error: unknown) => {
        throw hasCode(error, 'CONFLICT') ? vaultStands() : error;
      });
      await this.#kept.ledger.succeeded(caller); // they were about another password
      return { envelope: decodeVault(sealed), dataKey, keyData };
    } catch (error) {
      dataKey.fill(0);
      throw error;
    }
  }

  /** The generation of a vault that is to be replaced, whatever state it is in: one that is damaged is none any more. */
  async #givingWay(): Promise<bigint | undefined> {
    try {
      await this.#kept.place.load({ acceptOlder: true });
    } catch (error) {
      if (!hasCode(error, 'STORAGE') || error.retryable) throw error;
      await this.#kept.place.clear();
    }
    return this.generation();
  }

  async #sealedAnew(password: Bytes, vault: { readonly id: Bytes; readonly generation: bigint; readonly dataKey: Bytes }, keyData: KeyData, run: TaskRun): Promise<Bytes> {
    const method = await this.#passwordMethod(password, run);
    try {
      run.signal.throwIfAborted();
      return seal({ ...vault, methods: [method] }, keyData);
    } finally {
      method.kek.fill(0);
    }
  }

  /**
   * Opens the vault. The attempt is counted as failed before the password is stretched.
   * @throws RegistryError `WRONG_PASSWORD`, `THROTTLED`, `STORAGE`, `UNSUPPORTED`, `ABORTED`
   */
  async open(proof: Proof, { caller, acceptOlder }: { readonly caller: string; readonly acceptOlder: boolean }, run: TaskRun): Promise<Opened> {
    const envelope = await this.#load(acceptOlder);
    const dataKey = await ('method' in proof ? this.#dataKeyFromOs(envelope) : this.#dataKeyFromPassword(envelope, proof.password, caller, run));
    try {
      const vault = opened(envelope, dataKey);
      return await ('method' in proof ? vault : this.#upgraded(vault, proof.password, run));
    } catch (error) {
      dataKey.fill(0);
      throw error;
    }
  }

  /**
   * Changes the vault that stands there now, which may be a newer one than was opened: what another process stored is kept.
   * @throws RegistryError `LOCKED` if the data key opens it no more, `CONFLICT`, `STORAGE`, `ABORTED`, what `change` throws
   */
  async rewrite(dataKey: Bytes, change: (vault: Opened) => Change | Promise<Change>, signal: AbortSignal): Promise<Opened> {
    for (let attempt = 1; ; attempt++) {
      const vault = await this.reopen(dataKey);
      const { envelope } = vault;
      const { keyData = vault.keyData, dataKey: next = dataKey, methods = envelope.methods } = await change(vault);
      const sealed = seal({ id: envelope.id, generation: envelope.generation + 1n, dataKey: next, methods }, keyData);
      signal.throwIfAborted();
      try {
        await this.#kept.place.replace(envelope.generation, sealed);
        return { envelope: decodeVault(sealed), dataKey: next, keyData };
      } catch (error) {
        if (!hasCode(error, 'CONFLICT') || attempt === MOST_REWRITES) throw error;
      }
    }
  }

  /**
   * The vault as it stands now, opened with a data key that opened it before.
   * @throws RegistryError `LOCKED` if it does not any more, `STORAGE`
   */
  async reopen(dataKey: Bytes): Promise<Opened> {
    const envelope = await this.#load();
    try {
      return opened(envelope, dataKey);
    } catch (cause) {
      // It is whole, so somebody sealed it with another key.
      throw new RegistryError('LOCKED', 'the vault was changed elsewhere', { hint: 'unlock it again', cause });
    }
  }

  /** @throws RegistryError as {@link rewrite} */
  async changePassword(vault: Opened, password: Bytes, run: TaskRun): Promise<Opened> {
    const fresh = randomSecret(KEY_BYTES);
    const keks: Bytes[] = [];
    try {
      const passwordMethod = await this.#passwordMethod(password, run);
      keks.push(passwordMethod.kek);
      const change = async ({ envelope }: Opened): Promise<Change> => {
        if (withoutOs(envelope).length === envelope.methods.length) return { dataKey: fresh, methods: [passwordMethod] };
        const kek = await this.#osKek(envelope);
        keks.push(kek);
        return { dataKey: fresh, methods: [passwordMethod, { kind: 'os', kek }] };
      };
      return await this.rewrite(vault.dataKey, change, run.signal);
    } catch (error) {
      fresh.fill(0);
      throw error;
    } finally {
      for (const kek of keks) kek.fill(0);
    }
  }

  /** @throws RegistryError as {@link rewrite}; `UNSUPPORTED` if the operating system's keyring cannot be relied on */
  async addOsMethod(vault: Opened, signal: AbortSignal): Promise<Opened> {
    await this.#osKeyring.probe();
    const { id } = vault.envelope;
    const kek = randomSecret(KEY_BYTES);
    try {
      await this.#osKeyring.store(id, kek);
      return await this.rewrite(vault.dataKey, ({ envelope }) => ({ methods: [...withoutOs(envelope), { kind: 'os', kek }] }), signal);
    } catch (error) {
      if (!vault.envelope.methods.some(({ kind }) => kind === 'os')) await this.#osKeyring.remove(id).catch(() => {}); // what opens nothing may stay
      throw error;
    } finally {
      kek.fill(0);
    }
  }

  /** @throws RegistryError as {@link rewrite} */
  async removeOsMethod(vault: Opened, signal: AbortSignal): Promise<Opened> {
    const changed = await this.rewrite(vault.dataKey, ({ envelope }) => ({ methods: withoutOs(envelope) }), signal);
    await this.#osKeyring.remove(vault.envelope.id).catch(() => {}); // what opens nothing may stay
    return changed;
  }

  /** @throws RegistryError `CONFLICT`, `STORAGE` */
  async remove({ envelope }: Opened): Promise<void> {
    await this.#kept.place.remove(envelope.generation);
    if (envelope.methods.some(({ kind }) => kind === 'os')) await this.#osKeyring.remove(envelope.id).catch(() => {}); // what opens nothing may stay
  }

  async #load(acceptOlder = false): Promise<VaultEnvelope> {
    const stored = await this.#kept.place.load({ acceptOlder });
    if (stored === undefined) throw noVault();
    return decodeVault(stored);
  }

  /** Whoever takes it wipes its key. */
  async #passwordMethod(password: Bytes, { signal, onProgress }: TaskRun) {
    const parameters = this.#wanted;
    const salt = randomSecret(SALT_BYTES);
    return { kind: 'password', parameters, salt, kek: await this.#kdf({ ...parameters, password: password.slice(), salt }, { signal, onProgress }) } as const;
  }

  async #dataKeyFromPassword(envelope: VaultEnvelope, password: Bytes, caller: string, { signal, onProgress }: TaskRun): Promise<Bytes> {
    const method = envelope.methods.find(({ kind }) => kind === 'password');
    if (method?.kind !== 'password') throw new RegistryError('UNSUPPORTED', 'this vault has no password');
    const wait = await this.#kept.ledger.begin(caller);
    if (wait > 0) throw throttled(wait);
    const { parameters, salt } = method;
    const kek = await this.#kdf({ ...parameters, salt, password: password.slice() }, { signal, onProgress });
    const dataKey = unwrapDataKey(envelope, 'password', kek);
    kek.fill(0);
    if (dataKey === undefined) throw new RegistryError('WRONG_PASSWORD', 'this password does not open the vault');
    await this.#kept.ledger.succeeded(caller);
    return dataKey;
  }

  async #osKek(envelope: VaultEnvelope): Promise<Bytes> {
    const kek = await this.#osKeyring.load(envelope.id);
    if (kek?.length === KEY_BYTES) return kek;
    throw new RegistryError('UNSUPPORTED', "the operating system's keyring does not have the secret of this vault", { hint: 'use the password' });
  }

  async #dataKeyFromOs(envelope: VaultEnvelope): Promise<Bytes> {
    if (!envelope.methods.some(({ kind }) => kind === 'os')) throw new RegistryError('UNSUPPORTED', "this vault is not opened by the operating system's keyring", { hint: 'use the password' });
    const kek = await this.#osKek(envelope);
    try {
      const dataKey = unwrapDataKey(envelope, 'os', kek);
      if (dataKey === undefined) throw new RegistryError('UNSUPPORTED', "what the operating system's keyring holds does not open this vault", { hint: 'use the password' });
      return dataKey;
    } finally {
      kek.fill(0);
    }
  }

  /** A vault whose password is stretched less than it should be is sealed anew; if that fails it is open all the same. */
  async #upgraded(vault: Opened, password: Bytes, run: TaskRun): Promise<Opened> {
    const method = vault.envelope.methods.find(({ kind }) => kind === 'password');
    if (method?.kind !== 'password' || !needsUpgrade(method, this.#wanted)) return vault;
    try {
      const stretched = await this.#passwordMethod(password, run);
      try {
        return await this.rewrite(vault.dataKey, ({ envelope }) => ({ methods: [stretched, ...envelope.methods.filter(({ kind }) => kind !== 'password')] }), run.signal);
      } finally {
        stretched.kek.fill(0);
      }
    } catch {
      run.signal.throwIfAborted();
      return vault;
    }
  }
}

function seal(sealing: { readonly id: Bytes; readonly generation: bigint; readonly dataKey: Bytes; readonly methods: readonly Method[] }, keyData: KeyData): Bytes {
  const payload = new TextEncoder().encode(JSON.stringify(keyData));
  try {
    return sealVault({ ...sealing, payload });
  } finally {
    payload.fill(0);
  }
}

/** @throws RegistryError `STORAGE` if the data key does not open it, or no key data is in it; `UNSUPPORTED` if these are of a newer version */
function opened(envelope: VaultEnvelope, dataKey: Bytes): Opened {
  const payload = openPayload(envelope, dataKey);
  try {
    return { envelope, dataKey, keyData: migrateKeyData(parsed(payload)) };
  } catch (error) {
    throw hasCode(error, 'INVALID_INPUT') ? vaultDamaged() : error; // not the caller's input
  } finally {
    payload.fill(0);
  }
}

/** Neither decoder's error may be passed on: they quote what they were given, which are keys. */
function parsed(payload: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw vaultDamaged();
  }
}

const withoutOs = ({ methods }: VaultEnvelope): readonly VaultMethod[] => methods.filter(({ kind }) => kind !== 'os');

const vaultStands = (): RegistryError => new RegistryError('CONFLICT', 'there is a vault in this storage', { hint: 'unlock it, or name another storage' });

export const noVault = (): RegistryError => new RegistryError('STORAGE', 'there is no vault in this storage', { retryable: false, hint: 'create one, or name the storage it is in' });

const throttled = (wait: number): RegistryError =>
  new RegistryError('THROTTLED', `the password was wrong too often: the next one is tried in ${Math.ceil(wait / 1000)} s`, { hint: 'wait, and then try again' });
