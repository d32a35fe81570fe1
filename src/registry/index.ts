export { DELETED_DATA, isDeleted } from './deletion.ts';
export { MAX_DATA_BYTES, MAX_REVISION, takeEntryKey, takeSignedEntry, takeUnsignedEntry } from './entry.ts';
export type { CheckedEntry, CheckedUnsignedEntry, EntryKey, EntryType, SignedEntry, UnsignedEntry } from './entry.ts';
export { entryId, hashChecked, hashDatakey, hashEntry, workChecked, workHash } from './hash.ts';
export { resolverLink } from './link.ts';
export { compareChecked, compareEntries } from './order.ts';
export { signEntry, type EntrySigner } from './sign.ts';
export { Verdict, verifyByReference } from './verdict/index.ts';
export { verifyEntry } from './verify.ts';
