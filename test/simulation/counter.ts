import type { Signer } from '../../src/keyring/index.ts';
import type { CheckedEntry, EntryKey, SignedEntry } from '../../src/registry/index.ts';
import type { SimulatedPortal, SimulatedWorld } from '../../src/testing/index.ts';
import { SimulatedAuthor } from '../../src/testing/author.ts';
import { Broken } from './broken.ts';

const AUTHOR = new SimulatedAuthor('counter');
const NAME = 'counter';

/** Its entries, the same in every seed: signing takes longer than all that becomes of one. */
const signed = new Map<string, CheckedEntry>();

function signEntry(revision: bigint, data: string): CheckedEntry {
  const id = `${revision} ${data}`;
  let entry = signed.get(id);
  if (entry === undefined) signed.set(id, (entry = AUTHOR.entry(NAME, revision, data)));
  return entry;
}

/** What became of one update: applied, under a condition or without one, not applied, or nobody knows. */
export type Fate = 'applied' | 'unguarded' | 'not applied' | 'unsure';

/** An entry that counts the updates which made it: none may be lost, and none may count twice. */
export class Counter {
  readonly key: EntryKey = AUTHOR.key(NAME);
  readonly signer: Signer = {
    type: 'ed25519',
    publicKey: AUTHOR.pubkey,
    signEntry: ({ revision, data }) => Promise.resolve(signEntry(revision, new TextDecoder().decode(data))),
    signMessage: () => Promise.reject(new Error('a counter signs nothing else')),
  };
  #open = 0;
  #applied = 0;
  #unsure = 0;
  /** How often somebody else counted. */
  #rivals = 0;
  /** Updates without a condition while somebody else counted: of the two one may have taken the other's place. */
  #contested = 0;

  /** An update begins. What is answered is to be told what became of it; only the first time counts. */
  begin(): (fate: Fate) => void {
    this.#open++;
    const rivals = this.#rivals;
    let isOver = false;
    return (fate) => {
      if (isOver) return;
      isOver = true;
      this.#open--;
      if (fate === 'applied' || fate === 'unguarded') this.#applied++;
      if (fate === 'unguarded' && rivals < this.#rivals) this.#contested++;
      if (fate === 'unsure') this.#unsure++;
    };
  }

  /**
   * Somebody else counts, at the portal that decides which update comes first, and makes the very entry that others would make, or another one.
   */
  rival(portal: SimulatedPortal, isSame: boolean): void {
    if (portal.isDown) return;
    const current = portal.get(this.key);
    const [revision, count] = current === undefined ? [0n, 1] : [current.revision + 1n, countOf(current) + 1];
    portal.put(signEntry(revision, isSame ? String(count) : `${count} of another`));
    this.#applied++;
    this.#rivals++;
  }

  /** All portals have told each other what they have. */
  check(world: SimulatedWorld): void {
    if (this.#open > 0) return;
    const counts = world.portals.flatMap((portal) => portal.get(this.key) ?? []).map((entry) => countOf(entry));
    const count = Math.max(0, ...counts);
    if (count < this.#applied - this.#contested) throw new Broken('U1', `the counter is ${count} after ${this.#applied} updates, ${this.#contested} of them contested: some were lost`);
    if (count > this.#applied + this.#unsure) throw new Broken('U1', `the counter is ${count} after ${this.#applied} updates and ${this.#unsure} that may have been: some count twice`);
  }
}

/** What the counter of an entry is. */
export const countOf = ({ data }: Pick<SignedEntry, 'data'>): number => Number.parseInt(new TextDecoder().decode(data), 10);


