import { RegistryError } from '../error.ts';
import type { Clock } from '../world.ts';
import { storageError, type StorageAdapter, type StorageConnection } from './adapter.ts';

export type StorageState =
  | { readonly status: 'opening' }
  | { readonly status: 'healthy'; readonly durable: boolean }
  | { readonly status: 'degraded'; readonly error: RegistryError }
  | { readonly status: 'closed' };

/**
 * The way to a storage that may not be there: holds the connection while it works, and lets go of it at the first failure, a silence
 * longer than the deadline included. SPEC.md has the states.
 */
export class StorageSession {
  readonly #adapter: StorageAdapter;
  readonly #clock: Clock;
  readonly #deadline: number;
  readonly #onState: (state: StorageState) => void;
  #connection: StorageConnection | undefined;
  #opening: Promise<void> | undefined;
  #state: StorageState = { status: 'opening' };

  /** @param deadline milliseconds */
  constructor(adapter: StorageAdapter, clock: Clock, deadline: number, onState: (state: StorageState) => void) {
    this.#adapter = adapter;
    this.#clock = clock;
    this.#deadline = deadline;
    this.#onState = onState;
  }

  get state(): StorageState {
    return this.#state;
  }

  /** Opens the storage unless it is open or was closed. Failing is a state, not an error. */
  open(): Promise<void> {
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #open(): Promise<void> {
    if (this.#connection !== undefined || this.#isClosed()) return;
    const opening = attempt(() => this.#adapter.open());
    try {
      const connection = await this.#within(opening);
      if (this.#isClosed()) {
        discard(connection);
        return;
      }
      this.#connection = connection;
      this.#enter({ status: 'healthy', durable: connection.durable });
    } catch (error) {
      // It may yet succeed, and a connection nobody holds would stay open.
      opening.then(discard, () => {});
      if (!this.#isClosed()) this.#enter({ status: 'degraded', error: coded(error) });
    }
  }

  /** What the action made of the connection, or `undefined` where there is none or it failed, which leaves the session degraded. */
  async use<T>(action: (connection: StorageConnection) => Promise<T>): Promise<{ readonly value: T; readonly durable: boolean } | undefined> {
    const connection = this.#connection;
    if (connection === undefined) return undefined;
    try {
      return { value: await this.#within(attempt(() => action(connection))), durable: connection.durable };
    } catch (error) {
      this.#fail(connection, coded(error));
      return undefined;
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    if (!this.#isClosed()) this.#enter({ status: 'closed' });
    if (connection) await this.#within(connection.close());
  }

  #fail(connection: StorageConnection, error: RegistryError): void {
    if (this.#connection !== connection) return; // an older connection's, or told already
    this.#connection = undefined;
    discard(connection);
    this.#enter({ status: 'degraded', error });
  }

  #isClosed(): boolean {
    return this.#state.status === 'closed';
  }

  #enter(state: StorageState): void {
    this.#state = state;
    this.#onState(state);
  }

  async #within<T>(promise: Promise<T>): Promise<T> {
    let timer: unknown;
    const late = new Promise<never>((_, reject) => {
      timer = this.#clock.setTimeout(
        () => reject(storageError('the storage did not answer in time', 'Another tab or program may hold it; it is tried again later.')),
        this.#deadline,
      );
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }
}

/** An adapter that throws instead of rejecting is treated alike. */
// oxlint-disable-next-line typescript/require-await
async function attempt<T>(action: () => Promise<T>): Promise<T> {
  return action();
}

/** Closes what is of no use any more; that it fails to close, too, changes nothing. */
function discard(connection: StorageConnection): void {
  attempt(() => connection.close()).catch(() => {});
}

function coded(error: unknown): RegistryError {
  return error instanceof RegistryError ? error : storageError('the storage failed', 'Its own error is the cause.', error);
}
