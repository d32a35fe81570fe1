import { hashChecked, type CheckedEntry } from '../registry/index.ts';
import { judge } from './verdict.ts';

/** Whether an entry is what its key signed. */
export const isGenuine = (entry: CheckedEntry): boolean => judge(entry.signature, hashChecked(entry), entry.pubkey);
