import type { IncomingMessage } from 'node:http';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { LAYOUT_BYTES, BACKUP_HEADER_BYTES, buildBaseSector, formatMetadata, formatSkylink, SECTOR_BYTES, unpackBackup, type FileMetadata } from '../../skylink/index.ts';
import type { Answer } from '../answer.ts';
import { readBytes } from '../body.ts';
import type { PortalLimits } from '../limits.ts';
import { JSON_TYPE } from '../refusal.ts';
import type { Customers } from '../customer.ts';
import type { RateLimit } from '../rate.ts';
import type { Counters } from '../stats.ts';
import type { FilePutOutcome } from './file-store.ts';
import { assertMetadata, type Library } from './library.ts';
import { Places } from './places.ts';
import { countWork, RefusedRequest, readOr400 } from './refusals.ts';
import { targetOf } from './target.ts';
import { boundaryOf, isPath, readUploadForm } from './upload-form.ts';
import { readUploadQuery, type UploadQuery } from './upload-query.ts';

export interface UploadsContext {
  readonly library: Library;
  readonly customers: Customers;
  readonly rate: RateLimit;
  readonly limits: Pick<PortalLimits, 'fileBytes' | 'uploads' | 'uploadsPerAddress' | 'uploadTimeout'>;
  readonly counters: Counters;
}

/** What a form takes beside its files: boundaries and headers of its parts. */
const FORM_BYTES = 512 * 1024;

/** The uploads of a portal. */
export class Uploads {
  readonly #context: UploadsContext;
  readonly #places: Places;

  constructor(context: UploadsContext) {
    const { customers, limits } = context;
    this.#context = context;
    this.#places = new Places({ noun: 'uploads', most: limits.uploads, mostEach: limits.uploadsPerAddress, customers });
  }

  /** A file or a directory in a form, or a file as it is (`POST /skynet/skyfile`). @throws RefusedRequest */
  upload(request: IncomingMessage): Promise<Answer> {
    return this.#one(request, async () => {
      const { library, limits, counters } = this.#context;
      const query = readUploadQuery(targetOf(request).query);
      const { metadata, file } = await this.#read(request, query);
      const text = utf8ToBytes(formatMetadata(metadata));
      assertMetadata(text);
      if (LAYOUT_BYTES + text.length + file.length > limits.fileBytes) throw tooLarge(limits.fileBytes);
      const used = buildBaseSector({ metadata: text, file });
      const link = await library.linkTo(used);
      if (!query.isDryRun) assertKept(await library.add(link, used), counters);
      const skylink = formatSkylink(link);
      return json(`{"skylink":"${skylink}","merkleroot":"${bytesToHex(link.merkleRoot)}","bitfield":${link.bitfield}}`, skylink);
    });
  }

  /** A backup (`POST /skynet/restore`). @throws RefusedRequest */
  restore(request: IncomingMessage): Promise<Answer> {
    return this.#one(request, async () => {
      const { library, counters } = this.#context;
      const { skylink, sector } = await this.#backup(request);
      assertKept(await library.restore(skylink, sector), counters);
      const text = formatSkylink(skylink);
      return json(`{"skylink":"${text}"}`, text);
    });
  }

  async #one(request: IncomingMessage, upload: () => Promise<Answer>): Promise<Answer> {
    const { uploads } = this.#context.counters;
    const leave = this.#places.take(request);
    try {
      return await upload();
    } catch (error) {
      uploads[error instanceof RefusedRequest ? (error.refusal.status === 507 ? 'full' : 'refused') : 'store-failed']++;
      throw error;
    } finally {
      leave();
    }
  }

  async #bytes(request: IncomingMessage, most: number): Promise<Uint8Array> {
    const body = await readBytes(request, most, this.#context.limits.uploadTimeout);
    if (!('refusal' in body)) {
      // Before it is read as a form: that is work, too, and nearly as much for one that is refused.
      await countWork(this.#context.rate, request, body.bytes.length);
      return body.bytes;
    }
    const { status, message, headers } = body.refusal;
    throw status === 413 ? tooLarge(this.#context.limits.fileBytes) : new RefusedRequest(status, message, headers);
  }

  async #backup(request: IncomingMessage) {
    const bytes = await this.#bytes(request, BACKUP_HEADER_BYTES + SECTOR_BYTES);
    return readOr400('failed to read the backup', () => unpackBackup(bytes));
  }

  async #read(request: IncomingMessage, query: UploadQuery): Promise<{ readonly metadata: FileMetadata; readonly file: Uint8Array }> {
    const { fileBytes } = this.#context.limits;
    const contentType = request.headers['content-type'] ?? '';
    if (contentType === '') throw new RefusedRequest(400, 'failed to parse the upload: it has no Content-Type');
    if (!/^multipart\//i.test(contentType)) {
      const file = await this.#bytes(request, fileBytes);
      const { filename, mode } = query;
      return { metadata: { filename: named(filename), length: file.length, ...(mode === undefined ? {} : { mode }) }, file };
    }
    const boundary = boundaryOf(contentType);
    if (boundary === undefined) throw new RefusedRequest(400, 'failed to parse the form: its Content-Type names no boundary');
    const { file, subfiles, filename } = readUploadForm(await this.#bytes(request, fileBytes + FORM_BYTES), boundary);
    const { isDryRun: _, filename: asked, ...described } = query;
    assertPaths(described, new Set(subfiles.keys()));
    return { metadata: { ...described, filename: named(asked === '' ? filename : asked), length: file.length, subfiles }, file };
  }
}

const json = (body: string, skylink: string): Answer => ({ status: 200, fields: { 'content-type': JSON_TYPE, 'skynet-skylink': skylink }, body: `${body}\n` });

const tooLarge = (most: number): RefusedRequest =>
  new RefusedRequest(413, `the file is larger than ${most} bytes, the most that this portal takes, its metadata included`, { Connection: 'close' });

function named(filename: string): string {
  if (!isPath(filename)) throw new RefusedRequest(400, "the upload must have a 'filename' that is a relative path");
  return filename;
}

/** A path that the metadata promises is there. @throws RefusedRequest */
function assertPaths({ defaultPath, tryFiles = [], errorPages }: Pick<FileMetadata, 'defaultPath' | 'tryFiles' | 'errorPages'>, paths: ReadonlySet<string>): void {
  const promised = [...(defaultPath === undefined ? [] : [defaultPath]), ...tryFiles.filter((path) => path.startsWith('/')), ...(errorPages?.values() ?? [])];
  if (!promised.every((path) => paths.has(path.slice(1)))) throw new RefusedRequest(400, 'defaultpath, tryfiles or errorpages name a path that the upload does not have');
}

function assertKept(outcome: FilePutOutcome, counters: Counters): void {
  if (outcome === 'full') throw new RefusedRequest(507, 'this portal has no room for more files');
  counters.uploads[outcome]++;
}
