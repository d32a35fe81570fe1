import { RegistryError } from '../error.ts';
import { isBytes, takeBytes, type Bytes } from '../registry/bytes.ts';
import { own } from './own.ts';

/** The domain that presents seeds: the kernel's own. */
const ROOT = 'root';
/** By what method what is presented, and its length in bytes: a seed, and what kernels that descend from the first present instead. */
const PRESENTED: ReadonlyMap<unknown, readonly [name: 'seed' | 'key', length: number]> = new Map([
  ['presentSeed', ['seed', 16]],
  ['presentKey', ['key', 32]],
]);

/**
 * Takes the seed that a kernel presents to its modules, once: a message `{ method: 'presentSeed', domain: 'root', data: { seed } }`, or `presentKey` with a
 * `key`. What else comes changes nothing. The seed is in no event and no state: it is here until something is made of it, and then it is wiped.
 */
export class PresentedSeed<T> {
  readonly #make: (seed: Bytes) => T;
  #isTaken = false;

  /** @param make what becomes of it; the seed is 16 bytes, or a key's 32, and overwritten afterwards */
  constructor(make: (seed: Bytes) => T) {
    this.#make = make;
  }

  /** Whether one was taken. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /**
   * What is made of the seed that a message presents, in plain memory, which is copied: the message is its receiver's to overwrite.
   * @throws RegistryError `FORBIDDEN` from another domain than `root`, and the second time; `INVALID_INPUT`; whatever is thrown where it is made
   */
  take(message: unknown): T {
    if (typeof message !== 'object' || message === null || Array.isArray(message)) throw new RegistryError('INVALID_INPUT', 'message must be a record', { field: 'message' });
    const { method, domain, data } = own(message, ['method', 'domain', 'data']);
    if (domain !== ROOT) throw new RegistryError('FORBIDDEN', 'only the root domain presents a seed', { field: 'message.domain' });
    if (this.#isTaken) throw new RegistryError('FORBIDDEN', 'a seed was presented before', { field: 'message' });
    const [name, length] = PRESENTED.get(method) ?? [];
    if (name === undefined || length === undefined) throw new RegistryError('INVALID_INPUT', 'message.method must present a seed', { field: 'message.method' });
    const seed = takeSeed(own(data, [name])[name], `message.data.${name}`, length);
    try {
      const made = this.#make(seed);
      this.#isTaken = true;
      return made;
    } finally {
      seed.fill(0);
    }
  }
}

/** Memory that another thread can write to, or that can be resized under its holder, is nothing to present a secret in. */
function takeSeed(value: unknown, field: string, length: number): Bytes {
  const seed = takeBytes(value, field, length);
  if (isBytes(value) && value.buffer instanceof ArrayBuffer && !(value.buffer as { readonly resizable?: boolean }).resizable) return seed;
  seed.fill(0);
  throw new RegistryError('INVALID_INPUT', `${field} must be in memory of its own`, { field });
}
