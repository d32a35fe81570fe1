import type { CheckedEntry } from '../registry/index.ts';

export type UpdateListener = (entry: CheckedEntry) => void;

/**
 * What carries entries that were stored to every portal process that may have subscribers for them. At most once is enough, in any
 * order: subscribers keep the newest entry, and the next read repairs what was lost. A portal subscribes once, to everything.
 * A bus that others than portals can write to must verify what it hands on: a forged high revision would hide genuine ones.
 */
export interface UpdateBus {
  /** Hands the entry on. A failure is counted by the portal and fails no write: the entry is stored already. */
  publish(entry: CheckedEntry): void | Promise<void>;
  /** @returns what ends the subscription; nothing is delivered after it */
  subscribe(listener: UpdateListener): () => void;
}

/** The bus of one process: every listener is called before `publish` returns. */
export class LocalBus implements UpdateBus {
  readonly #listeners = new Set<{ readonly listener: UpdateListener }>();

  publish(entry: CheckedEntry): void {
    const failures: unknown[] = [];
    for (const { listener } of this.#listeners) {
      try {
        listener(entry);
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'listeners of the update bus failed');
  }

  subscribe(listener: UpdateListener): () => void {
    const subscription = { listener };
    this.#listeners.add(subscription);
    return () => void this.#listeners.delete(subscription);
  }
}
