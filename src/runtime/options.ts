import { invalidInput } from '../error.ts';
import { isApiKey, takeRecord } from '../input.ts';
import { takePortalUrl } from '../portal-url.ts';
import { takePolicy, type Policy } from '../policy.ts';
import type { ActorHost, ActorName } from './hosting.ts';

/** Where floors, and the vault, are kept. */
export type StorageOption = 'memory' | 'persistent' | { readonly path: string };

export interface RuntimeOptions {
  /** One or more portals, in order of preference: `http:` or `https:` URLs. In browsers a key is sent over HTTP only. */
  readonly portals: readonly (string | { readonly url: string; readonly apiKey?: string | undefined })[];
  /** Default: in a browser `persistent` (IndexedDB), in Node `memory`. `persistent` in Node: the user's state directory. */
  readonly storage?: StorageOption | undefined;
  /** Where the actors run. Default `dedicated`: a worker each. `inline()` of `secure-registry/inline`, or what starts workers itself. */
  readonly workers?: 'dedicated' | ActorHost | ((actor: ActorName) => Worker) | undefined;
  readonly policy?: Partial<Policy> | undefined;
  /** Aborting it closes the runtime. */
  readonly signal?: AbortSignal | undefined;
}

/** What a vault without a runtime is opened with. */
export type VaultOptions = Omit<RuntimeOptions, 'portals'>;

/** Options whose shape was checked. */
export interface CheckedOptions {
  readonly portals: readonly { readonly url: string; readonly apiKey: string | undefined }[];
  readonly storage: StorageOption | undefined;
  readonly workers: 'dedicated' | ActorHost | ((actor: ActorName) => Worker);
  readonly policy: Policy;
  readonly signal: AbortSignal | undefined;
}

/** @throws RegistryError `INVALID_INPUT` */
export function takeOptions(value: unknown): CheckedOptions {
  if (value === undefined) throw invalidInput('options', 'an object with portals');
  const options = takeRecord(value, 'options', ['portals', 'storage', 'workers', 'policy', 'signal']);
  const { storage, workers, signal } = options;
  const portals = takePortals(options.portals);
  const policy = takePolicy(options.policy);
  const { updatePortal } = policy;
  if (updatePortal !== undefined && !portals.some(({ url }) => url === updatePortal)) throw invalidInput('options.policy.updatePortal', 'one of options.portals');
  return {
    portals,
    storage: takeStorage(storage),
    workers: takeWorkers(workers),
    policy,
    signal: takeSignal(signal, 'options.signal'),
  };
}

/** @throws RegistryError `INVALID_INPUT` */
export function takeVaultOptions(value: unknown): CheckedOptions {
  const { storage, workers, policy, signal } = takeRecord(value, 'options', ['storage', 'workers', 'policy', 'signal']);
  return { portals: [], storage: takeStorage(storage), workers: takeWorkers(workers), policy: takePolicy(policy), signal: takeSignal(signal, 'options.signal') };
}

function takePortals(value: unknown): CheckedOptions['portals'] {
  if (!Array.isArray(value) || value.length === 0) throw invalidInput('options.portals', 'a list of one or more portal URLs');
  const portals = value.map((portal: unknown, i) => takePortal(portal, `options.portals[${i}]`));
  const urls = portals.map(({ url }) => url);
  const twice = urls.findIndex((url, i) => urls.indexOf(url) !== i);
  if (twice >= 0) throw invalidInput(`options.portals[${twice}]`, 'another portal than the ones before it');
  return portals;
}

function takePortal(value: unknown, field: string): CheckedOptions['portals'][number] {
  if (typeof value === 'string') return { url: takePortalUrl(value, field), apiKey: undefined };
  if (typeof value !== 'object' || value === null) throw invalidInput(field, 'a URL, or an object with url and apiKey');
  const { url, apiKey } = takeRecord(value, field, ['url', 'apiKey']);
  if (apiKey !== undefined && !isApiKey(apiKey)) throw invalidInput(`${field}.apiKey`, 'visible ASCII');
  return { url: takePortalUrl(url, `${field}.url`), apiKey };
}

function takeStorage(value: unknown): StorageOption | undefined {
  if (value === undefined || value === 'memory' || value === 'persistent') return value;
  const expected = "'memory', 'persistent' or an object with a path";
  if (typeof value !== 'object' || value === null) throw invalidInput('options.storage', expected);
  const { path } = takeRecord(value, 'options.storage', ['path']);
  if (typeof path !== 'string' || path === '') throw invalidInput('options.storage.path', 'the path of a folder');
  return { path };
}

function takeWorkers(value: unknown): CheckedOptions['workers'] {
  if (value === undefined || value === 'dedicated') return 'dedicated';
  if (typeof value === 'function') return value as (actor: ActorName) => Worker;
  if (typeof value === 'object' && value !== null && typeof (value as Partial<ActorHost>).spawn === 'function') return value as ActorHost;
  throw invalidInput('options.workers', "'dedicated', inline(), or a function that starts a worker");
}

/** @throws RegistryError `INVALID_INPUT` */
export function takeSignal(value: unknown, field: string): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value;
  throw invalidInput(field, 'an AbortSignal');
}
