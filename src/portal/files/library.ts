import { equalBytes } from '../../registry/bytes.ts';
import type { CheckedEntry } from '../../registry/index.ts';
import { fileLink, formatResolverProof, formatSkylink, linkInData, MOST_RESOLUTIONS, parseBaseSector, readMetadata, sectorRange, type BaseSector, type FileLink, type FileMetadata, type Skylink } from '../../skylink/index.ts';
import type { EntryStore } from '../store/entry-store.ts';
import type { FilePutOutcome, FileStore } from './file-store.ts';
import { notFound, readOr400, RefusedRequest } from './refusals.ts';
import { sectorRootInTurns } from './root.ts';

/** What a link comes to at this portal. */
export interface Resolved {
  readonly skylink: FileLink;
  /** Of every answer about it: `Skynet-Skylink`, and where a resolver link was asked for, `Skynet-Proof`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Metadata is read anew for every answer, and a whole sector of it would take the time of a hundred. Some two thousand files of a directory fit. */
const MOST_METADATA_BYTES = 256 * 1024;

export interface StoredFile extends BaseSector {
  readonly description: FileMetadata;
  /** 99 bytes and what follows, up to `fetchSize`. */
  readonly range: Uint8Array<ArrayBuffer>;
}

/** The files of a portal, by their links. */
export class Library {
  readonly #entries: EntryStore;
  readonly #files: FileStore;

  constructor(entries: EntryStore, files: FileStore) {
    this.#entries = entries;
    this.#files = files;
  }

  /** Follows a resolver link to a file. @throws RefusedRequest */
  async resolve(link: Skylink): Promise<Resolved> {
    const entries: CheckedEntry[] = [];
    let next: Skylink | undefined = link;
    while (next.version === 2) {
      if (entries.length === MOST_RESOLUTIONS) throw new RefusedRequest(400, 'failed to resolve skylink: it leads to links too many');
      const entry = await this.#entries.get(next.entryId);
      if (entry === undefined) throw notFound('failed to resolve skylink: registry entry not found');
      // Nothing signs that an entry of type 1 is of type 1, so clients take no other.
      if (entry.type !== 1) throw new RefusedRequest(400, 'failed to resolve skylink: the registry entry is of type 2');
      entries.push(entry);
      next = readOr400('failed to resolve skylink', () => linkInData(entry.data));
      if (next === undefined) throw notFound('failed to resolve skylink: it was deleted');
    }
    return {
      skylink: next,
      fields: { 'skynet-skylink': formatSkylink(next), ...(entries.length === 0 ? {} : { 'skynet-proof': formatResolverProof(entries) }) },
    };
  }

  /** The bytes that a link names: `fetchSize` of them. @throws RefusedRequest */
  async range({ merkleRoot, offset, fetchSize }: FileLink): Promise<Uint8Array<ArrayBuffer>> {
    return sectorRange(await this.sector(merkleRoot), offset, fetchSize);
  }

  /** The used bytes of a sector. @throws RefusedRequest */
  async sector(merkleRoot: Uint8Array): Promise<Uint8Array> {
    const used = await this.#files.get(merkleRoot);
    if (used === undefined) throw notFound('failed to fetch base sector: not found');
    return used;
  }

  /** @throws RefusedRequest */
  async file(link: FileLink): Promise<StoredFile> {
    const range = await this.range(link);
    return readOr400('failed to read the base sector', () => described(range));
  }

  /** Keeps what a link names. @throws RefusedRequest for what it does not, and for what is no file's base sector */
  async restore(link: FileLink, sector: Uint8Array): Promise<FilePutOutcome> {
    readOr400('failed to read the base sector', () => described(sectorRange(sector, link.offset, link.fetchSize)));
    const used = withoutZeros(sector);
    if (!equalBytes(await sectorRootInTurns(used), link.merkleRoot)) throw new RefusedRequest(400, 'the sector is not the one that the skylink names');
    return this.#files.put(link.merkleRoot, used);
  }

  /** Keeps the used bytes of a base sector under the link that {@link linkTo} made of them. */
  async add(link: FileLink, used: Uint8Array): Promise<FilePutOutcome> {
    return this.#files.put(link.merkleRoot, withoutZeros(used));
  }

  async linkTo(used: Uint8Array): Promise<FileLink> {
    return fileLink(await sectorRootInTurns(used), used.length);
  }
}

/** One sector has one spelling in the store: zeros at its end are not kept. */
function withoutZeros(sector: Uint8Array): Uint8Array {
  return sector.subarray(0, sector.findLastIndex((byte) => byte !== 0) + 1);
}

function described(range: Uint8Array<ArrayBuffer>): StoredFile {
  const { metadata, file } = parseBaseSector(range);
  assertMetadata(metadata);
  return { metadata, file, range, description: readMetadata(metadata, file.length) };
}

/** @throws RefusedRequest */
export function assertMetadata({ length }: { readonly length: number }): void {
  if (length > MOST_METADATA_BYTES) throw new RefusedRequest(413, `the metadata is larger than ${MOST_METADATA_BYTES} bytes, the most that this portal takes`);
}
