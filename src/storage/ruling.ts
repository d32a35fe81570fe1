import { equalBytes, type Bytes } from '../registry/bytes.ts';
import type { CheckedEntry } from '../registry/entry.ts';
import { compareChecked } from '../registry/order.ts';
import { holdsSameEntry, packFloor, parseFloor } from './record.ts';

/**
 * What a stored record is beside a verified entry of its key:
 * - `absent`: nothing stood there
 * - `same`: the entry itself
 * - `lower`: no higher than the entry, which replaces it whether it is genuine or not
 * - `unreadable`: no record of an entry of this key
 * - `refuted`: higher, but known to be forged
 * - `contested`: higher, and nobody has verified it yet. It must be neither believed nor replaced before that.
 */
export type Ruling = 'absent' | 'same' | 'lower' | 'unreadable' | 'refuted' | 'contested';

/**
 * Decides between the verified `entry` and the record that stands under its key, inside the storage's transaction, where there is no
 * time to verify a signature. So a higher record is `contested`: the caller verifies it outside and, if it is forged, asks again
 * naming it as `refuted`. Only that very entry loses its place then; a genuine one written meanwhile is contested anew.
 */
export function rule(entry: CheckedEntry, current: Bytes | undefined, refuted?: Bytes): Ruling {
  if (current === undefined) return 'absent';
  if (holdsSameEntry(current, packFloor(entry, 0))) return 'same';
  const stored = parseFloor(current);
  if (stored === undefined || !equalBytes(stored.pubkey, entry.pubkey) || !equalBytes(stored.datakey, entry.datakey)) return 'unreadable';
  if (compareChecked(entry, stored) >= 0) return 'lower';
  return refuted !== undefined && holdsSameEntry(current, refuted) ? 'refuted' : 'contested';
}
