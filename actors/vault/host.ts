import { BehaviorSubject, type Observable } from 'rxjs';
import type { VaultEvent, VaultStanding, WorkCommand } from '../../machines/vault.ts';
import { hasCode, RegistryError } from '../../src/error.ts';
import { Keyring, type KeyData } from '../../src/keyring/index.ts';
import type { KdfParameters } from '../../src/keyring/vault/index.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import type { SignedEntry } from '../../src/registry/index.ts';
import { HeldKeys, publicKeysOf } from './held.ts';
import { noVault, Safe, type Change, type Opened, type Proof } from './safe.ts';
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
const OWN: Asking = { caller: 'vigil', signal: new AbortController().signal };

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
        void this.#perform(command.task, sendBack, end);
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
    const { signer } = this.#heldKeys().keyring.get(request.key as string);
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
      return this.#take(await safe.create(password, keyData, { isReplacing, caller: asking.caller }, run), run);
    });
  }

  /** @throws RegistryError `WRONG_PASSWORD`, `THROTTLED`, `STORAGE`, `UNSUPPORTED`, `ABORTED`, `LOCKED` if it was locked meanwhile */
  unlock(proof: Proof, acceptOlder: boolean, asking: Asking): Promise<readonly PublicKey[]> {
    return this.#task('UNLOCK', asking, async (safe, run) => this.#take(await safe.open(proof, { caller: asking.caller, acceptOlder }, run), run));
  }

  /** Does what needs the password anew. A vault that is locked stays so. */
  prove<T>(password: Bytes, asking: Asking, run: (safe: Safe, vault: Opened, run: TaskRun) => Promise<T>): Promise<T> {
    return this.#task('PROVE', asking, async (safe, context) => {
      const vault = await safe.open({ password }, { caller: asking.caller, acceptOlder: false }, context);
      try {
        return await run(safe, vault, context);
      } finally {
        vault.dataKey.fill(0);
      }
    });
  }

  /** Changes the stored vault with the keys at hand. */
  change(asking: Asking, change: (vault: Opened) => Change): Promise<readonly PublicKey[]> {
    return this.#task('CHANGE', asking, async (safe, { signal }) => {
      const dataKey = this.#heldKeys().takeDataKey();
      try {
        return this.renew(await safe.rewrite(dataKey, change, signal));
      } finally {
        dataKey.fill(0);
      }
    });
  }

  /** Has the keys at hand be those that are stored now. Where none are, because the vault was locked meanwhile, none come to hand. */
  renew(stored: Opened): readonly PublicKey[] {
    if (this.#held !== undefined) this.#hold(stored);
    const keyring = new Keyring(stored.keyData);
    const keys = publicKeysOf(keyring);
    keyring.wipe();
    return keys;
  }

  /** Wipes the keys at hand: what was stored is gone. */
  forget(): void {
    this.#hold(undefined);
  }

  async #lookFirst(end: () => void): Promise<void> {
    await this.#look();
    end();
    this.#tasks.start();
  }

  /** Whoever asked is told once the machine knows how things stand. */
  async #perform(task: number, sendBack: (event: VaultEvent) => void, end: () => void): Promise<void> {
    const settle = await this.#tasks.perform(task, (ratio) => sendBack({ type: 'PROGRESS', ratio }));
    end();
    settle();
  }

  #task<T>(kind: TaskKind, asking: Asking, run: (safe: Safe, run: TaskRun) => Promise<T>): Promise<T> {
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
          if (hasCode(error, 'WRONG_PASSWORD', 'THROTTLED')) this.#wait = (await this.#safe?.wait(asking.caller)) ?? 0;
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
    } catch {
      this.#stands = 'unknown'; // whoever asks for something is told why
    }
  }

  /** Another tab or process may have changed the vault: what it stored is taken in; where it has another password, or is gone, this one is locked. */
  async #followOthers(): Promise<void> {
    const generation = await this.#safe?.generation();
    if (this.#held === undefined || this.#held.generation === generation) return;
    await this.#task('CHANGE', OWN, async (safe) => {
      if (generation === undefined) return this.#hold(undefined);
      const dataKey = this.#heldKeys().takeDataKey();
      try {
        const stored = await safe.reopen(dataKey);
        if (this.#held !== undefined) this.#hold(stored);
      } finally {
        dataKey.fill(0);
      }
    });
  }

  /** Takes in hand what was opened. Locked while it was being opened: too late to give it up, not to forget it. */
  #take(vault: Opened, { signal }: TaskRun): readonly PublicKey[] {
    try {
      signal.throwIfAborted();
      this.#hold(vault);
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
    this.#lastUse = this.#world.clock.now();
    if (before !== undefined || vault !== undefined) this.#publicKeys.next(this.#held && publicKeysOf(this.#held.keyring));
  }

  #heldKeys(): HeldKeys {
    if (this.#held !== undefined) return this.#held;
    throw this.#stands === 'nothing' ? noVault() : locked('the vault is locked');
  }
}

const locked = (message: string): RegistryError => new RegistryError('LOCKED', message, { hint: 'unlock it' });
