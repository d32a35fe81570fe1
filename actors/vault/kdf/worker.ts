import { bootThread } from '../../../src/link/index.ts';
import { KDF_VERSION } from './messages.ts';
import { serveKdf } from './service.ts';

/** A worker that stretches one password, and is terminated with whatever of it is left in its memory. */
bootThread(({ port }) => serveKdf(port), { version: KDF_VERSION });
