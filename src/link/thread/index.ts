export { bootActor } from './boot.ts';
export { bootThread } from './boot-thread.ts';
export { spawnActor, type SpawnOptions } from './spawn.ts';
export { startThread, type StartedThread } from './start.ts';
export type { StartedWorker, ThreadSource } from './thread.ts';
