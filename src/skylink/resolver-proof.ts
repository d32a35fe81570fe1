import { invalidInput, RegistryError } from '../error.ts';
import { equalBytes } from '../registry/bytes.ts';
import { entryId, isDeleted, verifyEntry, type CheckedEntry } from '../registry/index.ts';
import { answerBody, readEntries } from '../registry/wire/index.ts';
import { parseSkylink, SKYLINK_BYTES, unpackSkylink, type FileLink, type ResolverLink, type Skylink } from './skylink.ts';

/** What a resolver link comes to, and the entries that say so. */
export interface Resolution {
  /** Undefined where the last entry says that the file was deleted. */
  readonly skylink: FileLink | undefined;
  /** One or two: the first is the one that the link names. */
  readonly entries: readonly CheckedEntry[];
}

/** Entries on the way from a resolver link to a file; what takes more is not followed (skyd `maxSkylinkV2Depth`). */
export const MOST_RESOLUTIONS = 2;

/** The value of `Skynet-Proof`: a JSON array of entries, each as a portal answers a read. */
export function formatResolverProof(entries: readonly CheckedEntry[]): string {
  return `[${entries.map((entry) => answerBody(entry).trim()).join()}]`;
}

/**
 * Follows a chain of entries from a resolver link to what it resolves to: each is of type 1, is the one that the link before it names, and was signed by its key's
 * holder. Whether there are newer ones it does not tell.
 * @param proof the value of `Skynet-Proof`
 * @throws RegistryError `INVALID_INPUT` for what is no such chain, one that ends too early or goes on too long included; `BAD_SIGNATURE`
 */
export function verifyResolverProof(link: ResolverLink, proof: string): Resolution {
  const entries = readEntries(proof);
  if (entries === undefined || entries.length === 0 || entries.length > MOST_RESOLUTIONS) throw notOne();
  let next: Skylink | undefined = link;
  for (const entry of entries) {
    if (next?.version !== 2 || entry.type !== 1 || !equalBytes(entryId(entry), next.entryId)) throw notOne();
    if (!verifyEntry(entry)) throw new RegistryError('BAD_SIGNATURE', "an entry of the proof was not signed by its key's holder", { field: 'proof' });
    next = linkInData(entry.data, 'proof');
  }
  if (next?.version === 2) throw notOne();
  return { skylink: next, entries };
}

const notOne = (): RegistryError => invalidInput('proof', 'a chain of entries from the resolver link to a file');

/**
 * The link that an entry's data is: 34 bytes; in old entries text, with `sia://` before it or not. Undefined for the one that says "deleted".
 * @throws RegistryError `INVALID_INPUT` naming the field
 */
export function linkInData(data: Uint8Array, field = 'data'): Skylink | undefined {
  if (isDeleted(data)) return undefined;
  return data.length === SKYLINK_BYTES ? unpackSkylink(data, field) : parseSkylink(String.fromCharCode(...data), field);
}
