import { getMimeType } from 'hono/utils/mime';
import { isUtf8 } from 'node:buffer';

/**
 * The type of a file: what its uploader said, else what its name's ending says, else text or bytes. It is never guessed from the bytes that they are HTML.
 * @param said visible ASCII, or it is not heard
 */
export function contentType(said: string | undefined, filename: string, bytes: Uint8Array): string {
  if (said !== undefined && /^[\x21-\x7e]+\/[\x20-\x7e]+$/.test(said)) return said;
  return getMimeType(filename) ?? (bytes.length > 0 && isUtf8(bytes) && !bytes.includes(0) ? 'text/plain; charset=utf-8' : 'application/octet-stream');
}

/** `Content-Disposition` as skyd writes it: the name quoted as in Go, its UTF-8 as the bytes that they are. */
export function contentDisposition(kind: 'inline' | 'attachment', filename: string): string {
  // eslint-disable-next-line no-control-regex -- no header can hold them
  const quoted = filename.replace(/["\\]/g, '\\$&').replace(/[\0-\x1f\x7f]/g, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `${kind}; filename="${Buffer.from(quoted).toString('latin1')}"`;
}

/** A part of a body, its last byte included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The one range that a request asks for (RFC 9110, section 14.2); undefined where it asks for none, for several, or for what is no range of bytes: then all is sent.
 */
export function readRange(header: string | undefined, length: number): ByteRange | 'unsatisfiable' | undefined {
  const [matched, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (matched === undefined || (from === '' && to === '')) return undefined;
  if (from === '') return Number(to) === 0 || length === 0 ? 'unsatisfiable' : { first: Math.max(0, length - Number(to)), last: length - 1 };
  if (to !== '' && Number(to) < Number(from)) return undefined;
  return Number(from) >= length ? 'unsatisfiable' : { first: Number(from), last: Math.min(length - 1, to === '' ? length - 1 : Number(to)) };
}
