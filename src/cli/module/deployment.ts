import { hasCode, RegistryError } from '../../error.ts';
import type { EntryKeys } from '../../kernel/deployment/module-keys.ts';
import { loadModule } from '../../kernel/deployment/module-link.ts';
import { originsOf } from '../../portal-url.ts';
import { equalBytes } from '../../registry/bytes.ts';
import { entryId, MAX_REVISION, signEntry, type EntryKey, type SignedEntry } from '../../registry/index.ts';
import type { Runtime } from '../../runtime.ts';
import { formatSkylink, packSkylink, type FileLink, type ResolverLink, type Skylink } from '../../skylink/index.ts';
import { realClock } from '../../world.ts';
import { UsageError } from '../command.ts';
import { withProgress, withRuntime } from '../entry-arguments.ts';
import type { Bundle } from './bundle.ts';
import { uploadModule } from './upload.ts';

/** Options of how a deployment is told, and where floors are. */
export const DEPLOYMENT_OPTIONS = {
  state: { type: 'string', help: "where the newest entries seen are kept, so that none older is believed (default: in the user's state directory)" },
  json: { type: 'boolean', help: 'one JSON object in place of lines' },
} as const;

/** @throws UsageError, before anything is asked or uploaded */
export function checkState(state: string | undefined): void {
  if (state === '') throw new UsageError('--state must be a folder');
}

export interface Deployment {
  readonly bundle: Bundle;
  readonly keys: EntryKeys;
  /** One or more, normalized, each another one. All of them are to have it. */
  readonly portals: readonly string[];
  readonly state: string | undefined;
  /** Told of each step. */
  readonly say: (line: string) => void;
  /** Done when every portal has the file, before the link is moved. */
  readonly prepare?: () => Promise<void>;
}

/** For reading four megabytes over a slow line, in milliseconds. */
const PATIENCE = 300_000;

/** What became of a deployment. */
export interface Deployed {
  readonly immutable: FileLink;
  readonly resolver: ResolverLink;
  readonly revision: bigint;
  /** False where the link named this bundle already. */
  readonly isMoved: boolean;
}

export const resolverLinkOf = (keys: EntryKeys): ResolverLink => ({ version: 2, entryId: entryId(keys) });

/**
 * Uploads a module to every portal, reads it back, then moves its link, and reads it back by that. What fails before the link is moved has changed nothing that
 * anybody was given.
 * @throws RegistryError as the runtime's `read` and `write`, `uploadModule` and `loadModule`; `REVISION_LIMIT`
 */
export async function deployModule({ bundle, keys, portals, state, say, prepare }: Deployment): Promise<Deployed> {
  const { skylink } = bundle;
  const resolver = resolverLinkOf(keys);
  say('');
  say('Uploading module...');
  for (const [i, portal] of portals.entries()) {
    console.error(`uploading to ${portal} (${i + 1} of ${portals.length}) …`);
    await uploadModule(portal, bundle);
    await readBack(portal, skylink, bundle);
  }
  await prepare?.();
  say("Updating module's registry entry...");
  const moved = await withRuntime({ portal: [...portals], state }, (runtime) => moveLink(runtime, keys, skylink, originsOf(portals).size));
  say('registry entry is updated');
  for (const portal of portals) await readBack(portal, resolver, bundle);
  say(`Immutable Link for Module: ${formatSkylink(skylink)}`);
  say(`Resolver Link for Module: ${formatSkylink(resolver)}`);
  return { immutable: skylink, resolver, ...moved };
}

/** A deployment as one JSON object: the revision a decimal string, which no JSON parser rounds. */
export function deployedAsJson({ immutable, resolver, revision, isMoved }: Deployed, portals: readonly string[]): string {
  return JSON.stringify({ immutable: formatSkylink(immutable), resolver: formatSkylink(resolver), revision: String(revision), moved: isMoved, portals });
}

/** Writes the entry after the newest, unless that names the file already. */
async function moveLink(runtime: Runtime, { pubkey, datakey, secretKey }: EntryKeys, file: FileLink, origins: number): Promise<Pick<Deployed, 'revision' | 'isMoved'>> {
  const key = { pubkey, datakey };
  const { newest, isEverywhere } = await withProgress('asking portals for the newest revision', newestOf(runtime, key));
  const write = (entry: SignedEntry): Promise<unknown> => withProgress('moving the link', runtime.write(entry, { confirmations: origins, final: true }));
  const data = packSkylink(file);
  if (newest !== undefined && equalBytes(newest.data, data)) {
    if (!isEverywhere) await write(newest);
    console.error('the link names this bundle already');
    return { revision: newest.revision, isMoved: false };
  }
  if (newest?.revision === MAX_REVISION) throw new RegistryError('REVISION_LIMIT', "the module's link has reached the last revision and can never be moved again", { current: newest, hint: 'use another seed, or password' });
  const revision = newest === undefined ? 0n : newest.revision + 1n;
  await write(signEntry({ ...key, data, revision }, secretKey));
  return { revision, isMoved: true };
}

/**
 * The newest entry of all portals, and of what was seen before: where they have lost it, or one is new, it is still that by which the next revision counts. One that lags
 * is sent the newest while it is read.
 */
async function newestOf(runtime: Runtime, key: EntryKey): Promise<{ readonly newest: SignedEntry | undefined; readonly isEverywhere: boolean }> {
  try {
    const current = await runtime.read(key, { maxStaleness: 0, confirmations: 'all' });
    return { newest: current.exists ? current : undefined, isEverywhere: true };
  } catch (error) {
    if (!hasCode(error, 'STALE') || error.current === undefined) throw error;
    return { newest: error.current, isEverywhere: false };
  }
}

async function readBack(portal: string, link: Skylink, bundle: Bundle): Promise<void> {
  const loaded = await withProgress(
    `reading back from ${portal}`,
    loadModule(link, {
      portals: [portal],
      fetch,
      clock: realClock,
      patience: PATIENCE,
      judge: ({ skylink }) => {
        if (skylink === undefined || formatSkylink(skylink) !== formatSkylink(bundle.skylink)) throw new RegistryError('STALE', `${portal} serves an older module by its link`, { portal });
      },
    }),
  );
  if (!equalBytes(loaded.script, bundle.script)) throw new RegistryError('BAD_SIGNATURE', `${portal} serves another module`, { portal });
}
