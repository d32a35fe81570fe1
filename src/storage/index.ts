export type { Change, KeyRange, StorageAdapter, StorageConnection } from './adapter.ts';
export { FloorStore } from './floors.ts';
export { floorKey, FLOORS, usedAt as floorUsedAt } from './record.ts';
export { scanAll } from './scan.ts';
export { KnownFloors } from './known.ts';
export { Leases } from './leases.ts';
export { MemoryStorage } from './memory.ts';
export { StorageSession, type StorageState } from './session.ts';
