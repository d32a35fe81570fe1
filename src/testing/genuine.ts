import { hashChecked, nameOf, packEntry, type CheckedEntry } from '../registry/index.ts';
import { trim } from '../trim.ts';
import { judge, REMEMBERED } from './verdict.ts';

const known = new Map<string, boolean>();

/** Whether an entry is what its key signed. Judged once, and remembered by every byte of it: the same are seen by the thousand. */
export function isGenuine(entry: CheckedEntry): boolean {
  const whole = nameOf(entry) + packEntry(entry);
  let isIt = known.get(whole);
  if (isIt === undefined) {
    isIt = judge(entry.signature, hashChecked(entry), entry.pubkey);
    known.set(whole, isIt);
    trim(known, REMEMBERED);
  }
  return isIt;
}
