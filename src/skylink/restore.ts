import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { invalidInput } from '../error.ts';
import { equalBytes, isBytes, u64le, type Bytes } from '../registry/bytes.ts';
import { SECTOR_BYTES, takeUsed } from './sector.ts';
import { formatSkylink, parseSkylink, type FileLink } from './skylink.ts';

/** A backup of a small file: its link, and the whole sector. Whether the sector is the link's is told by its root, not by the envelope. */
export interface Backup {
  readonly skylink: FileLink;
  /** `SECTOR_BYTES`; of what is written only the used ones. */
  readonly sector: Uint8Array;
}

/** Three texts with their lengths before them, `u64le`: kind, version and link (skyd `skymodules.BackupSkylink`). */
const KIND = 'Skyfile Backup\n';
const VERSION = 'v1.5.5\n';
export const BACKUP_HEADER_BYTES = 92;

/** The header and the whole sector, 4,194,396 bytes. @throws RegistryError `INVALID_INPUT` */
export function packBackup({ skylink, sector }: Backup): Bytes {
  const bytes = new Uint8Array(BACKUP_HEADER_BYTES + SECTOR_BYTES);
  bytes.set(headerOf(formatSkylink(skylink)));
  bytes.set(takeUsed(sector), BACKUP_HEADER_BYTES);
  return bytes;
}

/** Reads a backup; `sector` is a view of it. @throws RegistryError `INVALID_INPUT` */
export function unpackBackup(bytes: Uint8Array): Backup {
  if (!isBytes(bytes) || bytes.length !== BACKUP_HEADER_BYTES + SECTOR_BYTES) throw invalidInput('backup', `${BACKUP_HEADER_BYTES + SECTOR_BYTES} bytes`);
  const text = String.fromCharCode(...bytes.subarray(LINK_AT, BACKUP_HEADER_BYTES));
  if (!equalBytes(bytes.subarray(0, BACKUP_HEADER_BYTES), headerOf(text))) throw invalidInput('backup', `one of a skyfile, ${VERSION.trim()}`);
  const skylink = parseSkylink(text, 'backup.skylink');
  if (skylink.version !== 1) throw invalidInput('backup.skylink', 'of version 1');
  return { skylink, sector: bytes.subarray(BACKUP_HEADER_BYTES) };
}

const LINK_AT = 46;

/** @param link 46 characters; what is no link at all makes a header that is none */
const headerOf = (link: string): Bytes => concatBytes(...[KIND, VERSION, link].flatMap((text) => [u64le(text.length), utf8ToBytes(text)]));
