import { MultipartParseError, parseMultipart, type MultipartPart } from '@remix-run/multipart-parser';
import type { SubfileMetadata } from '../../skylink/index.ts';
import { RefusedRequest } from './refusals.ts';
import { readMode } from './upload-query.ts';

/** The files of an upload, one behind the other. */
export interface UploadForm {
  readonly file: Uint8Array;
  readonly subfiles: ReadonlyMap<string, SubfileMetadata>;
  /** What a single `file` calls itself; nothing for a directory. */
  readonly filename: string;
}

/** A directory may have this many files: their names are metadata, and have to fit into the sector. */
const MOST_PARTS = 10_000;

/** The boundary of a form, or undefined for what is none. */
export function boundaryOf(contentType: string): string | undefined {
  const [, quoted, bare] = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  return quoted ?? bare;
}

/**
 * Reads a form of one `file`, or of any number of `files[]`.
 * @throws RefusedRequest
 */
export function readUploadForm(body: Uint8Array, boundary: string): UploadForm {
  const subfiles = new Map<string, SubfileMetadata>();
  const contents: Uint8Array[] = [];
  const names = new Set<string>();
  let offset = 0;
  for (const part of partsOf(body, boundary)) {
    names.add(part.name ?? '');
    if ((part.name !== 'file' && part.name !== 'files[]') || names.size > 1 || (part.name === 'file' && subfiles.size > 0)) {
      throw new RefusedRequest(400, "the form must have one part named 'file', or parts named 'files[]'");
    }
    const subfile = { ...describe(part), offset, length: part.size };
    if (subfiles.has(subfile.filename)) throw new RefusedRequest(400, 'two files of the form have one name');
    subfiles.set(subfile.filename, subfile);
    contents.push(...part.content);
    offset += part.size;
  }
  const [first] = subfiles.keys();
  if (first === undefined) throw new RefusedRequest(400, "the form has no part named 'file' or 'files[]'");
  return { file: Buffer.concat(contents), subfiles, filename: names.has('file') ? first : '' };
}

function partsOf(body: Uint8Array, boundary: string): readonly MultipartPart[] {
  try {
    // The body is bounded already, and so is all that is in it.
    return [...parseMultipart(body, { boundary, maxParts: MOST_PARTS, maxFileSize: body.length, maxTotalSize: body.length })];
  } catch (error) {
    if (error instanceof MultipartParseError) throw new RefusedRequest(400, `failed to parse the form: ${error.message}`);
    throw error;
  }
}

function describe(part: MultipartPart): { filename: string; contentType?: string; mode?: number } {
  const [filename, contentType, mode] = namesOf(part);
  if (!isPath(filename)) throw new RefusedRequest(400, 'a file of the form has no name, or one that is no relative path');
  return { filename, ...(contentType === '' ? {} : { contentType }), ...(mode === undefined ? {} : { mode }) };
}

/** The headers of a part are decoded when they are first looked at. */
function namesOf(part: MultipartPart): readonly [filename: string, contentType: string, mode: number | undefined] {
  try {
    return [part.filename ?? '', part.headers['content-type'] ?? '', readMode(part.headers['mode'])];
  } catch (error) {
    if (error instanceof RefusedRequest) throw error;
    throw new RefusedRequest(400, 'failed to parse the form: its headers are not UTF-8');
  }
}

/** Relative, and the same after it was resolved (skyd `ValidatePathString`). */
export const isPath = (path: string): boolean => path !== '' && !path.includes('\0') && path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
