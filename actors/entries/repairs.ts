import type { CheckedEntry } from '../../src/registry/index.ts';
import type { Row } from './row.ts';
import type { TableWorld } from './world.ts';

/** The most that waits; beyond it the portal is lagging so far behind that it has to catch up by itself. */
const MAX_WAITING = 1_000;

/**
 * Read repair: a portal that was seen without the newest entry is sent it. Paced, one at a time, so that a portal which lost everything is
 * not met with all at once.
 */
export class Repairs {
  readonly #world: TableWorld;
  readonly #onAccepted: (row: Row, portal: string, entry: CheckedEntry) => void;
  readonly #waiting = new Map<string, { readonly portal: string; readonly row: Row }>();
  #timer: unknown;

  /** @param onAccepted told what a portal took */
  constructor(world: TableWorld, onAccepted: (row: Row, portal: string, entry: CheckedEntry) => void) {
    this.#world = world;
    this.#onAccepted = onAccepted;
  }

  add(row: Row, portal: string): void {
    if (this.#waiting.size >= MAX_WAITING) return;
    this.#waiting.set(`${portal} ${row.name}`, { portal, row });
    this.#timer ??= this.#world.clock.setTimeout(() => void this.#sendNext(), this.#world.policy.repairInterval);
  }

  /** The portal has it. */
  delete(row: Row, portal: string): void {
    if (this.#waiting.size > 0) this.#waiting.delete(`${portal} ${row.name}`);
  }

  stop(): void {
    this.#world.clock.clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  async #sendNext(): Promise<void> {
    const [next] = this.#waiting;
    if (next !== undefined) {
      const [name, { portal, row }] = next;
      this.#waiting.delete(name);
      const { latest } = row;
      // A portal that does not take it will be seen lagging again.
      const reply = latest && (await this.#world.portal.post(portal, latest));
      if (latest !== undefined && reply?.kind === 'accepted') this.#onAccepted(row, portal, latest);
    }
    this.#timer = this.#waiting.size === 0 ? undefined : this.#world.clock.setTimeout(() => void this.#sendNext(), this.#world.policy.repairInterval);
  }
}
