import { hasCode, RegistryError } from '../../src/error.ts';
import { randomSecret, type KeyData } from '../../src/keyring/index.ts';
import { decodeVault, needsUpgrade, unwrapDataKey, type Kdf, type KdfParameters, type VaultEnvelope } from '../../src/keyring/vault/index.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import type { OpenedVaultPlace } from '../../src/storage/vault/index.ts';
import { opened, seal, type Change, type Method, type Opened } from './opened.ts';
import type { OsKeyring } from './os-keyring.ts';
import { hasOs, OsUnlocking, withoutOs } from './os-unlocking.ts';
import type { TaskRun } from './tasks.ts';

/** A vault as it was loaded. */
interface Loaded {
  readonly stored: Bytes;
  readonly envelope: VaultEnvelope;
}
interface Unlocked extends Loaded {
  readonly dataKey: Bytes;
}

/** What opens a vault. */
export type Proof = { readonly password: Bytes } | { readonly method: 'os' };

const SALT_BYTES = 16;
const KEY_BYTES = 32;
const ID_BYTES = 16;

/** Two processes that change one vault take turns; one that never gets its turn is told. */
const MOST_REWRITES = 16;

/** The vault of a storage: made, opened, rewritten and removed, each whole or not at all. It keeps no key. */
export class Safe {
  readonly #kept: OpenedVaultPlace;
  readonly #kdf: Kdf;
  readonly #os: OsUnlocking;
  readonly #wanted: KdfParameters;

  /** @param wanted what passwords are stretched with from now on; a vault with less is given as much when it is opened */
  constructor(kept: OpenedVaultPlace, { kdf, osKeyring }: { readonly kdf: Kdf; readonly osKeyring: OsKeyring }, wanted: KdfParameters) {
    this.#kept = kept;
    this.#kdf = kdf;
    this.#os = new OsUnlocking(osKeyring);
    this.#wanted = wanted;
  }

  close(): Promise<void> {
    return this.#kept.close();
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
    if (!isReplacing && (await this.generation()) !== undefined) throw vaultStands();
    const dataKey = randomSecret(KEY_BYTES);
    try {
      const method = await this.#passwordMethod(password, run);
      const sealed = await this.#put({ id: randomSecret(ID_BYTES), dataKey, methods: [method] }, keyData, isReplacing, run).finally(() => method.kek.fill(0));
      await this.#kept.ledger.succeeded(caller).catch(() => {}); // they were about another password; the vault stands all the same
      return { envelope: decodeVault(sealed), dataKey, keyData };
    } catch (error) {
      dataKey.fill(0);
      throw error;
    }
  }

  /** What gives way does so only now: until here it could be thought better of. */
  async #put(vault: { readonly id: Bytes; readonly dataKey: Bytes; readonly methods: readonly Method[] }, keyData: KeyData, isReplacing: boolean, { signal }: TaskRun): Promise<Bytes> {
    signal.throwIfAborted();
    const standing = isReplacing ? await this.#givingWay() : undefined;
    const sealed = seal({ ...vault, generation: standing === undefined ? firstGeneration() : standing + 1n }, keyData);
    await this.#kept.place.replace(standing, sealed).catch((error: unknown) => {
      throw hasCode(error, 'CONFLICT') ? vaultStands() : error;
    });
    return sealed;
  }

  /** The generation of a vault that is to be replaced, whatever state it is in: one that is damaged is none any more. */
  async #givingWay(): Promise<bigint | undefined> {
    const { place } = this.#kept;
    try {
      await place.vouch(await place.load({ acceptOlder: true }));
    } catch (error) {
      if (!hasCode(error, 'STORAGE') || error.retryable) throw error;
      await place.clear();
    }
    return this.generation();
  }

  /**
   * Opens the vault. The attempt is counted as failed before the password is stretched.
   * @throws RegistryError `WRONG_PASSWORD`, `THROTTLED`, `STORAGE`, `UNSUPPORTED`, `ABORTED`
   */
  async open(proof: Proof, { caller, acceptOlder }: { readonly caller: string; readonly acceptOlder: boolean }, run: TaskRun): Promise<Opened> {
    const { stored, envelope, dataKey } = await ('method' in proof ? this.#tryOs(acceptOlder) : this.#tryPassword(proof.password, { caller, acceptOlder }, run));
    try {
      const vault = opened(envelope, dataKey);
      // Only now is it known to be its owner's, and not somebody's who put a file there.
      await this.#kept.place.vouch(stored);
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
    const { envelope } = await this.#load(false);
    try {
      return opened(envelope, dataKey);
    } catch (cause) {
      // It is whole, so somebody sealed it with another key.
      throw new RegistryError('LOCKED', 'the vault was changed elsewhere', { hint: 'unlock it again', cause });
    }
  }

  /**
   * Seals the vault with another data key, so that no copy of an older file opens with what opened that.
   * @param password the new one, or the same
   * @param keepsOs whether the operating system's keyring goes on to open it
   * @throws RegistryError as {@link rewrite}; `UNSUPPORTED` if that keyring is to, and cannot be relied on
   */
  async reseal(vault: Opened, password: Bytes, keepsOs: boolean, run: TaskRun): Promise<Opened> {
    const fresh = randomSecret(KEY_BYTES);
    const keks: Bytes[] = [];
    try {
      const passwordMethod = await this.#passwordMethod(password, run);
      keks.push(passwordMethod.kek);
      const change = async ({ envelope }: Opened): Promise<Change> => {
        if (!keepsOs || !hasOs(envelope)) return { dataKey: fresh, methods: [passwordMethod] };
        const kek = await this.#os.kek(envelope);
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

  /**
   * Lets the operating system's keyring open the vault; where it does already, all stays.
   * @throws RegistryError as {@link rewrite}; `UNSUPPORTED` if that keyring cannot be relied on
   */
  async addOsMethod(vault: Opened, signal: AbortSignal): Promise<void> {
    await this.#os.probe();
    if (await this.#os.opens(vault.envelope)) return;
    const kek = randomSecret(KEY_BYTES);
    try {
      await this.#os.keep(vault.envelope, kek, () => this.rewrite(vault.dataKey, ({ envelope }) => ({ methods: [...withoutOs(envelope), { kind: 'os', kek }] }), signal));
    } finally {
      kek.fill(0);
    }
  }

  /** @throws RegistryError as {@link rewrite} */
  async removeOsMethod(vault: Opened, password: Bytes, run: TaskRun): Promise<Opened> {
    const changed = await this.reseal(vault, password, false, run);
    await this.#os.forget(vault.envelope);
    return changed;
  }

  /** @throws RegistryError `CONFLICT`, `STORAGE` */
  async remove({ envelope }: Opened): Promise<void> {
    await this.#kept.place.remove(envelope.generation);
    if (hasOs(envelope)) await this.#os.forget(envelope);
  }

  async #load(acceptOlder: boolean): Promise<Loaded> {
    const stored = await this.#kept.place.load({ acceptOlder });
    if (stored === undefined) {
      if (acceptOlder) await this.#kept.place.vouch(undefined); // whoever says so knows that one was there
      throw noVault();
    }
    return { stored, envelope: decodeVault(stored) };
  }

  /** Whoever takes it wipes its key. */
  async #passwordMethod(password: Bytes, { signal, onProgress }: TaskRun) {
    const parameters = this.#wanted;
    const salt = randomSecret(SALT_BYTES);
    return { kind: 'password', parameters, salt, kek: await this.#kdf({ ...parameters, password, salt }, { signal, onProgress }) } as const;
  }

  /** Tries a password on the vault that stands there when it has been stretched: meanwhile somebody may have given it another, or removed it. */
  async #tryPassword(password: Bytes, { caller, acceptOlder }: { readonly caller: string; readonly acceptOlder: boolean }, { signal, onProgress }: TaskRun): Promise<Unlocked> {
    const { place, ledger } = this.#kept;
    await this.#load(acceptOlder); // where there is none, no attempt is counted
    const wait = await ledger.begin(caller);
    if (wait > 0) throw throttled(wait);
    for (let attempt = 1; attempt <= MOST_REWRITES; attempt++) {
      const loaded = await this.#load(acceptOlder);
      const method = loaded.envelope.methods.find(({ kind }) => kind === 'password');
      if (method?.kind !== 'password') throw new RegistryError('UNSUPPORTED', 'this vault has no password');
      const { parameters, salt } = method;
      const kek = await this.#kdf({ ...parameters, salt, password }, { signal, onProgress });
      try {
        if ((await place.generation()) !== loaded.envelope.generation) continue;
        const dataKey = unwrapDataKey(loaded.envelope, 'password', kek);
        if (dataKey === undefined) throw new RegistryError('WRONG_PASSWORD', 'this password does not open the vault');
        await ledger.succeeded(caller);
        return { ...loaded, dataKey };
      } finally {
        kek.fill(0);
      }
    }
    throw new RegistryError('CONFLICT', 'others change the vault all the time', { hint: 'try again' });
  }

  async #tryOs(acceptOlder: boolean): Promise<Unlocked> {
    const loaded = await this.#load(acceptOlder);
    return { ...loaded, dataKey: await this.#os.dataKey(loaded.envelope) };
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
    } catch (error) {
      run.signal.throwIfAborted();
      if (hasCode(error, 'LOCKED')) throw error; // it has another password by now
      return vault;
    }
  }
}

/**
 * At random, so that a vault that is made where another was removed is not taken for that one by whoever knows its generation: below 2⁴⁸, which leaves
 * enough to count on.
 */
const firstGeneration = (): bigint => 1n + (new DataView(randomSecret(8).buffer).getBigUint64(0) >> 16n);

const vaultStands = (): RegistryError => new RegistryError('CONFLICT', 'there is a vault in this storage', { hint: 'unlock it, or name another storage' });

export const noVault = (): RegistryError => new RegistryError('STORAGE', 'there is no vault in this storage', { retryable: false, hint: 'create one, or name the storage it is in' });

const throttled = (wait: number): RegistryError =>
  new RegistryError('THROTTLED', `the password was wrong too often: the next one is tried in ${Math.ceil(wait / 1000)} s`, { hint: 'wait, and then try again' });
