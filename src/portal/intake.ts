import { compareBytes } from '../registry/bytes.ts';
import { charactersOf, hashChecked, nameOf, workChecked, type CheckedEntry, type Verdict } from '../registry/index.ts';
import { trim } from '../trim.ts';
import type { UpdateBus } from './bus.ts';
import type { Refusal } from './refusal.ts';
import type { Counters } from './stats.ts';
import type { EntryStore, Precondition, PutResult } from './store/entry-store.ts';

/** How many writes are remembered by their keys, so that one which comes again is known for the same: some three megabytes. */
const MOST_REMEMBERED = 10_000;

/** The way of an entry into a portal: verdict, store, bus, in this order. */
export class Intake {
  readonly #verdict: Verdict;
  readonly #store: EntryStore;
  readonly #bus: UpdateBus;
  readonly #counters: Counters;
  /** What becomes of writes that have keys, by key and entry: those under way, and the newest that were accepted. */
  readonly #remembered = new Map<string, Promise<Refusal | undefined>>();

  constructor(verdict: Verdict, store: EntryStore, bus: UpdateBus, counters: Counters) {
    this.#verdict = verdict;
    this.#store = store;
    this.#bus = bus;
    this.#counters = counters;
  }

  /**
   * @param key of one write, which no other has: where the same comes again, as browsers send what got no answer, it is not a second one
   * @returns why it was refused, in skyd's words, or undefined once it is kept
   */
  async put(entry: CheckedEntry, precondition: Precondition | undefined, key?: string): Promise<Refusal | undefined> {
    if (!(await this.#verdict.verify(entry.signature, hashChecked(entry), entry.pubkey))) {
      this.#counters.puts['bad-signature']++;
      return { status: 500, message: BAD_SIGNATURE };
    }
    if (key === undefined) return this.#put(entry, precondition);
    const id = nameOf(entry) + charactersOf(entry.signature) + key;
    const put = this.#remembered.get(id) ?? this.#put(entry, precondition);
    this.#remembered.set(id, put);
    trim(this.#remembered, MOST_REMEMBERED);
    try {
      const refusal = await put;
      if (refusal !== undefined) this.#remembered.delete(id);
      return refusal;
    } catch (failure) {
      this.#remembered.delete(id);
      throw failure;
    }
  }

  async #put(entry: CheckedEntry, precondition: Precondition | undefined): Promise<Refusal | undefined> {
    const result = await this.#store.putIfNewer(entry, precondition).catch((failure: unknown) => {
      this.#counters.puts['store-failed']++;
      throw failure;
    });
    this.#counters.puts[result.outcome]++;
    if (result.outcome === 'stored') this.#publish(entry);
    return refusalOf(entry, result);
  }

  /** The writer is not kept waiting for it: the entry is stored whatever becomes of the news. */
  #publish(entry: CheckedEntry): void {
    new Promise<void>((resolve) => resolve(this.#bus.publish(entry))).catch(() => this.#counters.publishFailures++);
  }
}

function refusalOf(entry: CheckedEntry, result: PutResult): Refusal | undefined {
  switch (result.outcome) {
    case 'precondition-failed':
      return { status: 412, message: 'precondition failed: the registry entry is another one by now' };
    case 'refused':
      return { status: 400, message: `Unable to update the registry: ${reason(entry, result.current)}` };
    default:
      return undefined;
  }
}

/** 500, not 400, is what skyd answers. */
const BAD_SIGNATURE = 'Unable to update the registry: [managedUpdateRegistry: failed to verify signature of entry; invalid signature]';

/** Why siad's hosts would not replace the current entry (`modules.RegistryValue.ShouldUpdateWith`). */
function reason(entry: CheckedEntry, current: CheckedEntry): string {
  if (entry.revision < current.revision) return 'provided revision number is invalid';
  if (compareBytes(workChecked(entry), workChecked(current)) > 0) return "entry doesn't have enough pow to replace existing entry";
  return 'provided revision number is already registered';
}
