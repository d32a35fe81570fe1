import type { ThreadSource } from './link/index.ts';

/** The worker of this package, which stands beside the library. In these very words, so that bundlers find it and take it along. */
export const workerSource = (): ThreadSource => (name) => new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name });
