import type { ThreadSource } from './link/index.ts';
import type { ActorName } from './runtime/hosting.ts';

/** In these very words, so that bundlers find each file and take it along. */
const SOURCES: Readonly<Record<ActorName, ThreadSource>> = {
  portal: (name) => new Worker(new URL('./portal.worker.js', import.meta.url), { type: 'module', name }),
  entries: (name) => new Worker(new URL('./entries.worker.js', import.meta.url), { type: 'module', name }),
  verifier: (name) => new Worker(new URL('./verifier.worker.js', import.meta.url), { type: 'module', name }),
  vault: (name) => new Worker(new URL('./vault.worker.js', import.meta.url), { type: 'module', name }),
};

/** The worker of an actor, which stands beside the library. */
export const workerSource = (actor: ActorName): ThreadSource => SOURCES[actor];
