import { randomBytes } from 'node:crypto';
import { bytesToHex } from '@noble/hashes/utils.js';
import { RegistryError } from '../../src/error.ts';
import { equalBytes, takeBytes, type Bytes } from '../../src/registry/bytes.ts';
import { osKeyringMissing, type OsKeyring } from './os-keyring.ts';

/** Of `@napi-rs/keyring`, which is optional, what is used. */
export interface KeyringModule {
  readonly AsyncEntry: new (service: string, account: string, options: { readonly linux: { readonly store: 'secret-service' } }) => KeyringEntry;
}
interface KeyringEntry {
  setSecret(secret: Uint8Array): Promise<void>;
  /** An array of numbers. Null where there is none; some failures of the keyring look the same. */
  getSecret(): Promise<readonly number[] | Uint8Array | null>;
  deleteCredential(): Promise<boolean>;
}

const SERVICE = 'secure-registry vault';
const ID_BYTES = 16;
const SECRET_BYTES = 32;
/** Left to itself, it would turn to the kernel's keyring, which forgets with every restart of the machine. */
const OPTIONS = { linux: { store: 'secret-service' } } as const;

const HINT_INSTALL = 'Install @napi-rs/keyring beside secure-registry, or unlock with the password.';
const HINT_UNLOCK = 'Log in to a desktop session whose keyring is unlocked (on Linux: one with a Secret Service), or unlock with the password.';

const importModule = (): Promise<KeyringModule> => import('@napi-rs/keyring');

/** The keyring of this machine, by `@napi-rs/keyring`. It is not loaded before it is needed. */
export function openOsKeyring(load: () => Promise<KeyringModule> = importModule): OsKeyring {
  let loading: Promise<KeyringModule> | undefined;

  async function entryOf(account: string): Promise<KeyringEntry> {
    loading ??= load();
    const { AsyncEntry } = await loading.catch((cause: unknown) => {
      loading = undefined;
      throw osKeyringMissing(HINT_INSTALL, cause);
    });
    return attempt(async () => new AsyncEntry(SERVICE, account, OPTIONS));
  }

  async function probe(): Promise<void> {
    const entry = await entryOf(`probe ${randomBytes(ID_BYTES).toString('hex')}`);
    const nonce = new Uint8Array(randomBytes(SECRET_BYTES));
    await put(entry, nonce);
    const isRemoved = await attempt(() => entry.deleteCredential());
    if (!isRemoved || (await secretOf(entry)) !== undefined) throw osKeyringMissing(HINT_UNLOCK);
  }

  return {
    probe,

    async load(id) {
      const secret = await secretOf(await entryOf(accountOf(id)));
      // A keyring that is locked, or not there, may say the same: only one that works is believed.
      if (secret === undefined) await probe();
      return secret;
    },

    async store(id, secret) {
      const account = accountOf(id);
      const own = takeBytes(secret, 'secret', SECRET_BYTES);
      try {
        await put(await entryOf(account), own);
      } finally {
        own.fill(0);
      }
    },

    async remove(id) {
      const entry = await entryOf(accountOf(id));
      const isRemoved = await attempt(() => entry.deleteCredential());
      if (!isRemoved) await probe();
      if ((await secretOf(entry)) !== undefined) throw osKeyringMissing(HINT_UNLOCK);
    },
  };
}

const accountOf = (id: Uint8Array): string => bytesToHex(takeBytes(id, 'id', ID_BYTES));

/** Writes a secret and believes it only once it was read back. */
async function put(entry: KeyringEntry, secret: Bytes): Promise<void> {
  await attempt(() => entry.setSecret(secret));
  const found = await secretOf(entry);
  const isThere = found !== undefined && equalBytes(found, secret);
  found?.fill(0);
  if (!isThere) throw osKeyringMissing(HINT_UNLOCK);
}

/** The secret as bytes of ours; the ones that it came in are wiped. Undefined where there is none. */
async function secretOf(entry: KeyringEntry): Promise<Bytes | undefined> {
  const found = await attempt(() => entry.getSecret());
  if (found === null || found === undefined) return undefined;
  const secret = Uint8Array.from(found);
  if (Array.isArray(found) || found instanceof Uint8Array) found.fill(0);
  if (secret.length !== SECRET_BYTES) throw osKeyringMissing('What it holds for this vault was put there by another program: remove it, or unlock with the password.');
  return secret;
}

async function attempt<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw cause instanceof RegistryError ? cause : osKeyringMissing(HINT_UNLOCK, cause);
  }
}
