export { bootActor } from './boot.ts';
export { spawnActor, type SpawnOptions } from './spawn.ts';
export type { StartedWorker, ThreadSource } from './thread.ts';
