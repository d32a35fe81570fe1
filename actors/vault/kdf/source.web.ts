import type { ThreadSource } from '../../../src/link/index.ts';

/** The worker of the KDF, which stands beside the library. In these very words, so that bundlers find the file and take it along. */
export const kdfSource: ThreadSource = (name) => new Worker(new URL('./kdf.worker.js', import.meta.url), { type: 'module', name });
