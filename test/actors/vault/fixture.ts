import { openVaultPlace } from '#vault-place';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { onTestFinished } from 'vitest';
import { makeVaultActor } from '../../../actors/vault/actor.ts';
import type { OsKeyring } from '../../../actors/vault/os-keyring.ts';
import type { PublicKey } from '../../../actors/vault/service.ts';
import { aborted, RegistryError } from '../../../src/error.ts';
import { mnemonicToKeyData, type KeyData } from '../../../src/keyring/index.ts';
import type { Kdf, KdfRequest } from '../../../src/keyring/vault/index.ts';
import { eventLoop, inlineChannel, spawnInline, type ActorLink } from '../../../src/link/index.ts';
import { DEFAULT_POLICY, type Policy } from '../../../src/policy.ts';
import type { Bytes } from '../../../src/registry/bytes.ts';
import { MemoryStorage, type StorageAdapter, type StorageConnection } from '../../../src/storage/index.ts';
import { StepClock } from '../../machines/step-clock.ts';

export const MNEMONIC = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
export const PASSWORD = 'correct horse battery staple';

/** Key data of the test mnemonic, with the same device key each time. */
export const KEY_DATA: KeyData = mnemonicToKeyData(MNEMONIC);

export const CHEAP = { vaultMemory: 19_456, vaultPasses: 2 } as const;

/** Stretches a password in no time, as far as a test lets it. */
export class FakeKdf {
  readonly requests: Omit<KdfRequest, 'password'>[] = [];
  /** While it is set, whatever is asked waits for it, or for its end. */
  gate: Promise<void> | undefined;
  #asked: (() => void)[] = [];

  readonly kdf: Kdf = async ({ password, salt, memory, passes }, { signal, onProgress }) => {
    this.requests.push({ salt, memory, passes });
    const key = sha256(concatBytes(password, salt, Uint8Array.of(passes), new Uint8Array(memory % 7)));
    for (const tell of this.#asked.splice(0)) tell();
    onProgress(0);
    const { gate } = this;
    if (gate !== undefined) {
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(aborted(signal.reason)));
        void gate.then(resolve);
      });
    }
    signal.throwIfAborted();
    onProgress(1);
    return key;
  };

  /** Holds up what is asked from now on. @returns what lets it go on */
  hold(): () => void {
    let open: (() => void) | undefined;
    this.gate = new Promise((resolve) => (open = resolve));
    return () => open?.();
  }

  /** Resolves when a password is being stretched. */
  get begun(): Promise<void> {
    return new Promise((resolve) => this.#asked.push(resolve));
  }
}

/** An operating system's keyring in memory. */
export class FakeOsKeyring implements OsKeyring {
  readonly secrets = new Map<string, Bytes>();
  isThere = true;

  async probe(): Promise<void> {
    if (!this.isThere) throw new RegistryError('UNSUPPORTED', 'there is no keyring here');
  }
  async load(id: Uint8Array): Promise<Bytes | undefined> {
    await this.probe();
    return this.secrets.get(String(id))?.slice();
  }
  async store(id: Uint8Array, secret: Uint8Array): Promise<void> {
    await this.probe();
    this.secrets.set(String(id), new Uint8Array(secret));
  }
  async remove(id: Uint8Array): Promise<void> {
    await this.probe();
    this.secrets.delete(String(id));
  }
}

/** What holds up whoever passes while it is shut. */
class Gate {
  #shut: Promise<void> | undefined;
  #open: () => void = () => {};
  #waiting: (() => void)[] = [];

  async passed(): Promise<void> {
    if (this.#shut === undefined) return;
    for (const tell of this.#waiting.splice(0)) tell();
    await this.#shut;
  }

  /** Resolves when somebody waits at it. */
  shut(): Promise<void> {
    this.#shut = new Promise((resolve) => (this.#open = resolve));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  open(): void {
    this.#shut = undefined;
    this.#open();
  }
}

/** A storage whose writes, or reads, wait while a test holds them back. */
export class HeldBackStorage implements StorageAdapter {
  readonly writes = new Gate();
  readonly reads = new Gate();
  /** What was opened. */
  readonly connections: StorageConnection[] = [];
  readonly #storage: StorageAdapter;

  constructor(storage: StorageAdapter) {
    this.#storage = storage;
  }

  async open(): Promise<StorageConnection> {
    const connection = await this.#storage.open();
    this.connections.push(connection);
    return {
      ...connection,
      update: async (changes) => {
        await this.writes.passed();
        return connection.update(changes);
      },
      getMany: async (keys) => {
        await this.reads.passed();
        return connection.getMany(keys);
      },
    };
  }
}

export interface VaultOptions {
  readonly storage?: StorageAdapter;
  readonly clock?: StepClock;
  readonly kdf?: FakeKdf;
  readonly osKeyring?: FakeOsKeyring;
  readonly policy?: Partial<Policy>;
}
export type VaultLink = ActorLink<ReturnType<typeof makeVaultActor>['definition']>;

/** A vault actor for the running test, on a storage that stands for a disk, in time that passes only when told to. */
export async function startVault({ storage = new MemoryStorage({ durable: true }), clock = new StepClock(), kdf = new FakeKdf(), osKeyring = new FakeOsKeyring(), policy = {} }: VaultOptions = {}) {
  const { definition, input } = makeVaultActor(
    { clock, kdf: kdf.kdf, openPlace: () => openVaultPlace(undefined, storage, clock), osKeyring, channel: () => inlineChannel(eventLoop) },
    { policy: { ...DEFAULT_POLICY, ...CHEAP, ...policy } },
  );
  const vault: VaultLink = await spawnInline(definition, { input, clock, scheduler: eventLoop, deadline: Infinity });
  onTestFinished(() => vault.stop());
  return { vault, storage, clock, kdf, osKeyring };
}

/** A vault that was made, by an actor that has it unlocked. */
export async function openVault(options: VaultOptions = {}) {
  const started = await startVault(options);
  await started.vault.call('create', { password: PASSWORD, keyData: KEY_DATA });
  return started;
}

/** A second actor on the storage of a first one, in a time of its own, as another tab has it. */
export const another = ({ storage }: Awaited<ReturnType<typeof startVault>>, options: VaultOptions = {}) => startVault({ storage, ...options });

export const stateOf = async (vault: VaultLink): Promise<unknown> => (await vault.snapshot()).value;

export const namesOf = (keys: readonly PublicKey[]): string[] => keys.map(({ name }) => name);
