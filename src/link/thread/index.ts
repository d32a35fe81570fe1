export { bootActor, type BootOptions } from './boot.ts';
export { spawnActor, type SpawnOptions } from './spawn.ts';
export type { StartedWorker, Thread, ThreadSource } from './thread.ts';
