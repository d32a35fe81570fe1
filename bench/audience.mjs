// Subscribers of many entries, who count what they are shown.
import { keyOf } from './entries.mjs';

/** Watches entries 0 … count-1, and knows when all of them have been shown a revision. */
export class Audience {
  /** How many results they were shown, all of them together. */
  shown = 0;
  #count;
  #arrivals = new Map();
  #onShown;

  /** @param {(number: number, revision: bigint) => void} onShown called for everything that anybody is shown */
  constructor(runtime, count, onShown = () => {}) {
    this.#count = count;
    this.#onShown = onShown;
    this.greeted = this.all(1);
    for (let number = 0; number < count; number++) runtime.watch(keyOf(number)).subscribe((result) => this.#take(number, result));
  }

  #take(number, { exists, revision }) {
    if (!exists) throw new Error('an entry vanished');
    this.shown++;
    this.#onShown(number, revision);
    const arrival = this.#arrivals.get(revision);
    if (arrival !== undefined && ++arrival.count === this.#count) arrival.resolve();
  }

  /** Resolves when everybody was shown this revision. To be asked before it is pushed. */
  all(revision) {
    return new Promise((resolve) => void this.#arrivals.set(BigInt(revision), { count: 0, resolve }));
  }
}

/** Has a push server send all revisions in a range, and waits until everybody was shown the last one. */
export async function pushTo(audience, url, { from, to, rate }) {
  const arrived = audience.all(to);
  const query = rate === undefined ? '' : `&rate=${rate}`;
  const { ok } = await fetch(`${url}/push?from=${from}&to=${to}${query}`, { method: 'POST' });
  if (!ok) throw new Error('the push server refused');
  await arrived;
}
