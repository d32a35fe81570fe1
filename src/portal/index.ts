export { LocalBus, type UpdateBus, type UpdateListener } from './bus.ts';
export { DEFAULT_LIMITS, type PortalLimits } from './limits.ts';
export type { PortalOptions } from './options.ts';
export { createPortal, type Portal } from './portal.ts';
export type { PortalStats, PutOutcome } from './stats.ts';
export { entryTag, holds, judgePut, type EntryStore, type Precondition, type PutResult } from './store/entry-store.ts';
export { LmdbStore, type EntryDatabase } from './store/lmdb.ts';
export { MemoryStore } from './store/memory.ts';
export type { CheckedEntry } from '../registry/index.ts';
