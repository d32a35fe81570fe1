import type { FileMetadata } from '../../skylink/index.ts';
import { RefusedRequest } from './refusals.ts';

/** What the query of an upload asks for. */
export interface UploadQuery extends Pick<FileMetadata, 'mode' | 'defaultPath' | 'disableDefaultPath' | 'tryFiles' | 'errorPages'> {
  /** Nothing where it is not said. */
  readonly filename: string;
  /** Whether only the link is asked for. */
  readonly isDryRun: boolean;
}

/** What is tried where nothing is said of it. It is part of the metadata, and so of the link. */
const DEFAULT_TRY_FILES = ['index.html'];

/** @throws RefusedRequest */
export function readUploadQuery(query: URLSearchParams): UploadQuery {
  const defaultPath = query.get('defaultpath') ?? '';
  const disableDefaultPath = readFlag(query, 'disabledefaultpath');
  const tryFiles = readTryFiles(query.get('tryfiles'));
  const errorPages = readErrorPages(query.get('errorpages'));
  const saysDefault = defaultPath !== '' || disableDefaultPath;
  if (saysDefault && (tryFiles !== undefined || errorPages !== undefined)) throw new RefusedRequest(400, 'defaultpath and disabledefaultpath are not compatible with tryfiles and errorpages');
  if (defaultPath !== '' && disableDefaultPath) throw new RefusedRequest(400, 'defaultpath and disabledefaultpath are mutually exclusive');
  const mode = readMode(query.get('mode') ?? undefined);
  return {
    filename: query.get('filename') ?? '',
    isDryRun: readFlag(query, 'dryrun'),
    ...(mode === undefined ? {} : { mode }),
    ...(defaultPath === '' ? {} : { defaultPath: `/${defaultPath.replace(/^\//, '')}` }),
    ...(disableDefaultPath ? { disableDefaultPath } : {}),
    ...(errorPages === undefined ? {} : { errorPages }),
    ...(saysDefault ? {} : { tryFiles: tryFiles ?? DEFAULT_TRY_FILES }),
  };
}

/** Unix permissions in octal digits. */
export function readMode(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^[0-7]{1,10}$/.test(text)) throw new RefusedRequest(400, "unable to parse 'mode': not an octal number");
  return Number.parseInt(text, 8);
}

/** What Go's `strconv.ParseBool` takes. */
function readFlag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? '';
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(|0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new RefusedRequest(400, `unable to parse '${name}' parameter: not a boolean`);
}

function readTryFiles(text: string | null): readonly string[] | undefined {
  const value = parsed('tryfiles', text);
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every((path) => typeof path === 'string' && path !== '')) throw new RefusedRequest(400, "unable to parse 'tryfiles' parameter: not an array of paths");
  return value as string[];
}

function readErrorPages(text: string | null): ReadonlyMap<number, string> | undefined {
  const value = parsed('errorpages', text);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RefusedRequest(400, "unable to parse 'errorpages' parameter: not an object");
  const pages = new Map<number, string>();
  for (const [status, path] of Object.entries(value)) {
    if (!/^[45]\d\d$/.test(status) || typeof path !== 'string' || !path.startsWith('/')) {
      throw new RefusedRequest(400, "unable to parse 'errorpages' parameter: each is a status from 400 to 599 and a path with a slash at its beginning");
    }
    pages.set(Number(status), path);
  }
  return pages;
}

function parsed(name: string, text: string | null): unknown {
  if (text === null || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new RefusedRequest(400, `unable to parse '${name}' parameter: not JSON`);
  }
}
