/** A part of a form, as it is written. */
export interface FormPart {
  readonly name: 'file' | 'files[]' | (string & {});
  readonly filename?: string;
  readonly contentType?: string;
  readonly content: string | Uint8Array;
}

const BOUNDARY = 'a-boundary-of-the-form';
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** A form letter by letter: a `FormData` would say of a file without a type that it is bytes, and a file's link is a hash of that, too. */
export function formBody(parts: readonly FormPart[]): Uint8Array<ArrayBuffer> {
  const pieces = parts.flatMap(({ name, filename, contentType, content }) => [
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n${contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`}\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return new Uint8Array(Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]));
}
