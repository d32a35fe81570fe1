import { RegistryError } from '../error.ts';
import { kernelSeedToKeyData, type KeyData, type KeysOptions } from '../keyring/index.ts';
import { isBytes, takeBytes } from '../registry/bytes.ts';

/** The domain that presents seeds: the kernel's own. */
const ROOT = 'root';
const METHOD = 'presentSeed';
const SEED_BYTES = 16;

/**
 * Takes the seed that a kernel presents to its root module, once: a message `{ method: 'presentSeed', domain: 'root', data: { seed } }`. What else
 * comes changes nothing. The seed is in no event and no state: it is here until its keys are made of it, and then it is wiped.
 */
export class PresentedSeed {
  readonly #options: KeysOptions | undefined;
  #isTaken = false;

  /** @param options which keys are made of it */
  constructor(options?: KeysOptions) {
    this.#options = options;
  }

  /** Whether one was taken. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /**
   * The keys of the seed that a message presents: of 16 bytes of plain memory, which are copied.
   * @throws RegistryError `FORBIDDEN` from another domain than `root`, and the second time; `INVALID_INPUT`; `UNSUPPORTED`
   */
  take(message: unknown): KeyData {
    const { method, domain, data } = read(message, 'message');
    if (domain !== ROOT) throw new RegistryError('FORBIDDEN', 'only the root domain presents a seed', { field: 'message.domain' });
    if (this.#isTaken) throw new RegistryError('FORBIDDEN', 'a seed was presented before', { field: 'message' });
    if (method !== METHOD) throw new RegistryError('INVALID_INPUT', `message.method must be '${METHOD}'`, { field: 'message.method' });
    const seed = takeSeed(read(data, 'message.data')['seed']);
    try {
      const keyData = kernelSeedToKeyData(seed, this.#options);
      this.#isTaken = true;
      return keyData;
    } finally {
      seed.fill(0);
    }
  }
}

/** Memory that another thread can write to, or that can be resized under its holder, is nothing to present a secret in. */
function takeSeed(value: unknown): Uint8Array {
  const seed = takeBytes(value, 'message.data.seed', SEED_BYTES);
  if (isBytes(value) && value.buffer instanceof ArrayBuffer && !(value.buffer as { readonly resizable?: boolean }).resizable) return seed;
  seed.fill(0);
  throw new RegistryError('INVALID_INPUT', 'message.data.seed must be in memory of its own', { field: 'message.data.seed' });
}

/** Own properties of a record, each read once. */
function read(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RegistryError('INVALID_INPUT', `${field} must be a record`, { field });
  return { ...value };
}
