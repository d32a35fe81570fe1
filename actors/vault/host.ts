import { BehaviorSubject, type Observable } from 'rxjs';
import type { VaultEvent, VaultStanding, WorkCommand } from '../../machines/vault.ts';
import { hasCode, RegistryError } from '../../src/error.ts';
import { Keyring, type KeyData } from '../../src/keyring/index.ts';
import type { KdfParameters } from '../../src/keyring/vault/index.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import type { SignedEntry } from '../../src/registry/index.ts';
import { OWNER } from '../../src/storage/vault/index.ts';
import { HeldKeys, publicKeysOf } from './held.ts';
import type { Change, Opened } from './opened.ts';
import { noVault, Safe, type Proof } from './safe.ts';
import { checkRealm } from './realm.ts';
import type { PublicKey } from './service.ts';
import { signBy, type CheckedRequest } from './signing.ts';
import { Tasks, type TaskKind, type TaskRun } from './tasks.ts';
import { keepVigil } from './vigil.ts';
import type { VaultWorld } from './world.ts';

export interface VaultRules extends KdfParameters {
  /** How long the keys may lie unused, in milliseconds. */
  readonly idle: number;
}

/** Whoever asks for something, and until when. */
export interface Asking {
  /** Attempts to unlock are counted for each caller. */
  readonly caller: string;
  readonly signal: AbortSignal;
}

/** The vault's own asking, which nobody gives up. */
const OWN: Asking = { caller: OWNER, signal: new AbortController().signal };

/** A vault at work: its tasks, one after the other, and the keys at hand while it is unlocked. */
export class VaultHost {
  readonly #world: VaultWorld;
  readonly #rules: VaultRules;
  readonly #tasks = new Tasks((kind, task) => this.#send({ type: kind, task }));
  readonly #publicKeys = new BehaviorSubject<readonly PublicKey[] | undefined>(undefined);
  #safe: Safe | undefined;
  #held: HeldKeys | undefined;
  #lastUse = 0;
  #stands: VaultStanding['stands'] = 'unknown';
  #wait = 0;
  /** Why nothing is done any more. */
  #refusal: RegistryError | undefined;
  #send: (event: VaultEvent) => void = () => {};

  constructor(world: VaultWorld, rules: VaultRules) {
    this.#world = world;
    this.#rules = rules;
  }

  /** @param send gives the machine an event, which may come back as a command in the same turn */
  attach(send: (event: VaultEvent) => void): void {
    this.#send = send;
  }

  /** Does what the machine's `work` is told. */
  receive(command: WorkCommand, sendBack: (event: VaultEvent) => void): void {
    const end = (): void => sendBack({ type: 'ENDED', stands: this.#stands, isOpen: this.#held !== undefined, wait: this.#wait });
    switch (command.type) {
      case 'LOOK':
        void this.#lookFirst(end);
        return;
      case 'BEGIN':
        void this.#tasks.perform(command.task, (ratio) => sendBack({ type: 'PROGRESS', ratio }), end);
        return;
      case 'ABORT':
        this.#tasks.abort(locked('the vault was locked meanwhile'));
        return;
      case 'FORGET':
        this.#hold(undefined);
    }
  }

  /** Keeps watch while the vault is unlocked. @returns what ends it */
  keepVigil(sendBack: (event: VaultEvent) => void): () => void {
    return keepVigil({
      clock: this.#world.clock,
      idle: this.#rules.idle,
      lastUse: () => this.#lastUse,
      onIdle: () => sendBack({ type: 'IDLE' }),
      onWoke: () => sendBack({ type: 'WOKE' }),
      onLook: () => void this.#followOthers().catch(() => {}), // what cannot be read now is looked at again
    });
  }

  /** What everybody may know of the keys at hand; undefined while there are none. */
  get publicKeys$(): Observable<readonly PublicKey[] | undefined> {
    return this.#publicKeys;
  }

  /** @throws RegistryError `LOCKED`; `STORAGE` if there is no vault */
  keys(isShown?: (name: string) => boolean): readonly PublicKey[] {
    return publicKeysOf(this.#heldKeys().keyring, isShown);
  }

  /** @throws RegistryError `LOCKED`, `UNKNOWN_KEY`, and as {@link signBy} */
  async sign(request: CheckedRequest): Promise<SignedEntry | Uint8Array> {
    const { signer, public: key } = this.#heldKeys().keyring.get(request.key as string);
    if (request.public !== undefined && request.public !== key) {
      throw new RegistryError('UNKNOWN_KEY', 'the key of that name is another one by now', { field: 'request.public', hint: 'ask for its signer again' });
    }
    this.#lastUse = this.#world.clock.now();
    return signBy(signer, request);
  }

  /** Wipes the keys at hand, and gives up what is being done. Those are wiped when it returns. */
  lock(): void {
    this.#send({ type: 'LOCK' });
  }

  /** @throws RegistryError `CONFLICT`, `STORAGE`, `THROTTLED`, `ABORTED`, `LOCKED` if it was locked meanwhile */
  create(password: Bytes, keyData: KeyData, { isEphemeral, isReplacing }: { readonly isEphemeral: boolean; readonly isReplacing: boolean }, asking: Asking): Promise<readonly PublicKey[]> {
    return this.#task('CREATE', asking, async (safe, run) => {
      if (!safe.isDurable && !isEphemeral) {
        throw new RegistryError('STORAGE', 'this storage keeps nothing: the keys would be lost with this process', { retryable: false, hint: 'name a storage that lasts, or say `ephemeral: true`' });
      }
      const vault = await safe.create(password, keyData, { isReplacing, caller: asking.caller }, run);
      return () => this.#take(vault, run);
    });
  }

  /** @throws RegistryError `WRONG_PASSWORD`, `THROTTLED`, `STORAGE`, `UNSUPPORTED`, `ABORTED`, `LOCKED` if it was locked meanwhile */
  unlock(proof: Proof, acceptOlder: boolean, asking: Asking): Promise<readonly PublicKey[]> {
    return this.#task('UNLOCK', asking, async (safe, run) => {
      const vault = await safe.open(proof, { caller: asking.caller, acceptOlder }, run);
      return () => this.#take(vault, run);
    });
  }

  /**
   * Does what needs the password anew. A vault that is locked stays so.
   * @param run resolves with what ends it, for which the vault's data key is still there
   */
  prove<T>(password: Bytes, asking: Asking, run: (safe: Safe, vault: Opened, run: TaskRun) => Promise<() => T>): Promise<T> {
    return this.#task('PROVE', asking, async (safe, context) => {
      const vault = await safe.open({ password }, { caller: asking.caller, acceptOlder: false }, context);
      return wipingAfter(vault.dataKey, () => run(safe, vault, context));
    });
  }

  /** Changes the stored vault with the keys at hand. */
  change(asking: Asking, change: (vault: Opened) => Change): Promise<readonly PublicKey[]> {
    return this.#task('CHANGE', asking, async (safe, { signal }) => {
      const dataKey = this.#heldKeys().takeDataKey();
      return wipingAfter(dataKey, async () => {
        const stored = await safe.rewrite(dataKey, change, signal);
        return () => this.renew(stored);
      });
    });
  }

  /** Has the keys at hand be those that are stored now. Where none are, because the vault was locked meanwhile, none come to hand. */
  renew(stored: Opened): readonly PublicKey[] {
    if (this.#held !== undefined) this.#hold(stored);
    this.#lastUse = this.#world.clock.now();
    const keyring = new Keyring(stored.keyData);
    const keys = publicKeysOf(keyring);
    keyring.wipe();
    return keys;
  }

  /** Wipes the keys at hand: what was stored is gone. */
  forget(): void {
    this.#hold(undefined);
  }

  /** Wipes the keys at hand, gives up what is being done, takes no more, and lets go of the storage. */
  async close(): Promise<void> {
    this.#refusal ??= new RegistryError('CLOSED', 'this vault was closed');
    const tasks = this.#tasks.close(this.#refusal);
    this.#hold(undefined);
    await tasks;
    await this.#forsake();
  }

  async #lookFirst(end: () => void): Promise<void> {
    await this.#look();
    end();
    this.#tasks.start();
  }

  /** @param run resolves with what ends the task: only then do keys come to hand, in the turn in which the machine learns that they have */
  #task<T>(kind: TaskKind, asking: Asking, run: (safe: Safe, run: TaskRun) => Promise<() => T>): Promise<T> {
    return this.#tasks.add({
      ...asking,
      kind,
      check: kind === 'CHANGE' ? () => void this.#heldKeys() : undefined,
      run: async (context) => {
        this.#wait = 0;
        try {
          checkRealm();
          return await run(await this.#opened(), context);
        } catch (error) {
          if (hasCode(error, 'WRONG_PASSWORD', 'THROTTLED')) this.#wait = await this.#waitOf(asking.caller);
          // The keys at hand open nothing any more.
          if (hasCode(error, 'LOCKED')) this.#hold(undefined);
          throw error;
        } finally {
          await this.#look();
        }
      },
    });
  }

  /** The storage is opened when it is first needed; one that could not be is tried again. */
  async #opened(): Promise<Safe> {
    this.#safe ??= new Safe(await this.#world.openPlace(), this.#world, this.#rules);
    return this.#safe;
  }

  /** Never rejects: what cannot be read is `unknown`. */
  async #look(): Promise<void> {
    try {
      this.#stands = (await (await this.#opened()).generation()) === undefined ? 'nothing' : 'vault';
    } catch (error) {
      this.#stands = 'unknown'; // whoever asks for something is told why
      // A connection that has ended, as a browser may end it, does not come back.
      if (hasCode(error, 'STORAGE') && error.retryable) await this.#forsake();
    }
  }

  async #forsake(): Promise<void> {
    const safe = this.#safe;
    this.#safe = undefined;
    await safe?.close().catch(() => {}); // it may have ended by itself
  }

  async #waitOf(caller: string): Promise<number> {
    return this.#safe === undefined ? 0 : this.#safe.wait(caller).catch(() => 0);
  }

  /** Another tab or process may have changed the vault: what it stored is taken in; where it has another password, or is gone, this one is locked. */
  async #followOthers(): Promise<void> {
    const generation = await this.#safe?.generation();
    if (this.#held === undefined || this.#held.generation === generation) return;
    await this.#task('CHANGE', OWN, async (safe) => {
      if (generation === undefined) return () => this.#hold(undefined);
      const dataKey = this.#heldKeys().takeDataKey();
      return wipingAfter(dataKey, async () => {
        const stored = await safe.reopen(dataKey);
        return () => {
          if (this.#held !== undefined) this.#hold(stored);
        };
      });
    });
  }

  /** Takes in hand what was opened. Locked while it was being opened: too late to give it up, not to forget it. */
  #take(vault: Opened, { signal }: TaskRun): readonly PublicKey[] {
    try {
      signal.throwIfAborted();
      this.#hold(vault);
      this.#lastUse = this.#world.clock.now();
      return this.keys();
    } finally {
      vault.dataKey.fill(0);
    }
  }

  /** Takes keys in hand in the place of those that were, which are wiped. */
  #hold(vault: Opened | undefined): void {
    const before = this.#held;
    this.#held = vault && new HeldKeys(vault);
    before?.wipe();
    if (before !== undefined || vault !== undefined) this.#publicKeys.next(this.#held && publicKeysOf(this.#held.keyring));
  }

  get #isIdle(): boolean {
    const unused = this.#world.clock.now() - this.#lastUse;
    return unused >= this.#rules.idle || unused < 0;
  }

  #heldKeys(): HeldKeys {
    // A machine that wakes may bring what was asked of it before the vigil's timer.
    if (this.#held !== undefined && this.#isIdle) this.#send({ type: 'IDLE' });
    if (this.#held !== undefined) return this.#held;
    throw this.#refusal ?? (this.#stands === 'nothing' ? noVault() : locked('the vault is locked'));
  }
}

/** Wipes a data key when what it is for has ended. */
async function wipingAfter<T>(dataKey: Bytes, use: () => Promise<() => T>): Promise<() => T> {
  try {
    const end = await use();
    return () => {
      try {
        return end();
      } finally {
        dataKey.fill(0);
      }
    };
  } catch (error) {
    dataKey.fill(0);
    throw error;
  }
}

const locked = (message: string): RegistryError => new RegistryError('LOCKED', message, { hint: 'unlock it' });
