import type { Caller } from './caller.ts';
import type { Service } from './service.ts';

/** Another actor, as one that asks it things sees it: at the other end of a port ({@link Caller}), or in the same thread (`directPeer`). */
export type Peer<S extends Service> = Pick<Caller<S>, 'call' | 'pipe' | 'close' | 'gone'>;
