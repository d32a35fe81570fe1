import type { ThreadSource } from './link/index.ts';

/** The worker of this package, which stands beside the library. */
export const workerSource = (): ThreadSource => new URL('./worker.js', import.meta.url);
