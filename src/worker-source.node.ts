import type { ThreadSource } from './link/index.ts';
import type { ActorName } from './runtime/hosting.ts';

const SOURCES: Readonly<Record<ActorName, URL>> = {
  portal: new URL('./portal.worker.js', import.meta.url),
  entries: new URL('./entries.worker.js', import.meta.url),
  verifier: new URL('./verifier.worker.js', import.meta.url),
  vault: new URL('./vault.worker.js', import.meta.url),
};

/** The worker of an actor, which stands beside the library. */
export const workerSource = (actor: ActorName): ThreadSource => SOURCES[actor];
