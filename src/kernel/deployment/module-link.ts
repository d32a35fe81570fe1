import { concatBytes } from '@noble/hashes/utils.js';
import { unlessAborted } from '../../abort.ts';
import { aborted, hasCode, RegistryError } from '../../error.ts';
import type { Bytes } from '../../registry/bytes.ts';
import { formatSkylink, parseBaseSector, SECTOR_BYTES, verifyRange, verifyResolverProof, type FileLink, type Resolution, type Skylink } from '../../skylink/index.ts';
import type { Clock, Fetch } from '../../world.ts';
import { MAX_MODULE_BYTES } from './module-file.ts';

/** Where modules are loaded from. */
export interface ModuleSource {
  /** URLs without a slash at the end, in order of preference. */
  readonly portals: readonly string[];
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** For one portal's whole answer, in milliseconds. Default 30,000. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
  /**
   * Told of what a resolver link comes to at a portal, before its file is believed: it throws where that is older than what is known, and the next portal is asked.
   */
  readonly judge?: (resolution: Resolution) => void | Promise<void>;
}

/** A module whose bytes are what its link names. */
export interface LoadedModule {
  readonly script: Bytes;
  /** The link of its file. */
  readonly skylink: FileLink;
  /** Which portal served it. */
  readonly portal: string;
}

const PATIENCE = 30_000;
const PATH = '/skynet/trustless/basesector/';
const PROOF = 'skynet-proof';
const HASH_BYTES = 32;
/** A range that touches the sector's beginning or not needs no more than two hashes for each level of its tree. */
const MOST_HASHES = 32;
const MOST_PROOF_CHARACTERS = 16_384;

/**
 * Loads a module by its link from the first portal that can prove it: of a link of version 2 that its holder signed what it comes to, and of the bytes that they are the sector's
 * with that root. How new what it comes to is, a proof does not tell: see `judge`.
 * @throws RegistryError what is wrong at the portal that had most to say: `BAD_SIGNATURE` for other bytes, or an entry, than the link names; `TOO_LARGE` for an answer, or a
 * script, beyond its size; `UNSUPPORTED` for a file that is no module; `UNREACHABLE` where the link does not resolve, or nobody answers; `TIMEOUT`; what `judge` throws. `ABORTED`.
 */
export async function loadModule(link: Skylink, source: ModuleSource): Promise<LoadedModule> {
  let failure: RegistryError | undefined;
  for (const portal of source.portals) {
    try {
      return await loadFrom(portal, link, source);
    } catch (error) {
      if (!(error instanceof RegistryError) || source.signal?.aborted === true) throw error;
      failure = failure === undefined || hasCode(failure, 'UNREACHABLE', 'TIMEOUT') ? error : failure;
    }
  }
  throw failure ?? new RegistryError('UNREACHABLE', 'there is no portal to load the module from');
}

async function loadFrom(portal: string, link: Skylink, source: ModuleSource): Promise<LoadedModule> {
  const { body, proof } = await withPatience(source, portal, (signal) => answerOf(portal, link, source.fetch, signal));
  const skylink = link.version === 1 ? link : await resolved(portal, link, proof, source);
  const { fetchSize, offset, merkleRoot } = skylink;
  const hashes = body.length - fetchSize;
  const range = body.subarray(0, fetchSize);
  const isWhole = hashes >= 0 && hashes % HASH_BYTES === 0;
  if (!isWhole || !verifyRange(merkleRoot, offset, range, hashesIn(body.subarray(fetchSize)))) throw served(portal, 'other bytes than the link names');
  const script = fileIn(range, portal);
  if (script.length > MAX_MODULE_BYTES) throw new RegistryError('TOO_LARGE', `a module has at most ${MAX_MODULE_BYTES} bytes`, { portal });
  return { script, skylink, portal };
}

async function resolved(portal: string, link: Extract<Skylink, { version: 2 }>, proof: string | null, { judge }: ModuleSource): Promise<FileLink> {
  let resolution: Resolution;
  try {
    resolution = verifyResolverProof(link, proof ?? '');
  } catch (cause) {
    throw served(portal, 'no proof of what the link comes to', cause);
  }
  if (resolution.skylink === undefined) throw new RegistryError('UNREACHABLE', 'the module was deleted by who holds its link', { retryable: false });
  await judge?.(resolution);
  return resolution.skylink;
}

function fileIn(range: Uint8Array, portal: string): Bytes {
  try {
    return parseBaseSector(range).file;
  } catch (cause) {
    throw new RegistryError('UNSUPPORTED', 'the link is not that of a small file', { portal, cause });
  }
}

async function answerOf(portal: string, link: Skylink, fetch: Fetch, signal: AbortSignal): Promise<{ readonly body: Bytes; readonly proof: string | null }> {
  const url = `${portal}${PATH}${formatSkylink(link)}`;
  let answer: Awaited<ReturnType<Fetch>>;
  try {
    answer = await fetch(url, { method: 'GET', headers: {}, signal, redirect: 'error', cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch (cause) {
    throw unanswered(portal, cause);
  }
  const { status, headers, body } = answer;
  if (status !== 200) {
    body?.cancel().catch(() => {}); // nobody waits for the rest of it
    throw status === 404 ? unresolved(portal) : new RegistryError('UNREACHABLE', `${portal} does not serve the module (HTTP ${status})`, { portal });
  }
  const proof = headers.get(PROOF);
  if (proof !== null && proof.length > MOST_PROOF_CHARACTERS) throw tooLarge(portal);
  return { body: await bodyOf(body, mostBytesOf(link), portal), proof };
}

/** A link of version 2 does not tell how much it comes to: a whole sector is the most. */
const mostBytesOf = (link: Skylink): number => (link.version === 1 ? link.fetchSize : SECTOR_BYTES) + MOST_HASHES * HASH_BYTES;

async function bodyOf(stream: ReadableStream<Uint8Array> | null, most: number, portal: string): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream?.getReader();
  try {
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
      length += read.value.length;
      if (length > most) throw tooLarge(portal);
      chunks.push(read.value);
    }
  } catch (error) {
    reader?.cancel().catch(() => {}); // nobody waits for the rest of it
    throw error instanceof RegistryError ? error : unanswered(portal, error);
  }
  return concatBytes(...chunks);
}

/** Gives one portal its time. */
async function withPatience<T>({ clock, patience = PATIENCE, signal }: ModuleSource, portal: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController();
  const stop = (): void => end.abort();
  const timer = clock.setTimeout(stop, patience);
  signal?.addEventListener('abort', stop);
  if (signal?.aborted === true) stop();
  try {
    return await unlessAborted(work(end.signal), end.signal, () => {});
  } catch (error) {
    if (!end.signal.aborted) throw error;
    throw signal?.aborted === true ? aborted(signal.reason) : new RegistryError('TIMEOUT', `${portal} did not serve the module within ${patience} ms`, { portal });
  } finally {
    clock.clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function hashesIn(bytes: Bytes): readonly Bytes[] {
  return Array.from({ length: Math.floor(bytes.length / HASH_BYTES) }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

const served = (portal: string, what: string, cause?: unknown): RegistryError => new RegistryError('BAD_SIGNATURE', `${portal} serves ${what}`, { portal, cause });
const unresolved = (portal: string): RegistryError => new RegistryError('UNREACHABLE', `the link does not resolve: ${portal} has no file of it`, { portal });
const unanswered = (portal: string, cause: unknown): RegistryError => new RegistryError('UNREACHABLE', `${portal} does not answer`, { portal, cause });
const tooLarge = (portal: string): RegistryError => new RegistryError('TOO_LARGE', `${portal} serves more than a module can be`, { portal });
