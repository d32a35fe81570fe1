import { MultipartParseError, parseMultipart, type MultipartPart } from '@remix-run/multipart-parser';
import type { SubfileMetadata } from '../../skylink/index.ts';
import { assertMetadata } from './library.ts';
import { RefusedRequest } from './refusals.ts';
import { readMode } from './upload-query.ts';

/** The files of an upload, one behind the other. */
export interface UploadForm {
  readonly file: Uint8Array;
  readonly subfiles: ReadonlyMap<string, SubfileMetadata>;
  /** What a single `file` calls itself; nothing for a directory. */
  readonly filename: string;
}

/** A directory may have this many files. Of such as have a type and a byte in them no more fit into the metadata. */
const MOST_PARTS = 4_000;

/** Boundaries and headers together: two hundred and sixty bytes for each of so many parts. To decode four megabytes of headers takes a third of a second. */
const MOST_HEADER_BYTES = 1024 * 1024;

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
  let namesLength = 0;
  for (const part of partsOf(body, boundary)) {
    const { name, ...described } = describe(part);
    names.add(name);
    if ((name !== 'file' && name !== 'files[]') || names.size > 1 || (name === 'file' && subfiles.size > 0)) {
      throw new RefusedRequest(400, "the form must have one part named 'file', or parts named 'files[]'");
    }
    if (!isPath(described.filename)) throw new RefusedRequest(400, 'a file of the form has no name, or one that is no relative path');
    if (subfiles.has(described.filename)) throw new RefusedRequest(400, 'two files of the form have one name');
    // Before they are sorted and quoted, which of four megabytes of names takes a second.
    namesLength += described.filename.length;
    assertMetadata({ length: namesLength });
    subfiles.set(described.filename, { ...described, offset, length: part.size });
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
    const parts = [...parseMultipart(body, { boundary, maxParts: MOST_PARTS, maxFileSize: body.length, maxTotalSize: body.length })];
    if (parts.reduce((rest, { size }) => rest - size, body.length) > MOST_HEADER_BYTES) throw new RefusedRequest(413, `the form takes more than ${MOST_HEADER_BYTES} bytes beside its files`);
    return parts;
  } catch (error) {
    if (error instanceof MultipartParseError) throw new RefusedRequest(400, `failed to parse the form: ${error.message}`);
    throw error;
  }
}

/** What the headers of a part say. They are decoded when they are first looked at. */
function describe(part: MultipartPart): { name: string; filename: string; contentType?: string; mode?: number } {
  try {
    const contentType = part.headers['content-type'] ?? '';
    const mode = readMode(part.headers['mode']);
    return { name: part.name ?? '', filename: part.filename ?? '', ...(contentType === '' ? {} : { contentType }), ...(mode === undefined ? {} : { mode }) };
  } catch (error) {
    if (error instanceof RefusedRequest) throw error;
    throw new RefusedRequest(400, 'failed to parse the form: its headers cannot be read');
  }
}

/** Relative, and the same after it was resolved (skyd `ValidatePathString`). */
export const isPath = (path: string): boolean => path !== '' && !path.includes('\0') && path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
