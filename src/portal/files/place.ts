import type { FileMetadata, SubfileMetadata } from '../../skylink/index.ts';

/** What a path of a link stands for. */
export type Place =
  | { readonly kind: 'file'; readonly subfile: SubfileMetadata; readonly status: number }
  /** More than one file: all that are beneath a path. */
  | { readonly kind: 'directory'; readonly subfiles: readonly SubfileMetadata[] }
  | { readonly kind: 'nothing' };

/** A directory, by skyd's rule: more than one file, or one with another name than the whole (`SkyfileMetadata.IsDirectory`). */
export function isDirectory({ filename, subfiles }: FileMetadata): boolean {
  return subfiles !== undefined && (subfiles.size > 1 || (subfiles.size === 1 && !subfiles.has(filename)));
}

/**
 * Finds what stands at a path.
 * @param path decoded, with a slash at its beginning; nothing for the link alone
 * @param length of the whole file
 */
export function placeAt(metadata: FileMetadata, path: string, length: number): Place {
  const { subfiles = new Map<string, SubfileMetadata>() } = metadata;
  if (!isDirectory(metadata)) {
    const [single = { filename: metadata.filename, offset: 0, length }] = subfiles.values();
    return path === '' || path === '/' || path === `/${single.filename}` ? { kind: 'file', subfile: single, status: 200 } : nothing(metadata, 404);
  }
  const exact = subfiles.get(path.slice(1));
  if (exact !== undefined) return { kind: 'file', subfile: exact, status: 200 };
  for (const candidate of candidates(metadata, path)) {
    const subfile = subfiles.get(candidate);
    if (subfile !== undefined) return { kind: 'file', subfile, status: 200 };
  }
  const beneath = subfilesBeneath(metadata, path);
  return beneath.length > 0 ? { kind: 'directory', subfiles: beneath } : nothing(metadata, 404);
}

/** The files in a folder and its folders, as they lie one behind the other; of a path that is a file's, that one. */
export function subfilesBeneath({ subfiles = new Map<string, SubfileMetadata>() }: FileMetadata, path: string): readonly SubfileMetadata[] {
  const folder = folderAt(path);
  return [...subfiles].filter(([name]) => folder === '' || name.startsWith(folder) || name === path.slice(1)).map(([, subfile]) => subfile).sort((a, b) => a.offset - b.offset);
}

/** The file that stands for an error, where there is one. */
function nothing({ errorPages, subfiles }: FileMetadata, status: number): Place {
  const page = subfiles?.get(errorPages?.get(status)?.slice(1) ?? '');
  return page === undefined ? { kind: 'nothing' } : { kind: 'file', subfile: page, status };
}

/** A backup can name some sixty thousand, and a path take 16 kB: to look up all would take a second. */
const MOST_TRIED = 1000;

/** A path as that of a folder: without a slash at its beginning, and with one at its end unless it is the whole. */
const folderAt = (path: string): string => (path.endsWith('/') ? path : `${path}/`).slice(1);

/** What is tried, in its order, where the path itself is no file: paths without a slash at their beginning. */
function* candidates({ tryFiles, defaultPath, disableDefaultPath }: FileMetadata, path: string): Generator<string> {
  const folder = folderAt(path);
  for (const name of (tryFiles ?? []).slice(0, MOST_TRIED)) yield name.startsWith('/') ? name.slice(1) : `${folder}${name}`;
  if (path !== '/') return;
  if (defaultPath !== undefined) yield defaultPath.slice(1);
  // As it was before there were tryfiles.
  else if (tryFiles === undefined && disableDefaultPath !== true) yield 'index.html';
}
