import type { IncomingMessage } from 'node:http';
import { blake2b } from '@noble/hashes/blake2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { u64le } from '../../registry/bytes.ts';
import { formatSkylink, LAYOUT_BYTES } from '../../skylink/index.ts';
import { refused, type Answer, type Fields } from '../answer.ts';
import { readPrecondition } from '../preconditions.ts';
import { zipArchive } from './archive.ts';
import { contentDisposition, contentType, readRange } from './content.ts';
import type { Library, StoredFile } from './library.ts';
import { isDirectory, placeAt, subfilesBeneath } from './place.ts';
import { notFound, RefusedRequest } from './refusals.ts';
import { linkIn, targetOf, type Target } from './target.ts';
import { isPath } from './upload-form.ts';

interface Content {
  readonly status: number;
  readonly type: string;
  readonly disposition: string;
  readonly bytes: Uint8Array;
}

const FORMATS = ['', 'concat', 'zip'];

/**
 * Serves what stands at a link, or at a path beneath it.
 * @param before what the path has before the link
 * @throws RefusedRequest
 */
export async function download(library: Library, request: IncomingMessage, before: string): Promise<Answer> {
  const target = targetOf(request);
  const { text, link, rest } = linkIn(target.path, before);
  const format = target.query.get('format') ?? '';
  if (!FORMATS.includes(format)) throw new RefusedRequest(400, "unable to parse 'format' parameter: this portal has concat and zip");
  const { skylink, fields } = await library.resolve(link);
  const file = await library.file(skylink);
  if (format === '' && rest === '' && isDirectory(file.description)) {
    return { status: 308, fields: { ...fields, location: `${before}${text}/${target.search}` }, body: '' };
  }
  const etag = `"${bytesToHex(hashAll(formatSkylink(skylink), rest, format, '1'))}"`;
  const content = contentAt(file, rest, format, target);
  const common = {
    ...fields,
    etag,
    'content-type': content.type,
    'content-disposition': content.disposition,
    // What a resolver link leads to may be another file by now.
    'cache-control': link.version === 1 && content.status === 200 ? 'private, max-age=31536000, immutable' : 'no-cache',
    ...(isFlag(target.query, 'include-layout') ? { 'skynet-file-layout': bytesToHex(file.range.subarray(0, LAYOUT_BYTES)) } : {}),
  };
  return answer(request, target, content, common);
}

function answer(request: IncomingMessage, { query }: Target, { status, bytes }: Content, common: Fields & { readonly etag: string }): Answer {
  const tag = common.etag.slice(1, -1);
  const conditions = readPrecondition(request.headers);
  const noneMatch = conditions === 'malformed' ? undefined : conditions?.noneMatch;
  if (status === 200 && noneMatch !== undefined && (noneMatch === '*' || noneMatch.includes(tag))) {
    return { status: 304, fields: { ...common }, body: undefined };
  }
  const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === common.etag;
  const range = status === 200 && isSame ? readRange(request.headers.range ?? rangeIn(query), bytes.length) : undefined;
  if (range === 'unsatisfiable') return refused({ status: 416, message: 'the range is not within the file', headers: { 'Content-Range': `bytes */${bytes.length}` } });
  const sent = Uint8Array.from(range === undefined ? bytes : bytes.subarray(range.first, range.last + 1));
  const fields = {
    ...common,
    'accept-ranges': 'bytes',
    'content-length': String(sent.length), // told to HEAD, too
    ...(range === undefined ? {} : { 'content-range': `bytes ${range.first}-${range.last}/${bytes.length}` }),
  };
  return { status: range === undefined ? status : 206, fields, body: sent };
}

/** `start` and `end`, the last byte, are a range for who cannot send one. */
function rangeIn(query: URLSearchParams): string | undefined {
  const [start, end] = [query.get('start') ?? '', query.get('end') ?? ''];
  return start === '' && end === '' ? undefined : `bytes=${start}-${end}`;
}

function contentAt(file: StoredFile, path: string, format: string, { query }: Target): Content {
  const kind = isFlag(query, 'attachment') ? 'attachment' : 'inline';
  if (format !== '' && isDirectory(file.description)) {
    const subfiles = subfilesBeneath(file.description, path);
    if (subfiles.length === 0) throw notFound('failed to fetch skylink: path not found');
    return packed(file, subfiles, format, kind);
  }
  const place = placeAt(file.description, path, file.file.length);
  if (place.kind === 'file') {
    const { subfile, status } = place;
    const bytes = file.file.subarray(subfile.offset, subfile.offset + subfile.length);
    return { status, type: contentType(subfile.contentType, subfile.filename, bytes), disposition: contentDisposition(kind, subfile.filename.replace(/^.*\//s, '')), bytes };
  }
  if (place.kind === 'directory') return packed(file, place.subfiles, 'zip', 'attachment');
  throw notFound('failed to fetch skylink: path not found');
}

type Subfiles = readonly { readonly filename: string; readonly offset: number; readonly length: number }[];

/** Files one behind the other, or as an archive: always the same one, so without a time. */
function packed({ file, description }: StoredFile, subfiles: Subfiles, format: string, kind: 'inline' | 'attachment'): Content {
  // Together they are no more than the file, unless a backup says that they overlap: a thousand of them could each be all of it.
  if (subfiles.reduce((sum, { length }) => sum + length, 0) > file.length) throw new RefusedRequest(400, 'the files of the directory overlap: they can be had one by one');
  const parts = subfiles.map(({ filename, offset, length }) => [filename, file.subarray(offset, offset + length)] as const);
  if (format === 'concat') return { status: 200, type: 'application/octet-stream', disposition: contentDisposition(kind, description.filename), bytes: concatBytes(...parts.map(([, bytes]) => bytes)) };
  // A backup can hold any name; none that climbs out of the folder where somebody opens the archive.
  const archive = zipArchive(new Map(parts.filter(([filename]) => isPath(filename))));
  return { status: 200, type: 'application/zip', disposition: contentDisposition('attachment', `${description.filename}.zip`), bytes: archive };
}

const isFlag = (query: URLSearchParams, name: string): boolean => /^(1|t|true)$/i.test(query.get(name) ?? '');

/** blake2b-256 of texts, each with its length before it (siad `crypto.HashAll`). */
const hashAll = (...texts: readonly string[]): Uint8Array => blake2b(concatBytes(...texts.map(utf8ToBytes).flatMap((bytes) => [u64le(bytes.length), bytes])), { dkLen: 32 });
