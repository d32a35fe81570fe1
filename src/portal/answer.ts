import { refusalBody } from '../registry/wire/index.ts';
import { JSON_TYPE, type Refusal } from './refusal.ts';

/** Header fields by their names, which are lower case. */
export type Fields = Readonly<Record<string, string>>;

/** What a portal says to a request, however the request came to it. */
export interface Answer {
  readonly status: number;
  readonly fields: Fields;
  /** Undefined where there is none, so that no length is told either. */
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

export function refused({ status, message, headers = {} }: Refusal): Answer {
  return { status, fields: { ...fieldsOf(headers), 'content-type': JSON_TYPE }, body: refusalBody(message) };
}

export function fieldsOf(headers: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
