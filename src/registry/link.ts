import { base64urlnopad } from '@scure/base';
import { concatBytes } from '@noble/hashes/utils.js';
import type { EntryKey } from './entry.ts';
import { entryId } from './hash.ts';

/** The two bytes, little-endian 1, that make a skylink a resolver link (skyd `skymodules.SkylinkV2`). */
const RESOLVER_BITFIELD = /* @__PURE__ */ new Uint8Array([1, 0]);

/**
 * The resolver link of an entry: the 46 base64url characters of `u16le(1)` ‖ {@link entryId}. A portal that is asked for it serves
 * what the entry's data, a raw 34-byte skylink, points to.
 * @throws RegistryError `INVALID_INPUT`
 */
export function resolverLink(key: EntryKey): string {
  return base64urlnopad.encode(concatBytes(RESOLVER_BITFIELD, entryId(key)));
}
