import { invalidInput, RegistryError } from '../../error.ts';
import { takeEntryKey, takeSignedEntry, type EntryKey, type SignedEntry } from '../../registry/index.ts';
import { own } from '../own.ts';
import { takeReadEntry, takeWriteEntry } from './original.ts';
import { reasonOf } from './reason.ts';

/** What a query asks, without a secret, and in memory of its own; or why it asks nothing. */
export type Question =
  | { readonly kind: 'read'; readonly key: EntryKey; readonly style: 'registryRead' | 'readEntry' }
  | { readonly kind: 'write'; readonly entry: SignedEntry; readonly style: 'registryWrite' | 'writeEntry' }
  | { readonly kind: 'subscribe'; readonly key: EntryKey }
  | { readonly kind: 'no-op' }
  | { readonly kind: 'setPortals'; readonly portals: readonly string[] }
  | { readonly kind: 'fault'; readonly reason: string };

/** So many portals nobody has: a list of more is a mistake. */
const MOST_PORTALS = 100;

type Take = (data: unknown, isTrusted: () => boolean) => Question;

/** For each method what its input asks. What they throw is no question. */
const METHODS: ReadonlyMap<string, Take> = new Map<string, Take>([
  ['registryRead', (data) => ({ kind: 'read', key: takeKey(data), style: 'registryRead' })],
  ['registryWrite', (data) => ({ kind: 'write', entry: takeSignedEntry(own(data, ['pubkey', 'datakey', 'data', 'revision', 'signature', 'type']), 'data'), style: 'registryWrite' })],
  ['registrySubscribe', (data) => ({ kind: 'subscribe', key: takeKey(data) })],
  ['readEntry', (data) => ({ kind: 'read', key: takeReadEntry(data), style: 'readEntry' })],
  ['writeEntry', (data) => ({ kind: 'write', entry: takeWriteEntry(data), style: 'writeEntry' })],
  ['no-op', () => ({ kind: 'no-op' })],
  ['setPortals', (data, isTrusted) => {
    if (!isTrusted()) throw new RegistryError('FORBIDDEN', 'only a trusted domain may set portals');
    return { kind: 'setPortals', portals: takePortals(own(data, ['portals']).portals) };
  }],
]);

const ORIGINAL: ReadonlySet<string> = new Set(['readEntry', 'writeEntry']);

/**
 * What a query asks by its method and input. Never throws.
 * @param isTrusted whether the caller's domain may do more than use the registry
 */
export function questionOf({ method, data }: { readonly method: string; readonly data: unknown }, isTrusted: () => boolean): Question {
  const take = METHODS.get(method);
  if (take === undefined) return { kind: 'fault', reason: `unrecognized method '${method}'` };
  try {
    return take(data, isTrusted);
  } catch (error) {
    // The original methods' faults are told in the original's words alone.
    return { kind: 'fault', reason: ORIGINAL.has(method) && error instanceof RegistryError ? error.message : reasonOf('', error) };
  }
}

const takeKey = (data: unknown): EntryKey => takeEntryKey(own(data, ['pubkey', 'datakey']), 'data');

function takePortals(value: unknown): readonly string[] {
  const portals: readonly unknown[] = Array.isArray(value) && value.length <= MOST_PORTALS ? [...(value as unknown[])] : [];
  if (portals.length > 0 && portals.every((portal) => typeof portal === 'string')) return portals;
  throw invalidInput('data.portals', `a list of 1 to ${MOST_PORTALS} URLs`);
}
