import { bytesToHex } from '@noble/hashes/utils.js';
import { RegistryError } from '../error.ts';
import { hashDatakey, takeEntryKey, type EntryKey } from '../registry/index.ts';
import { bytesFromHex } from '../registry/wire/index.ts';
import { createRuntime, type Runtime } from '../runtime.ts';
import { UsageError } from './command.ts';
import { stateDirectory } from './state-directory.ts';

/** Options of every command that talks to portals about an entry. */
export const ENTRY_OPTIONS = {
  portal: { type: 'string', multiple: true, help: 'a portal; say it again for more, in order of preference' },
  name: { type: 'boolean', help: 'DATAKEY is a name, which is hashed, in place of 64 hex digits' },
  state: { type: 'string', help: "where the newest entries seen are kept, so that none older is believed (default: in the user's state directory)" },
  json: { type: 'boolean', help: 'JSON in place of text; bytes are hex, revisions decimal strings' },
} as const;

/** `ed25519:` and 64 hex digits, or the digits alone. */
function pubkeyArgument(text: string): Uint8Array {
  const pubkey = bytesFromHex(text.replace(/^ed25519:/, ''), 32);
  if (pubkey === undefined) throw new UsageError('PUBKEY must be 64 hex digits, with or without ed25519: before them');
  return pubkey;
}

export function datakeyArgument(text: string, isName: boolean): Uint8Array {
  if (isName) return hashDatakey(text);
  const datakey = bytesFromHex(text, 32);
  if (datakey === undefined) throw new UsageError('DATAKEY must be 64 hex digits; --name takes a name');
  return datakey;
}

export function keyArguments(pubkey: string, datakey: string, isName: boolean): EntryKey {
  return takeEntryKey({ pubkey: pubkeyArgument(pubkey), datakey: datakeyArgument(datakey, isName) });
}

/** Starts a runtime for a command, gives it to `use`, and closes it whatever happens. */
export async function withRuntime<T>({ portal: portals = [], state = stateDirectory('floors') }: { portal?: string[] | undefined; state?: string | undefined }, use: (runtime: Runtime) => Promise<T>): Promise<T> {
  if (portals.length === 0) throw new UsageError('--portal is missing: there is no portal that everybody uses');
  if (state === '') throw new UsageError('--state must be a folder');
  const runtime = await startRuntime(portals, state);
  try {
    return await use(runtime);
  } finally {
    await runtime.close();
  }
}

async function startRuntime(portals: readonly string[], path: string): Promise<Runtime> {
  try {
    return await createRuntime({ portals, storage: { path } });
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'INVALID_INPUT') throw new UsageError(error.message.replace(/^options\.portals\[\d+\]/, '--portal'));
    throw error;
  }
}

/** Says on stderr what is being waited for, once it takes longer than a second. */
export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => console.error(`${what} …`), 1_000);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** Data as text where it is text that shows, else undefined. */
export function readableText(data: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
    // Nothing that a terminal would obey, nor what turns text around.
    return /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

export const hex = bytesToHex;
