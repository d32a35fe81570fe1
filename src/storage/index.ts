export type { StorageAdapter, StorageConnection } from './adapter.ts';
export { FloorStore } from './floors.ts';
export { KnownFloors } from './known.ts';
export type { Leases } from './leases.ts';
export { MemoryStorage } from './memory.ts';
export type { StorageState } from './session.ts';
