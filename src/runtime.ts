import { workerSource } from '#worker-source';
import { aborted } from './error.ts';
import { dedicatedHost } from './runtime/dedicated.ts';
import type { ActorHost } from './runtime/hosting.ts';
import { takeOptions, takeVaultOptions, type CheckedOptions, type RuntimeOptions, type VaultOptions } from './runtime/options.ts';
import { Runtime } from './runtime/runtime.ts';
import { Supervisor } from './runtime/supervisor.ts';
import { vaultHandle, type OwnVault } from './runtime/vault.ts';

export type { AbsentResult, FoundResult, ReadResult } from '../actors/entries/result.ts';
export type { ConnectionFailure } from '../machines/connection.ts';
export type { Offence } from '../machines/portal.ts';
export type { EntryHandle, WriteResult } from './runtime/entry-handle.ts';
export type { ActorHandle, ActorHandles } from './runtime/handles.ts';
export type { ActorHost, ActorName } from './runtime/hosting.ts';
export type { RuntimeOptions, StorageOption, VaultOptions } from './runtime/options.ts';
export type { PortalView } from './runtime/portal-view.ts';
export type { EntryUpdate, ReadOptions, UpdatedData, UpdateOptions, UpdateRequest, WatchOptions, WriteOptions } from './runtime/requests.ts';
export type { OwnVault, VaultCallOptions, VaultHandle, VaultState } from './runtime/vault.ts';
export type { Runtime } from './runtime/runtime.ts';

/**
 * Starts a runtime. Resolves when its actors have shaken hands, not when a portal answers: portals that are down are no error here.
 * @throws RegistryError `INVALID_INPUT`, `ABORTED`; `WORKER_GONE`, `TIMEOUT` or `UNSUPPORTED` if a worker does not start, or is of another version
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const checked = takeOptions(options);
  refuseAborted(checked);
  const host = hostOf(checked);
  const supervisor = new Supervisor(host, checked);
  await supervisor.start();
  if (checked.signal?.aborted === true) await supervisor.close();
  refuseAborted(checked);
  return new Runtime(supervisor, checked, host);
}

/**
 * Opens a vault without a runtime: for programs that sign and talk to no portal.
 * @throws RegistryError `INVALID_INPUT`, `ABORTED`
 */
export async function openVault(options: VaultOptions): Promise<OwnVault> {
  const checked = takeVaultOptions(options);
  refuseAborted(checked);
  const host = hostOf(checked);
  const supervisor = new Supervisor(host, checked);
  const close = (): Promise<void> => {
    checked.signal?.removeEventListener('abort', onAbort);
    return supervisor.close();
  };
  const onAbort = (): void => void close();
  checked.signal?.addEventListener('abort', onAbort);
  return { ...vaultHandle(supervisor, host.clock), close, [Symbol.asyncDispose]: close };
}

function refuseAborted({ signal }: CheckedOptions): void {
  if (signal?.aborted === true) throw aborted();
}

function hostOf({ workers }: CheckedOptions): ActorHost {
  if (workers === 'dedicated') return dedicatedHost(workerSource);
  if (typeof workers === 'function') return dedicatedHost((actor) => () => workers(actor));
  return workers;
}
