import { compareChecked, nameOf, type CheckedEntry } from '../../src/registry/index.ts';
import type { SimulatedWorld, WorldEvent } from '../../src/testing/index.ts';

/** When portals that were asked last said less of an entry than some portal had, or said that it had. */
export class Answers {
  readonly #world: SimulatedWorld;
  readonly #newest = new Map<string, CheckedEntry>();
  /** By portal and entry, on the world's clock. */
  readonly #lessAt = new Map<string, number>();

  constructor(world: SimulatedWorld) {
    this.#world = world;
    world.observe((event) => this.#note(event));
  }

  #note(event: WorldEvent): void {
    if (event.kind === 'stored' || event.kind === 'accepted') this.#raise(event.entry);
    // What comes through a socket is no answer.
    if ((event.kind !== 'served' && event.kind !== 'missing') || event.socket !== undefined) return;
    const newest = this.#newest.get(event.name);
    const isLess = newest !== undefined && (event.kind === 'missing' || compareChecked(event.entry, newest) < 0);
    if (isLess) this.#lessAt.set(`${event.portal} ${event.name}`, this.#world.clock.elapsed());
  }

  #raise(entry: CheckedEntry): void {
    const name = nameOf(entry);
    const newest = this.#newest.get(name);
    if (newest === undefined || compareChecked(entry, newest) > 0) this.#newest.set(name, entry);
  }

  /** Whether an answer of the portal's has been less than the newest since then, on the world's clock. */
  wereLess(portal: string, name: string, since: number): boolean {
    return (this.#lessAt.get(`${portal} ${name}`) ?? -Infinity) >= since;
  }
}
