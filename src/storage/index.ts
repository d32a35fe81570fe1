export type { StorageAdapter, StorageConnection } from './adapter.ts';
export { FloorStore } from './floors.ts';
export { KnownFloors } from './known.ts';
export { MemoryStorage } from './memory.ts';
export type { StorageState } from './session.ts';
