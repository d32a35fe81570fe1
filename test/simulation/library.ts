import type { CheckedEntry, EntryKey } from '../../src/registry/index.ts';
import { SimulatedAuthor } from '../../src/testing/author.ts';

/** Where revisions of an entry begin: where all is small, and where a double would lose them. */
const BEGINNINGS = [0n, 2n ** 53n - 60n, 0n, 2n ** 63n - 40n] as const;

const AUTHORS = ['ada', 'bob', 'cyd'].map((name) => new SimulatedAuthor(name));

/** Signed entries, the same in every seed: signing takes longer than all that becomes of one. */
const signed = new Map<string, CheckedEntry>();

/** One registry entry whose history a seed plays. */
export class Work {
  readonly key: EntryKey;
  readonly title: string;
  readonly #author: SimulatedAuthor;
  readonly #name: string;
  #revision: bigint;

  /** @param place which of them, from 0 */
  constructor(place: number) {
    this.#author = AUTHORS[place % AUTHORS.length] as SimulatedAuthor;
    this.#name = `work ${place}`;
    this.title = String(place);
    this.#revision = BEGINNINGS[place % BEGINNINGS.length] as bigint;
    this.key = this.#author.key(this.#name);
  }

  /** The next revision. */
  next(): CheckedEntry {
    return this.#of(++this.#revision, 'one');
  }

  /** Two of the next revision: what nobody should sign. */
  nextTwo(): readonly [CheckedEntry, CheckedEntry] {
    return [this.next(), this.#of(this.#revision, 'other')];
  }

  /** The next revision, as somebody makes it who has not the key. */
  forged(): CheckedEntry {
    return { ...this.next(), signature: this.#of(this.#revision, 'other').signature };
  }

  #of(revision: bigint, variant: string): CheckedEntry {
    const id = `${this.#name} ${revision} ${variant}`;
    let entry = signed.get(id);
    if (entry === undefined) signed.set(id, (entry = this.#author.entry(this.#name, revision, `${revision} ${variant}`)));
    return entry;
  }
}
