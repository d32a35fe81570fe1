import { kdfSource } from '#kdf-source';
import { stretchInScript, type Kdf } from '../../../src/keyring/vault/index.ts';
import type { Clock } from '../../../src/world.ts';
import { threadKdf } from './thread-kdf.ts';

/**
 * Stretches passwords in workers of this platform, or, where none can be had, in this thread, without the
 * bytes of WebAssembly that would rarely be used.
 */
export const openKdf = (clock: Clock): Kdf => threadKdf({ source: kdfSource, clock, local: stretchInScript });
