import { compareBytes, equalBytes } from './bytes.ts';
import { takeUnsignedEntry, type CheckedUnsignedEntry, type UnsignedEntry } from './entry.ts';
import { workChecked } from './hash.ts';

/**
 * Which of two entries of one key replaces the other: positive if `a` does, negative if `b` does, zero only if they say the same.
 * The higher revision wins, then the bytewise smaller work hash, then type 2 over type 1, then the bytewise smaller data: a total
 * order, so every reader who has seen both holds the same one whatever order they came in. Signatures play no part.
 * @throws RegistryError `INVALID_INPUT`
 */
export function compareEntries(a: UnsignedEntry, b: UnsignedEntry): -1 | 0 | 1 {
  return compareChecked(takeUnsignedEntry(a, 'a'), takeUnsignedEntry(b, 'b'));
}

/** {@link compareEntries} of entries whose shape was checked already. */
export function compareChecked(a: CheckedUnsignedEntry, b: CheckedUnsignedEntry): -1 | 0 | 1 {
  if (a.revision !== b.revision) return a.revision > b.revision ? 1 : -1;
  // The same entry, which is what portals send most: two hashes would find it out, too, at a hundred times the cost.
  if (a.type === b.type && equalBytes(a.data, b.data)) return 0;
  return (compareBytes(workChecked(b), workChecked(a)) || a.type - b.type || compareBytes(b.data, a.data)) > 0 ? 1 : -1;
}
