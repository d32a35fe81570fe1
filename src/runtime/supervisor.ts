import type { RegistryError } from '../error.ts';
import type { ActorHost, ActorInputs, ActorName } from './hosting.ts';
import { Slot } from './slot.ts';
import type { CheckedOptions } from './options.ts';

/** The pause before an actor is started again that could not be started, in milliseconds; doubled each time up to the second number. */
const RESTART_PAUSE = [50, 5_000] as const;

/** Keeps the actors of a runtime alive and connected: one that dies is replaced, and its neighbours get to know its successor. */
export class Supervisor {
  readonly portal = new Slot('portal');
  readonly entries = new Slot('entries');
  /** The first of the verifiers. */
  readonly verifier = new Slot('verifier', 'verifier.0');

  readonly #host: ActorHost;
  readonly #options: CheckedOptions;
  /** All of them, in an order in which whoever is spoken to is there before who speaks. */
  readonly slots: readonly Slot<ActorName>[];
  /** Ends each of the pauses under way. */
  readonly #pauses = new Set<() => void>();
  #isClosed = false;

  constructor(host: ActorHost, options: CheckedOptions) {
    this.#host = host;
    this.#options = options;
    const others = Array.from({ length: options.policy.verifiers - 1 }, (_, i) => new Slot('verifier', `verifier.${i + 1}`));
    this.slots = [this.verifier, ...others, this.portal, this.entries];
  }

  /** Starts all, and resolves when they are connected. Rejects, having stopped what was started, if one cannot be. */
  async start(): Promise<void> {
    try {
      // All of them, also where one fails: what is still starting then could not be stopped.
      const started = await Promise.allSettled(this.slots.map(async (slot) => slot.fill(await this.#spawn(slot))));
      for (const start of started) if (start.status === 'rejected') throw start.reason;
      for (const slot of this.slots) this.#watch(slot);
      for (const [i, slot] of this.slots.entries()) await this.#connect(slot, this.slots.slice(0, i));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Stops all. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const end of this.#pauses) end();
    const links = this.slots.map(({ link }) => link);
    for (const slot of this.slots) slot.close();
    await Promise.all(links.map(async (link) => link?.stop()));
  }

  async #spawn<N extends ActorName>(slot: Slot<N>) {
    const { portals, policy, storage } = this.#options;
    const inputs: ActorInputs = {
      portal: { portals, policy, predecessors: slot.predecessors },
      entries: { portals: portals.map(({ url }) => url), policy, storage, predecessors: slot.predecessors },
      verifier: undefined,
    };
    const link = await this.#host.spawn(slot.kind, slot.name, inputs[slot.kind], policy);
    if (this.#isClosed) await link.stop();
    return link;
  }

  #watch(slot: Slot<ActorName>): void {
    void slot.link?.gone.then((reason) => (this.#isClosed ? undefined : this.#replace(slot, reason)));
  }

  async #replace(slot: Slot<ActorName>, reason: RegistryError): Promise<void> {
    slot.vacate(reason);
    for (let pause: number = RESTART_PAUSE[0]; !this.#isClosed; pause = Math.min(2 * pause, RESTART_PAUSE[1])) {
      try {
        const link = await this.#spawn(slot);
        slot.fill(link);
        this.#watch(slot);
        await this.#connect(slot, this.slots);
        return;
      } catch (error) {
        slot.failure = error;
        if (!this.#isClosed) await this.#pause(pause);
      }
    }
  }

  /** Resolves after so many milliseconds, or when this is closed. */
  #pause(milliseconds: number): Promise<void> {
    const { clock } = this.#host;
    return new Promise((resolve) => {
      const end = (): void => {
        clock.clearTimeout(timer);
        this.#pauses.delete(end);
        resolve();
      };
      const timer = clock.setTimeout(end, milliseconds);
      this.#pauses.add(end);
    });
  }

  /** Gives each of the pairs that talk a channel: all but two of one kind. If one of a pair is dead, its successor gets another. */
  async #connect(slot: Slot<ActorName>, others: readonly Slot<ActorName>[]): Promise<void> {
    for (const neighbour of others) {
      if (neighbour.kind === slot.kind) continue;
      const [near, far] = this.#host.channel();
      await Promise.allSettled([slot.link?.connectPort(neighbour.name, near), neighbour.link?.connectPort(slot.name, far)]);
    }
  }
}
