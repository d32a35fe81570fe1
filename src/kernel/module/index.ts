// The first: so what is alike is nearer together in the script, which is half a kilobyte less when it is compressed.
import { ModuleSource } from './module-source.ts';
import { storageNamed } from '#storage';
import { openBroadcast } from '../../../actors/entries/broadcast.ts';
import { realWorld } from '../../../actors/world.ts';
import { realClock } from '../../world.ts';
import type { StorageAdapter } from '../../storage/index.ts';
import { own } from '../own.ts';
import { PresentedSeed } from '../presented-seed.ts';
import { Queries } from '../queries.ts';
import { storageKey } from '../storage-key.ts';

/** As the first line of the script says, which is written when the module is built. */
const { portals, trustedDomains } = own((globalThis as { SECURE_REGISTRY_MODULE?: unknown }).SECURE_REGISTRY_MODULE, ['portals', 'trustedDomains']);
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
const trusted = texts(trustedDomains);

const source = new ModuleSource({
  world: { ...realWorld, openBroadcast },
  storage: storageNamed('persistent') as StorageAdapter, // only for memory alone there is none
  portals: texts(portals),
  arePortalsSettable: trusted.length > 0,
});
const presented = new PresentedSeed(storageKey);
const queries = new Queries({
  source,
  clock: realClock,
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's kernel has none
  post: (message) => postMessage(message),
  isTrusted: (domain) => trusted.includes(domain),
  present(message) {
    source.useKey(presented.take(message));
  },
});

// Now, and not in a turn to come: the kernel's first messages are under way.
// oxlint-disable-next-line unicorn/prefer-add-event-listener -- what kernels look for, and modules are known by
globalThis.onmessage = ({ data }: MessageEvent<unknown>) => queries.take(data);
