import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { RegistryError } from '../../../src/error.ts';
import { moduleFile, type ModuleFile } from '../../../src/kernel/deployment/module-file.ts';
import { moduleKeys } from '../../../src/kernel/deployment/module-keys.ts';
import { loadModule, type LoadedModule, type ModuleSource } from '../../../src/kernel/deployment/module-link.ts';
import { DELETED_DATA, entryId, signEntry, type CheckedEntry } from '../../../src/registry/index.ts';
import { buildBaseSector, fileLink, formatResolverProof, formatSkylink, packSkylink, rangeProof, sectorRange, sectorRoot, type FileLink, type ResolverLink, type Skylink } from '../../../src/skylink/index.ts';
import { realClock, type Clock, type Fetch } from '../../../src/world.ts';

const SCRIPT = new TextEncoder().encode('onmessage = () => {};');
const FILE = moduleFile(SCRIPT);
const OTHER = moduleFile(new TextEncoder().encode('onmessage = () => { steal(); };'));
const KEYS = moduleKeys(new Uint8Array(16).fill(3));
const RESOLVER: ResolverLink = { version: 2, entryId: entryId(KEYS) };
const A = 'https://a.example';
const B = 'https://b.example';

const entryWith = (data: Uint8Array, revision = 1n): CheckedEntry => ({ ...signEntry({ pubkey: KEYS.pubkey, datakey: KEYS.datakey, data, revision }, KEYS.secretKey), type: 1 }) as CheckedEntry;
const proofOf = ({ skylink }: ModuleFile, revision = 1n): string => formatResolverProof([entryWith(packSkylink(skylink), revision)]);
const rangeOf = ({ skylink: { offset, fetchSize }, sector }: ModuleFile): Uint8Array => concatBytes(sectorRange(sector, offset, fetchSize), ...rangeProof(sector, offset, fetchSize));

interface Served {
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
  readonly proof?: string;
  readonly status?: number;
}

/** A `fetch` of some portals, and what it was asked. */
function portals(served: Readonly<Record<string, Served | Error>>): { readonly asked: string[]; readonly fetch: Fetch } {
  const asked: string[] = [];
  const fetch: Fetch = async (url) => {
    asked.push(url);
    const answer = served[new URL(url).origin] ?? new TypeError('fetch failed');
    if (answer instanceof Error) throw answer;
    const { body, proof, status = 200 } = answer;
    return new Response((body ?? '') as BodyInit, { status, headers: proof === undefined ? {} : { 'Skynet-Proof': proof } });
  };
  return { asked, fetch };
}

function load(link: Skylink, served: Readonly<Record<string, Served | Error>>, options: Partial<ModuleSource> = {}): Promise<LoadedModule> {
  return loadModule(link, { portals: Object.keys(served), fetch: portals(served).fetch, clock: realClock, ...options });
}

const coded = (code: string, portal?: string): Error => expect.objectContaining(portal === undefined ? { code } : { code, portal }) as Error;

describe('given the link of a module', () => {
  it.each<readonly [string, Skylink, Served]>([
    ['of its file', FILE.skylink, { body: rangeOf(FILE) }],
    ['that resolves to its file', RESOLVER, { body: rangeOf(FILE), proof: proofOf(FILE) }],
  ])('when it is one %s, then its script is loaded, whole', async (_, link, served) => {
    const { asked, fetch } = portals({ [A]: served });
    expect(await loadModule(link, { portals: [A], fetch, clock: realClock })).toEqual({ script: SCRIPT, skylink: FILE.skylink, portal: A });
    expect(asked).toEqual([`${A}/skynet/trustless/basesector/${formatSkylink(link)}`]);
  });

  it('when its range is not at the beginning of its sector, then it is loaded, too', async () => {
    const sector = new Uint8Array(8_192);
    sector.set(FILE.sector, 4_096);
    const link: FileLink = { version: 1, bitfield: 1 << 6, offset: 4_096, fetchSize: 4_096, merkleRoot: sectorRoot(sector) };
    expect((await load(link, { [A]: { body: rangeOf({ skylink: link, sector }) } })).script).toEqual(SCRIPT);
  });

  it('when a portal lies, is silent, or is broken, then the next one is asked', async () => {
    const served = { [A]: { body: rangeOf(OTHER) }, 'https://c.example': new TypeError('fetch failed'), 'https://d.example': { status: 404 }, [B]: { body: rangeOf(FILE) } };
    expect(await load(FILE.skylink, served)).toMatchObject({ portal: B, script: SCRIPT });
  });
});

const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);
const foreign = moduleKeys(new Uint8Array(16).fill(4));
const foreignEntry = { ...signEntry({ pubkey: foreign.pubkey, datakey: foreign.datakey, data: packSkylink(FILE.skylink), revision: 9n }, foreign.secretKey), type: 1 } as CheckedEntry;
const forgedEntry = { ...entryWith(packSkylink(OTHER.skylink)), signature: entryWith(packSkylink(FILE.skylink)).signature };

describe('given a portal that cannot prove what it serves', () => {
  it.each<readonly [string, Skylink, Served]>([
    ['another file', FILE.skylink, { body: rangeOf(OTHER) }],
    ['a changed script', FILE.skylink, { body: flipped(rangeOf(FILE), 130) }],
    ['a changed proof', FILE.skylink, { body: flipped(rangeOf(FILE), 4_100) }],
    ['a range without its proof', FILE.skylink, { body: rangeOf(FILE).subarray(0, 4_096) }],
    ['a range that is too short', FILE.skylink, { body: rangeOf(FILE).subarray(0, 100) }],
    ['a hash too many', FILE.skylink, { body: concatBytes(rangeOf(FILE), new Uint8Array(32)) }],
    ['part of a hash', FILE.skylink, { body: concatBytes(rangeOf(FILE), new Uint8Array(1)) }],
    ['nothing', FILE.skylink, {}],
    ['the file of another by its resolver link', RESOLVER, { body: rangeOf(OTHER), proof: proofOf(FILE) }],
    ['no proof of what a resolver link comes to', RESOLVER, { body: rangeOf(FILE) }],
    ['what is no proof', RESOLVER, { body: rangeOf(FILE), proof: '[]' }],
    ["somebody else's entry", RESOLVER, { body: rangeOf(FILE), proof: formatResolverProof([foreignEntry]) }],
    ['an entry that nobody signed', RESOLVER, { body: rangeOf(OTHER), proof: formatResolverProof([forgedEntry]) }],
  ])('when it serves %s, then that is BAD_SIGNATURE, which names it, and nothing is loaded', async (_, link, served) => {
    await expect(load(link, { [A]: served })).rejects.toThrow(coded('BAD_SIGNATURE', A));
  });

  it.each<readonly [string, Served | Error, string]>([
    ['knows no such link', { status: 404 }, 'UNREACHABLE'],
    ['fails', { status: 500, body: rangeOf(FILE) }, 'UNREACHABLE'],
    ['answers in part', { status: 206, body: rangeOf(FILE) }, 'UNREACHABLE'],
    ['does not answer', new TypeError('fetch failed'), 'UNREACHABLE'],
    ['has a proof without end', { body: rangeOf(FILE), proof: ' '.repeat(20).concat('x'.repeat(20_000)) }, 'TOO_LARGE'],
  ])('when it %s, then that is %3$s', async (_, served, code) => {
    await expect(load(RESOLVER, { [A]: served })).rejects.toThrow(coded(code, A));
  });

  it('when the holder of the link deleted it, then it does not resolve', async () => {
    const proof = formatResolverProof([entryWith(Uint8Array.from(DELETED_DATA))]);
    await expect(load(RESOLVER, { [A]: { body: rangeOf(FILE), proof } })).rejects.toThrow(expect.objectContaining({ code: 'UNREACHABLE', message: expect.stringContaining('deleted') as string }) as Error);
  });

  it('when one lies and others do not answer, then the lie is told', async () => {
    await expect(load(FILE.skylink, { 'https://c.example': { status: 404 }, [A]: { body: rangeOf(OTHER) }, [B]: new TypeError('fetch failed') })).rejects.toThrow(coded('BAD_SIGNATURE', A));
  });

  it('when there is none, then that is UNREACHABLE', async () => {
    await expect(load(FILE.skylink, {})).rejects.toThrow(coded('UNREACHABLE'));
  });
});

describe('given an answer without end', () => {
  it.each([
    ['its file', FILE.skylink, 4_096 + 32 * 32],
    ['what it comes to', RESOLVER, 4_194_304 + 32 * 32],
  ] as const)('when the link is that of %s, then no more is read than that can be', async (_, link, most) => {
    const chunk = new Uint8Array(1_024);
    let given = 0;
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        given += chunk.length;
        controller.enqueue(chunk);
      },
      cancel: () => void (isCancelled = true),
    });
    await expect(load(link, { [A]: { body, proof: proofOf(FILE) } })).rejects.toThrow(coded('TOO_LARGE', A));
    expect(isCancelled).toBe(true);
    expect(given).toBeLessThanOrEqual(most + 8 * chunk.length);
  });

  it('when it breaks off, then that is UNREACHABLE', async () => {
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new TypeError('terminated')) });
    await expect(load(FILE.skylink, { [A]: { body } })).rejects.toThrow(coded('UNREACHABLE', A));
  });
});

describe('given a file that is no module', () => {
  it('when it is larger than a module can be, then that is TOO_LARGE', async () => {
    const used = 99 + 4_000_001;
    const sector = buildBaseSector({ metadata: new Uint8Array(0), file: new Uint8Array(4_000_001) }).slice(0, 99); // zeros follow: they take no time to hash
    const large = { skylink: fileLink(sectorRoot(sector), used), sector };
    await expect(load(large.skylink, { [A]: { body: rangeOf(large) } })).rejects.toThrow(coded('TOO_LARGE', A));
  });

  it('when it is no small file, then that is UNSUPPORTED', async () => {
    const sector = new Uint8Array(64).fill(9);
    const odd = { skylink: fileLink(sectorRoot(sector), sector.length), sector };
    await expect(load(odd.skylink, { [A]: { body: rangeOf(odd) } })).rejects.toThrow(coded('UNSUPPORTED', A));
  });

  it.each([0, 4_000_001])('when a script has %i bytes, then it is made no module', (length) => {
    expect(() => moduleFile(new Uint8Array(length))).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'bundle' }) as Error);
  });
});

describe('given somebody who knows what a link came to', () => {
  it('when a portal serves an older one, then it is passed over', async () => {
    const served = { [A]: { body: rangeOf(OTHER), proof: proofOf(OTHER, 1n) }, [B]: { body: rangeOf(FILE), proof: proofOf(FILE, 2n) } };
    const judged: bigint[] = [];
    const judge: ModuleSource['judge'] = ({ entries: [entry] }) => {
      judged.push(entry?.revision ?? -1n);
      if (entry === undefined || entry.revision < 2n) throw new RegistryError('STALE', 'older');
    };
    expect(await load(RESOLVER, served, { judge })).toMatchObject({ portal: B, script: SCRIPT });
    expect(judged).toEqual([1n, 2n]);
    await expect(load(RESOLVER, { [A]: served[A] }, { judge })).rejects.toThrow(coded('STALE'));
  });
});

/** A clock whose only timers are let go by hand. */
class Hourglass implements Clock {
  readonly #timers = new Set<() => void>();
  now = (): number => 0;
  setTimeout = (callback: () => void): unknown => {
    this.#timers.add(callback);
    return callback;
  };
  clearTimeout = (timer: unknown): void => void this.#timers.delete(timer as () => void);
  get waiting(): number {
    return this.#timers.size;
  }
  pass(): void {
    for (const timer of this.#timers) timer();
  }
}

describe('given a portal that never answers', () => {
  it('when its time is up, then the next one is asked, and no timer stays', async () => {
    const clock = new Hourglass();
    const honest = portals({ [B]: { body: rangeOf(FILE) } }).fetch;
    const aborted: string[] = [];
    const fetch: Fetch = (url, init) => {
      if (!url.startsWith(A)) return honest(url, init);
      init.signal.addEventListener('abort', () => aborted.push(url));
      queueMicrotask(() => clock.pass());
      return new Promise(() => {});
    };
    expect(await loadModule(FILE.skylink, { portals: [A, B], fetch, clock })).toMatchObject({ portal: B });
    expect([aborted.length, clock.waiting]).toEqual([1, 0]);
    await expect(loadModule(FILE.skylink, { portals: [A], fetch, clock })).rejects.toThrow(coded('TIMEOUT', A));
  });

  it.each(['before', 'meanwhile'])('when it is aborted %s, then that is ABORTED, and nobody else is asked', async (when) => {
    const control = new AbortController();
    const asked: string[] = [];
    const fetch: Fetch = (url) => {
      asked.push(url);
      queueMicrotask(() => control.abort());
      return new Promise(() => {});
    };
    if (when === 'before') control.abort();
    await expect(loadModule(FILE.skylink, { portals: [A, B], fetch, clock: new Hourglass(), signal: control.signal })).rejects.toThrow(coded('ABORTED'));
    expect(asked.filter((url) => url.startsWith(B))).toEqual([]);
  });
});
