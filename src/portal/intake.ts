import { compareBytes } from '../registry/bytes.ts';
import { hashChecked, workChecked, type CheckedEntry, type Verdict } from '../registry/index.ts';
import type { UpdateBus } from './bus.ts';
import type { Refusal } from './refusal.ts';
import type { Counters } from './stats.ts';
import type { EntryStore, Precondition, PutResult } from './store/entry-store.ts';

/** The way of an entry into a portal: verdict, store, bus, in this order. */
export class Intake {
  readonly #verdict: Verdict;
  readonly #store: EntryStore;
  readonly #bus: UpdateBus;
  readonly #counters: Counters;

  constructor(verdict: Verdict, store: EntryStore, bus: UpdateBus, counters: Counters) {
    this.#verdict = verdict;
    this.#store = store;
    this.#bus = bus;
    this.#counters = counters;
  }

  /** @returns why it was refused, in skyd's words, or undefined once it is kept */
  async put(entry: CheckedEntry, precondition: Precondition | undefined): Promise<Refusal | undefined> {
    if (!(await this.#verdict.verify(entry.signature, hashChecked(entry), entry.pubkey))) {
      this.#counters.puts['bad-signature']++;
      return { status: 500, message: BAD_SIGNATURE };
    }
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
