import { bytesToHex } from '@noble/hashes/utils.js';
import { compareChecked, nameOf, workChecked, type CheckedEntry } from '../registry/index.ts';

/** The order in which a portal keeps one of two entries of one key. */
const isOver = (a: CheckedEntry, b: CheckedEntry | undefined): boolean => b === undefined || compareChecked(a, b) > 0;

/** The entries of one portal, and every other that it was given: whoever lies with genuine entries needs some. */
export class Shelf {
  readonly #entries = new Map<string, CheckedEntry>();
  readonly #given = new Map<string, CheckedEntry[]>();

  get entries(): IterableIterator<CheckedEntry> {
    return this.#entries.values();
  }

  get(name: string): CheckedEntry | undefined {
    return this.#entries.get(name);
  }

  /** Keeps the entry if it is above what is kept. */
  put(entry: CheckedEntry): 'stored' | 'identical' | 'refused' {
    const name = nameOf(entry);
    const current = this.#entries.get(name);
    if (current !== undefined && compareChecked(entry, current) === 0) return 'identical';
    this.#note(name, entry);
    if (!isOver(entry, current)) return 'refused';
    this.#entries.set(name, entry);
    return 'stored';
  }

  #note(name: string, entry: CheckedEntry): void {
    const given = this.#given.get(name);
    if (given === undefined) this.#given.set(name, [entry]);
    else if (!given.some((other) => compareChecked(other, entry) === 0)) given.push(entry);
  }

  /** An older genuine entry of the key, if there was one: the one before the newest. */
  stale(name: string): CheckedEntry | undefined {
    const current = this.#entries.get(name);
    let older: CheckedEntry | undefined;
    for (const entry of this.#given.get(name) ?? []) if (current !== undefined && entry.revision < current.revision && isOver(entry, older)) older = entry;
    return older;
  }

  /** Another valid entry of the current revision, if somebody signed two. */
  equivocal(name: string): CheckedEntry | undefined {
    const current = this.#entries.get(name);
    return current && this.#given.get(name)?.find((entry) => entry.revision === current.revision && compareChecked(entry, current) !== 0);
  }

  /** What another key signed. */
  foreign(name: string): CheckedEntry | undefined {
    for (const [other, entry] of this.#entries) if (other !== name) return entry;
    return undefined;
  }

  /** Goes back to older entries where there are some, as when a backup is put back. */
  rollBack(): void {
    for (const name of Array.from(this.#entries.keys())) {
      const older = this.stale(name);
      if (older !== undefined) this.#entries.set(name, older);
    }
  }

  forget(name: string): void {
    this.#entries.delete(name);
  }
}

/** The tag that stands for what an entry says: its work hash in hex, in quotes (RFC 9110, section 8.8.3). */
export const tagOf = (entry: CheckedEntry): string => `"${bytesToHex(workChecked(entry))}"`;

/** Whether a write's preconditions hold (RFC 9110, section 13.1), as far as writers use them: `*`, or a list of tags. */
export function preconditionsHold(match: string | undefined, noneMatch: string | undefined, current: CheckedEntry | undefined): boolean {
  const names = (tags: string): boolean => current !== undefined && (tags === '*' || tags.split(',').some((tag) => tag.trim() === tagOf(current)));
  return (match === undefined || names(match)) && (noneMatch === undefined || !names(noneMatch));
}
