import { kdfSource } from '#kdf-source';
import { stretch, type Kdf } from '../../../src/keyring/vault/index.ts';
import type { Clock } from '../../../src/world.ts';
import { threadKdf } from './thread-kdf.ts';

/** Stretches passwords in workers of this platform, or, where none can be had, in this thread. */
export const openKdf = (clock: Clock): Kdf => threadKdf({ source: kdfSource, clock, local: stretch });
