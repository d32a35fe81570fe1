// What each export may weigh in a browser, in bytes of gzip.
import { FRAME, INSPECTOR, MODULE, WORKERS } from './entry-points.mjs';

const KIB = 1024;

/** A page that starts a runtime, as its author would write it; of the package as it was built. */
const page = { source: "export { createRuntime } from './dist/web/index.js';" };

/**
 * The exports: how they are imported, how much they may weigh with all packages in (or `only` these and the project's own code), and which packages
 * must not be in them at all. A `goal` is what the benchmark asks for, where that is less than what was reached.
 */
export const BUDGETS = [
  { name: '. (createRuntime)', ...page, budget: 20 * KIB, goal: 14 * KIB, without: ['xstate', '@noble/ed25519', '@noble/hashes'] },
  { name: '. (createRuntime), own and comlink', ...page, only: ['comlink'], budget: 18_000, goal: 8 * KIB },
  { name: '. (all)', source: "export * from './dist/web/index.js';", budget: 34_400, without: ['xstate'] },
  { name: './inline', source: "export * from './dist/web/inline.js';", budget: 79_000 },
  { name: './keyring', source: "export * from './dist/web/keyring.js';", budget: 69_500, without: ['comlink', 'rxjs', 'xstate'] },
  { name: './inspect (connectInspector)', source: "export { connectInspector } from './dist/web/inspect.js';", budget: 6 * KIB, without: ['xstate'] },
  { name: './inspect', source: "export * from './dist/web/inspect.js';", budget: 31_000 },
  { name: './kernel (connectFrame)', source: "export { connectFrame } from './dist/web/kernel.js';", budget: 8 * KIB, without: ['xstate', 'comlink', '@noble/ed25519', '@noble/hashes'] },
  { name: './kernel (connectFrame), own', source: "export { connectFrame } from './dist/web/kernel.js';", only: [], budget: 6 * KIB },
  { name: './kernel (connectFrame, installBridge), own', source: "export { connectFrame, installBridge } from './dist/web/kernel.js';", only: [], budget: 6 * KIB },
  { name: './frame/frame.js', entry: FRAME, budget: 60 * KIB },
  { name: 'inspector/inspector.js', entry: INSPECTOR.inspector, budget: 38 * KIB, without: ['xstate', 'comlink', 'rxjs', '@noble/hashes'] },
  { name: './machines', source: "export * from './dist/web/machines.js';", budget: 20_700, without: ['comlink', 'rxjs', '@noble/hashes'] },
  { name: './portal.worker.js', entry: WORKERS['portal.worker'], budget: 40 * KIB, without: ['@noble/ed25519'] },
  { name: './entries.worker.js', entry: WORKERS['entries.worker'], built: 'dist/web/entries.worker.js', budget: 48 * KIB, without: ['@noble/ed25519'] },
  { name: './verifier.worker.js', entry: WORKERS['verifier.worker'], budget: 40 * KIB },
  { name: './vault.worker.js', entry: WORKERS['vault.worker'], budget: 110 * KIB, without: ['hash-wasm'] },
  { name: './kdf.worker.js', entry: WORKERS['kdf.worker'], budget: 30_000, without: ['xstate', 'comlink', 'rxjs', '@noble/ed25519'] },
  { name: './worker.js', entry: WORKERS.worker, built: 'dist/web/worker.js', budget: 70_100 },
  { name: './module.js', entry: MODULE, built: 'dist/web/module.js', budget: 60 * KIB, without: ['comlink', 'rxjs'] },
];
