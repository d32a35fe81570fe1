import { invalidInput } from '../error.ts';
import { hasMethods, isApiKey, LONGEST_TIMER, takeRecord } from '../input.ts';
import type { Generation } from '../registry/wire/index.ts';
import { SECTOR_BYTES } from '../skylink/index.ts';
import type { UpdateBus } from './bus.ts';
import type { FileStore } from './files/index.ts';
import { DEFAULT_LIMITS, type PortalLimits } from './limits.ts';
import type { EntryStore } from './store/entry-store.ts';

export interface PortalOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** The address to listen at. Default 127.0.0.1; 0.0.0.0 for all. */
  readonly host?: string;
  /** A directory for the embedded store, made if absent; or `memory`, the default, which forgets. */
  readonly data?: string;
  /** A store of your own instead of {@link data}. It stays yours: closing the portal does not close it. */
  readonly store?: EntryStore;
  /**
   * A store of your own for files; it stays yours, too. Default: in {@link data}, beside the entries. `false`, and the default where {@link store} is given: this portal
   * takes no files.
   */
  readonly files?: FileStore | false;
  /** What joins several portals of one store. Default: this process only. */
  readonly bus?: UpdateBus;
  readonly limits?: Partial<PortalLimits>;
  /** With it, every request must bring it: as `Skynet-Api-Key`, as a bearer token, or as the password of basic authentication. */
  readonly apiKey?: string;
  /** How WebSocket messages are shaped. Default B. */
  readonly generation?: Generation;
  /** What `Skynet-Portal-Api` names. Default: the URL it listens at. */
  readonly publicUrl?: string;
  /**
   * Whether one reverse proxy stands in front, whose `X-Forwarded-For` tells the client's address. Default false: anybody can write it. Then all who come through a proxy share
   * the limits of one address, and a warning (`UNTRUSTED_PROXY`) is emitted once.
   */
  readonly trustProxy?: boolean;
}

export interface CheckedOptions {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly store: EntryStore | undefined;
  readonly files: FileStore | false | undefined;
  readonly bus: UpdateBus | undefined;
  readonly limits: PortalLimits;
  readonly apiKey: string | undefined;
  readonly generation: Generation;
  readonly publicUrl: string | undefined;
  readonly trustProxy: boolean;
}

const KNOWN = ['port', 'host', 'data', 'store', 'files', 'bus', 'limits', 'apiKey', 'generation', 'publicUrl', 'trustProxy'] as const;

/** @throws RegistryError `INVALID_INPUT` naming the option, one that does not exist included */
export function takePortalOptions(value: unknown): CheckedOptions {
  const options = takeRecord(value, 'options', KNOWN);
  const { port = 0, host = '127.0.0.1', data, store, files, bus, limits = {}, apiKey, generation = 'B', publicUrl, trustProxy = false } = options;
  if (!isInteger(port, 0, 65_535)) throw invalidInput('options.port', 'an integer from 0 to 65535');
  if (!isText(host)) throw invalidInput('options.host', 'the name or address to listen at');
  if (data !== undefined && !isText(data)) throw invalidInput('options.data', "a directory's path, or 'memory'");
  if (store !== undefined && data !== undefined) throw invalidInput('options.data', 'absent where options.store is given');
  if (store !== undefined && !hasMethods(store, ['get', 'putIfNewer', 'close'])) throw invalidInput('options.store', 'an EntryStore');
  if (files !== undefined && files !== false && !hasMethods(files, ['get', 'put', 'close'])) throw invalidInput('options.files', 'a FileStore, or false');
  if (bus !== undefined && !hasMethods(bus, ['publish', 'subscribe'])) throw invalidInput('options.bus', 'an UpdateBus');
  if (apiKey !== undefined && !isApiKey(apiKey)) throw invalidInput('options.apiKey', 'one or more visible ASCII characters');
  if (generation !== 'A' && generation !== 'B') throw invalidInput('options.generation', "'A' or 'B'");
  if (publicUrl !== undefined && !isPublicUrl(publicUrl)) throw invalidInput('options.publicUrl', 'an http or https URL without a path');
  if (typeof trustProxy !== 'boolean') throw invalidInput('options.trustProxy', 'true or false');
  return {
    port,
    host,
    data: data ?? 'memory',
    store: store as EntryStore | undefined,
    files: (files ?? (store === undefined ? undefined : false)) as FileStore | false | undefined,
    bus: bus as UpdateBus | undefined,
    limits: takeLimits(limits),
    apiKey,
    generation,
    publicUrl: publicUrl?.replace(/\/$/, ''),
    trustProxy,
  };
}

const LIMITS = Object.keys(DEFAULT_LIMITS) as (keyof PortalLimits)[];

/** Where it is not what a timer can wait. */
const MOST: Readonly<Record<string, number>> = { fileBytes: SECTOR_BYTES, filesBytes: Number.MAX_SAFE_INTEGER };

function takeLimits(value: unknown): PortalLimits {
  const limits = takeRecord(value, 'options.limits', LIMITS);
  for (const [name, limit] of Object.entries(limits)) {
    const field = `options.limits.${name}`;
    if (limit === undefined) continue;
    if (typeof DEFAULT_LIMITS[name as keyof PortalLimits] === 'boolean') {
      if (typeof limit !== 'boolean') throw invalidInput(field, 'true or false');
    } else if (!isInteger(limit, 1, MOST[name] ?? LONGEST_TIMER)) throw invalidInput(field, `an integer from 1 to ${MOST[name] ?? LONGEST_TIMER}`);
  }
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined)) };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && !value.includes('\0');

const isInteger = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

function isPublicUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, pathname, search, hash, username } = new URL(value);
  return /^https?:$/.test(protocol) && pathname === '/' && search === '' && hash === '' && username === '';
}
