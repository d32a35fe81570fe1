import { fromWire, RegistryError, type WireError } from '../../error.ts';
import type { Clock } from '../../world.ts';
import { sendingError } from '../clone-error.ts';
import type { Thread } from './thread.ts';

/** The wire format of this folder. Raised when a message changes its meaning. */
const LINK_VERSION = 'link 3';

/** Both sides of a link must say the same. `application` is what its user adds: the version of the services that travel on it. */
export const linkVersion = (application: string | undefined): string => (application === undefined ? LINK_VERSION : `${application} (${LINK_VERSION})`);

/** The first message to a worker; later ones travel on its port. */
export interface Boot {
  readonly version: string;
  readonly name: string;
  /** The Web Lock to hold for life. */
  readonly lock: string;
  readonly input: unknown;
  readonly port: MessagePort;
}

/** The worker's answer to it. */
export interface Greeting {
  readonly version: string;
  readonly locked: boolean;
  /** Why nothing was started. */
  readonly error?: WireError;
}

export const otherVersion = (worker: string, client: string): RegistryError =>
  new RegistryError('UNSUPPORTED', `the worker is of version ${worker}, its client of version ${client}`, { hint: 'Serve both from one build.' });

/**
 * Boots a started thread and waits until it has greeted.
 *
 * @throws {RegistryError} `UNSUPPORTED` if it is of another version, `WORKER_GONE` if it failed, `TIMEOUT` if it says nothing; or why it could not start
 */
export async function greet(thread: Thread, boot: Boot, clock: Clock, deadline: number): Promise<void> {
  post(thread, boot);
  let timer: unknown;
  const late = new Promise<never>((_resolve, reject) => {
    timer = clock.setTimeout(() => reject(new RegistryError('TIMEOUT', `the ${boot.name} worker did not start within ${deadline} ms`)), deadline);
  });
  try {
    const greeting = await Promise.race([thread.greeting, thread.gone.then((reason) => Promise.reject(reason)), late]);
    const { version, locked, error } = (typeof greeting === 'object' && greeting !== null ? greeting : {}) as Partial<Greeting>;
    if (version !== boot.version) throw otherVersion(typeof version === 'string' ? version : 'unknown', boot.version);
    if (error !== undefined) throw fromWire(error);
    if (locked === true) thread.watch(boot.lock);
  } finally {
    clock.clearTimeout(timer);
  }
}

function post(thread: Thread, boot: Boot): void {
  try {
    thread.post(boot, boot.port);
  } catch (error) {
    throw sendingError(error);
  }
}
