import { utf8ToBytes } from '@noble/hashes/utils.js';
import { invalidInput } from '../../error.ts';
import type { Bytes } from '../../registry/bytes.ts';
import { buildBaseSector, fileLink, sectorRoot, type FileLink } from '../../skylink/index.ts';

/** What kernels take: one classic script. */
export const MAX_MODULE_BYTES = 4_000_000;

/** As the tools of Skynet's kernel upload a module: its link is a hash of this, too. */
const METADATA = '{"Filename":"index.js"}';

/** A module as it is uploaded. */
export interface ModuleFile {
  /** The link that never changes. */
  readonly skylink: FileLink;
  /** The used bytes of its base sector. */
  readonly sector: Bytes;
}

/**
 * The base sector and the link of a module. It takes up to half a second.
 * @param bundle 1 … {@link MAX_MODULE_BYTES}
 * @throws RegistryError `INVALID_INPUT` naming `bundle`
 */
export function moduleFile(bundle: Uint8Array): ModuleFile {
  if (bundle.length === 0 || bundle.length > MAX_MODULE_BYTES) throw invalidInput('bundle', `a script of 1 to ${MAX_MODULE_BYTES} bytes; it has ${bundle.length}`);
  const sector = buildBaseSector({ metadata: utf8ToBytes(METADATA), file: bundle });
  return { skylink: fileLink(sectorRoot(sector), sector.length), sector };
}
