import type { Inquiry } from './inquiry.ts';

/** An entry that somebody wants to be told of. */
export interface WantedEntry {
  /** {@link nameOf} its key. */
  readonly name: string;
  /** It is subscribed on the connection, which has said nothing of it yet. */
  isAwaited: boolean;
  /** What waits for that word. */
  inquiry: Inquiry | undefined;
}

type Listener = (action: 'subscribe' | 'unsubscribe', wanted: WantedEntry) => void;

/** The entries that somebody wants to be told of, whatever connection there is. */
export class Wanted implements Iterable<WantedEntry> {
  readonly #entries = new Map<string, WantedEntry>();
  readonly #listeners = new Set<Listener>();

  get size(): number {
    return this.#entries.size;
  }

  [Symbol.iterator](): Iterator<WantedEntry> {
    return this.#entries.values();
  }

  add(name: string): void {
    if (this.#entries.has(name)) return;
    const wanted: WantedEntry = { name, isAwaited: false, inquiry: undefined };
    this.#entries.set(name, wanted);
    this.#tell('subscribe', wanted);
  }

  delete(name: string): void {
    const wanted = this.#entries.get(name);
    if (wanted === undefined) return;
    this.#entries.delete(name);
    this.#tell('unsubscribe', wanted);
  }

  find(name: string): WantedEntry | undefined {
    return this.#entries.get(name);
  }

  /** Asks for an entry again, as after words of its own were lost. */
  renew(name: string): void {
    const wanted = this.find(name);
    if (wanted !== undefined) this.#tell('subscribe', wanted);
  }

  /** Calls `listener` for every change until the answered function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(action: 'subscribe' | 'unsubscribe', wanted: WantedEntry): void {
    for (const listener of this.#listeners) listener(action, wanted);
  }
}
