import type { ThreadSource } from '../../../src/link/index.ts';

/** The worker of the KDF, which stands beside the library. */
export const kdfSource: ThreadSource = new URL('./kdf.worker.js', import.meta.url);
