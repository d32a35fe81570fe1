import type { IncomingMessage } from 'node:http';
import { concatBytes } from '@noble/hashes/utils.js';
import { formatSkylink, sectorRange } from '../../skylink/index.ts';
import { refused, type Answer } from '../answer.ts';
import { NOWHERE, type Resource } from '../exchange.ts';
import type { PortalLimits } from '../limits.ts';
import type { RateLimit } from '../rate.ts';
import { JSON_TYPE } from '../refusal.ts';
import { download } from './download.ts';
import type { Library } from './library.ts';
import { Places } from './places.ts';
import { countWork, RefusedRequest } from './refusals.ts';
import { rangeProofInTurns } from './root.ts';
import { linkIn, targetOf } from './target.ts';
import { Uploads, type UploadsContext } from './uploads.ts';

export { DirectoryFileStore } from './directory.ts';
export type { FilePutOutcome, FileStore } from './file-store.ts';
export { Library } from './library.ts';
export { MemoryFileStore } from './memory.ts';

type Handler = (request: IncomingMessage) => Promise<Answer>;

/** The resources of files (portal protocol, section 3). */
export interface FileResources {
  readonly named: readonly (readonly [path: string, resource: Resource])[];
  /** The resource of a path that none is named after. */
  readonly elsewhere: (path: string) => Resource;
}

export interface FilesContext extends UploadsContext {
  readonly limits: UploadsContext['limits'] & Pick<PortalLimits, 'downloads' | 'downloadsPerAddress'>;
}

export function fileResources(context: FilesContext): FileResources {
  const { library, customers, limits, rate } = context;
  const uploads = new Uploads(context);
  const places = new Places({ noun: 'downloads', most: limits.downloads, mostEach: limits.downloadsPerAddress, customers });
  const reading = (handler: Handler): Handler => readingAt(places, handler);
  const beneath: readonly (readonly [before: string, resource: Resource])[] = [
    ['/skynet/metadata/', resource({ GET: reading((request) => metadata(library, request, '/skynet/metadata/')) })],
    ['/skynet/resolve/', resource({ GET: (request) => resolve(library, request, '/skynet/resolve/') })],
    ['/skynet/trustless/basesector/', resource({ GET: reading((request) => provenRange(library, rate, request, '/skynet/trustless/basesector/')) })],
    ['/skynet/basesector/', resource({ GET: reading((request) => range(library, request, '/skynet/basesector/')) })],
    ['/skynet/pin/', resource({ POST: reading((request) => pin(library, request, '/skynet/pin/')) })],
    ['/skynet/skyfile/', resource({ POST: (request) => uploads.upload(request) })],
    ['/file/', contents(reading, library, '/file/')],
  ];
  const atLinks = contents(reading, library, '/');
  return {
    named: [
      ['/skynet/skyfile', resource({ POST: (request) => uploads.upload(request) })],
      ['/skynet/restore', resource({ POST: (request) => uploads.restore(request) })],
    ],
    elsewhere: (path) => beneath.find(([before]) => path.startsWith(before))?.[1] ?? (MAY_BE_LINK.test(path) ? atLinks : NOWHERE),
  };
}

/** As long as a link in one of its spellings, up to a slash. Whether it is one is told to who asks. */
const MAY_BE_LINK = /^\/(?:[^/]{46}|[^/]{55})(?:\/|$)/;

/**
 * A stranger's file is what it says it is, and nothing that a browser would rather have it be. It shares its origin with every other one, as on the original: what
 * would let it answer for the others, and after it is gone, is refused.
 */
function contents(reading: (handler: Handler) => Handler, library: Library, before: string): Resource {
  return resource(
    {
      GET: reading(async (request) => {
        if (request.headers['service-worker'] !== undefined) throw new RefusedRequest(403, 'no file of this portal can be a service worker: it would answer for all of them');
        return download(library, request, before);
      }),
    },
    { 'x-content-type-options': 'nosniff' },
  );
}

function resource(methods: Readonly<Record<string, Handler>>, fields: Resource['fields'] = {}): Resource {
  return { fields, methods: new Map(Object.entries(methods).map(([method, handler]) => [method, answering(handler)])) };
}

const answering =
  (handler: Handler): Handler =>
  async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      if (error instanceof RefusedRequest) return refused(error.refusal);
      throw error;
    }
  };

/** Whoever is answered has a place until the answer has been sent, or nobody is there to take it: as long as the file is in memory. */
const readingAt =
  (places: Places, handler: Handler): Handler =>
  async (request) => {
    const leave = places.take(request);
    if (request.closed) leave();
    else request.once('close', leave);
    return handler(request);
  };

async function metadata(library: Library, request: IncomingMessage, before: string): Promise<Answer> {
  const { skylink, fields } = await library.resolve(linkIn(targetOf(request).path, before).link);
  const file = await library.file(skylink);
  return { status: 200, fields: { ...fields, 'content-type': JSON_TYPE }, body: Uint8Array.from(file.metadata) };
}

async function resolve(library: Library, request: IncomingMessage, before: string): Promise<Answer> {
  const { skylink, fields } = await library.resolve(linkIn(targetOf(request).path, before).link);
  return { status: 200, fields: { ...fields, 'content-type': JSON_TYPE, 'cache-control': 'no-cache' }, body: `{"skylink":"${formatSkylink(skylink)}"}\n` };
}

async function range(library: Library, request: IncomingMessage, before: string): Promise<Answer> {
  const { skylink, fields } = await library.resolve(linkIn(targetOf(request).path, before).link);
  return { status: 200, fields: { ...fields, 'content-type': 'application/octet-stream' }, body: await library.range(skylink) };
}

/** A range and the hashes that prove it: whoever asks need not believe us. */
async function provenRange(library: Library, rate: RateLimit, request: IncomingMessage, before: string): Promise<Answer> {
  const { skylink, fields } = await library.resolve(linkIn(targetOf(request).path, before).link);
  const used = await library.sector(skylink.merkleRoot);
  // Of a small range all but that is hashed.
  await countWork(rate, request, used.length);
  const { offset, fetchSize } = skylink;
  const body = concatBytes(sectorRange(used, offset, fetchSize), ...(await rangeProofInTurns(used, offset, fetchSize)));
  return { status: 200, fields: { ...fields, 'content-type': 'application/octet-stream' }, body };
}

/** Keeps what is here already; this portal fetches nothing from others. */
async function pin(library: Library, request: IncomingMessage, before: string): Promise<Answer> {
  const { skylink, fields } = await library.resolve(linkIn(targetOf(request).path, before).link);
  await library.sector(skylink.merkleRoot);
  return { status: 204, fields, body: undefined };
}
