import { invalidInput } from '../error.ts';
import { formatGoJson, type GoStruct } from './go-json.ts';

/** What a base sector says of its file, or of its directory of files. */
export interface FileMetadata {
  readonly filename: string;
  /** Bytes; undefined where it is not said, as the kernel's uploader does. */
  readonly length?: number;
  /** Unix permissions. */
  readonly mode?: number;
  /** By their paths, which are relative and have no slash at the beginning. Undefined for a file that was uploaded as a body. */
  readonly subfiles?: ReadonlyMap<string, SubfileMetadata>;
  /** The path, with a slash at the beginning, of what stands for the directory. */
  readonly defaultPath?: string;
  readonly disableDefaultPath?: boolean;
  /** Paths that are tried in the place of one that is a directory, or is not there. */
  readonly tryFiles?: readonly string[];
  /** Paths, with a slash at the beginning, of what is answered with a status of 400 to 599. */
  readonly errorPages?: ReadonlyMap<number, string>;
}

export interface SubfileMetadata {
  readonly filename: string;
  readonly contentType?: string;
  readonly mode?: number;
  /** Bytes, from the beginning of the file on. */
  readonly offset: number;
  readonly length: number;
}

/** Metadata letter by letter as skyd writes it (`skymodules.SkyfileMetadata`). */
export function formatMetadata(metadata: FileMetadata): string {
  const { filename, length, mode, subfiles, defaultPath, disableDefaultPath, tryFiles, errorPages } = metadata;
  return formatGoJson({
    fields: [
      ['filename', filename],
      ['length', length ?? 0],
      ['mode', filled(mode)],
      ['subfiles', subfiles && subfiles.size > 0 ? new Map([...subfiles].map(([path, subfile]) => [path, subfileStruct(subfile)])) : undefined],
      ['defaultpath', filled(defaultPath)],
      ['disabledefaultpath', filled(disableDefaultPath)],
      ['tryfiles', tryFiles && tryFiles.length > 0 ? tryFiles : undefined],
      ['errorpages', errorPages && errorPages.size > 0 ? new Map([...errorPages].map(([status, path]) => [String(status), path])) : undefined],
    ],
  });
}

const subfileStruct = ({ mode, filename, contentType, offset, length }: SubfileMetadata): GoStruct => ({
  fields: [
    ['mode', filled(mode)],
    ['filename', filled(filename)],
    ['contenttype', filled(contentType)],
    ['offset', filled(offset)],
    ['len', filled(length)],
  ],
});

/** Go's `omitempty`. */
const filled = <T extends string | number | boolean>(value: T | undefined): T | undefined => (value === '' || value === 0 || value === false ? undefined : value);

/**
 * Reads metadata as Go does: names in either case, unknown ones skipped, `null` as nothing.
 * @param fileBytes how many the file has: every part of it is within
 * @throws RegistryError `INVALID_INPUT`
 */
export function readMetadata(json: Uint8Array, fileBytes: number): FileMetadata {
  const metadata = structOf(parsed(json));
  const length = metadata.size('length', fileBytes);
  const subfiles = metadata.object('subfiles');
  const errorPages = metadata.object('errorpages');
  return {
    filename: metadata.text('filename') ?? '',
    ...given('length', length),
    ...given('mode', metadata.size('mode', MOST_MODE)),
    ...given('subfiles', subfiles && new Map(subfiles.map(([path, subfile]) => [path, subfileOf(structOf(subfile), fileBytes)]))),
    ...given('defaultPath', metadata.text('defaultpath')),
    ...given('disableDefaultPath', metadata.flag('disabledefaultpath')),
    ...given('tryFiles', metadata.texts('tryfiles')),
    ...given('errorPages', errorPages && new Map(errorPages.map(([status, path]) => [statusOf(status), asText(path)]))),
  };
}

function subfileOf(subfile: Struct, fileBytes: number): SubfileMetadata {
  const offset = subfile.size('offset', fileBytes) ?? 0;
  return {
    filename: subfile.text('filename') ?? '',
    ...given('contentType', subfile.text('contenttype')),
    ...given('mode', subfile.size('mode', MOST_MODE)),
    offset,
    length: subfile.size('len', fileBytes - offset) ?? 0,
  };
}

const MOST_MODE = 2 ** 32 - 1;

const given = <K extends string, V>(name: K, value: V | undefined): { readonly [name in K]?: V } => (value === undefined ? {} : ({ [name]: value } as { [name in K]: V }));

/** The fields of a JSON object by their names in lower case; of two with one name the last counts. */
class Struct {
  readonly #fields: ReadonlyMap<string, unknown>;
  constructor(object: object) {
    this.#fields = new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]));
  }

  #get<T>(name: string, isOne: (value: unknown) => value is T): T | undefined {
    const value = this.#fields.get(name) ?? undefined;
    if (value !== undefined && !isOne(value)) throw refusal(name);
    return value;
  }

  text(name: string): string | undefined {
    return this.#get(name, isText);
  }

  flag(name: string): boolean | undefined {
    return this.#get(name, (value) => typeof value === 'boolean');
  }

  size(name: string, most: number): number | undefined {
    return this.#get(name, (value): value is number => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most);
  }

  texts(name: string): readonly string[] | undefined {
    return this.#get(name, (value): value is string[] => Array.isArray(value) && value.every(isText));
  }

  object(name: string): readonly (readonly [string, unknown])[] | undefined {
    const object = this.#get(name, isObject);
    return object && Object.entries(object);
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

function structOf(value: unknown): Struct {
  if (!isObject(value)) throw refusal();
  return new Struct(value);
}

function asText(value: unknown): string {
  if (!isText(value)) throw refusal('errorpages');
  return value;
}

function statusOf(text: string): number {
  if (!/^[45]\d\d$/.test(text)) throw refusal('errorpages');
  return Number(text);
}

function parsed(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json));
  } catch {
    throw refusal();
  }
}

const refusal = (name?: string): Error => invalidInput(name === undefined ? 'metadata' : `metadata.${name}`, 'as skyd writes it');
