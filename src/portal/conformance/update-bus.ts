import assert from 'node:assert/strict';
import { compareChecked, type CheckedEntry } from '../../registry/index.ts';
import type { UpdateBus } from '../bus.ts';
import { Author } from './author.ts';
import { CheckList, type Check } from './check.ts';

/**
 * What every update bus must do.
 * @param openBus a bus that nobody else publishes to
 * @param options.seed what the keys are made of; default random, and named by every failure
 * @param options.patience how many milliseconds the bus may take to deliver; default 5,000
 */
export function updateBusConformance(openBus: () => Promise<UpdateBus>, options: { seed?: string; patience?: number } = {}): readonly Check[] {
  const list = new CheckList(options.seed);
  const listen = (bus: UpdateBus) => new Listener(bus, options.patience ?? 5_000);
  const add = (name: string, body: (bus: UpdateBus, author: Author) => Promise<void>) =>
    list.add(name, async (seed) => body(await openBus(), new Author(seed)));

  add('publishing to nobody is fine', async (bus, author) => {
    await bus.publish(author.entry(1n));
  });

  add('every listener is given the entry that was published', async (bus, author) => {
    const listeners = [listen(bus), listen(bus)];
    await bus.publish(author.entry(7n));
    for (const listener of listeners) assert.equal(compareChecked(await listener.next(), author.entry(7n)), 0);
    for (const { end } of listeners) end();
  });

  add('entries arrive whole', async (bus, author) => {
    const listener = listen(bus);
    const entry = author.entry(2n ** 64n - 1n, new Uint8Array(113).fill(0xfe), { type: 2 });
    await bus.publish(entry);
    const seen = await listener.next();
    for (const field of ['pubkey', 'datakey', 'data', 'signature'] as const) assert.deepEqual([...seen[field]], [...entry[field]], field);
    assert.equal(seen.revision, entry.revision);
    assert.equal(seen.type, 2);
    listener.end();
  });

  add('a listener that has ended hears nothing more, and the others go on', async (bus, author) => {
    const [ended, lasting] = [listen(bus), listen(bus)];
    ended.end();
    ended.end();
    await bus.publish(author.entry(1n));
    assert.equal((await lasting.next()).revision, 1n);
    assert.equal(ended.heard, 0);
    lasting.end();
  });

  add('a listener that fails does not keep the entry from the others', async (bus, author) => {
    const endFailing = bus.subscribe(() => {
      throw new Error('a listener that fails');
    });
    const listener = listen(bus);
    await Promise.resolve()
      .then(() => bus.publish(author.entry(1n)))
      .catch(() => {}); // it may say so or not
    assert.equal((await listener.next()).revision, 1n);
    endFailing();
    listener.end();
  });

  return list.checks;
}

/** A listener whose entries can be waited for. */
class Listener {
  readonly end: () => void;
  heard = 0;
  readonly #entries: CheckedEntry[] = [];
  readonly #patience: number;
  #wake: (() => void) | undefined;

  constructor(bus: UpdateBus, patience: number) {
    this.#patience = patience;
    this.end = bus.subscribe((entry) => {
      this.heard++;
      this.#entries.push(entry);
      this.#wake?.();
    });
  }

  async next(): Promise<CheckedEntry> {
    if (this.#entries.length === 0) {
      await new Promise<void>((resolve, reject) => {
        const deadline = setTimeout(() => reject(new Error('nothing was delivered')), this.#patience);
        this.#wake = () => {
          clearTimeout(deadline);
          resolve();
        };
      });
    }
    return this.#entries.shift() as CheckedEntry;
  }
}
