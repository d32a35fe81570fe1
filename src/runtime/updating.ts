import { aborted, invalidInput, type RegistryError } from '../error.ts';
import { takeRecord } from '../input.ts';
import type { Signer } from '../keyring/index.ts';
import { equalBytes, takeBytes } from '../registry/bytes.ts';
import { nameOf } from '../registry/index.ts';
import type { WriteResult } from './entry-handle.ts';
import { takeSignal } from './options.ts';
import { takeConfirmations, type TakenUpdate } from './requests.ts';
import { Update, type EntrySigning, type UpdateWorld } from './update.ts';

/** What updates stand on: {@link Runtime}'s own. */
export interface UpdatesWorld extends UpdateWorld {
  /** How many there are among the portals. */
  readonly origins: number;
  /** A key of the vault. @throws RegistryError `LOCKED`, `UNKNOWN_KEY` */
  readonly signer: (name: string) => Signer;
  /** Takes in why an update failed, and throws it. */
  readonly onFailure: (name: string, error: unknown) => never;
}

/** How often others may be faster, unless told otherwise. */
const MAX_ATTEMPTS = 256;

/** The most that can be told. */
const MOST_ATTEMPTS = 1_000_000;

/** The updates of one runtime. */
export class Updates {
  readonly #world: UpdatesWorld;
  readonly #running = new Set<Update>();
  #numbered = 0;
  #closed: RegistryError | undefined;

  constructor(world: UpdatesWorld) {
    this.#world = world;
  }

  /** @throws RegistryError as `Runtime.update` does, or what `change` throws */
  async update({ signer: given, pubkey, datakey, change }: TakenUpdate, options: unknown): Promise<WriteResult | undefined> {
    const { maxAttempts = MAX_ATTEMPTS, confirmations: wanted, signal: givenSignal } = takeRecord(options, 'options', ['maxAttempts', 'confirmations', 'signal']);
    const confirmations = takeConfirmations(wanted, 0, this.#world.origins);
    if (!Number.isSafeInteger(maxAttempts) || (maxAttempts as number) < 1 || (maxAttempts as number) > MOST_ATTEMPTS) throw invalidInput('options.maxAttempts', `a whole number from 1 to ${MOST_ATTEMPTS}`);
    const signal = takeSignal(givenSignal, 'options.signal');
    const signer = takeSigner(typeof given === 'string' ? this.#world.signer(given) : given);
    if (pubkey !== undefined && !equalBytes(pubkey, signer.publicKey)) throw invalidInput('request.signer', 'the holder of the key of this handle');
    if (signal?.aborted === true) throw aborted();
    if (this.#closed !== undefined) throw this.#closed;

    const key = { pubkey: signer.publicKey, datakey };
    const update = new Update(this.#world, { number: ++this.#numbered, running: this.#running, key, signer, change, maxAttempts: maxAttempts as number, confirmations });
    const onAbort = (): void => update.end(aborted());
    this.#running.add(update);
    signal?.addEventListener('abort', onAbort);
    try {
      return await update.run();
    } catch (error) {
      return this.#world.onFailure(nameOf(key), error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#running.delete(update);
    }
  }

  /** What is under way, and whatever comes, is told so; what was sent stays unknown. */
  close(reason: RegistryError): void {
    this.#closed ??= reason;
    for (const update of this.#running) update.end(reason);
  }
}

/** A signer of entries, each of its properties read once. @throws RegistryError `INVALID_INPUT` */
function takeSigner(value: unknown): EntrySigning {
  const expected = 'the name of a key of the vault, or a signer of type ed25519';
  try {
    const { type, publicKey, signEntry } = value as Partial<Signer>;
    if (type === 'ed25519' && typeof signEntry === 'function') {
      return { publicKey: takeBytes(publicKey, 'request.signer', 32), signEntry: async (entry) => signEntry.call(value, entry) };
    }
  } catch {} // what cannot be read is no signer
  throw invalidInput('request.signer', expected);
}
