export type { Change, KeyRange, StorageAdapter, StorageConnection, StoredRecord } from './adapter.ts';
export { storageConformance, type ConformanceCase } from './conformance.ts';
export { FloorStore, type CorruptRecord, type Floor, type FloorOptions } from './floors.ts';
export { IndexedDbStorage } from './indexeddb.ts';
export { KnownFloors } from './known.ts';
export { MemoryStorage, type StorageFault } from './memory.ts';
export type { StorageState } from './session.ts';
