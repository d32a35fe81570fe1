import type { RegistryError } from '../error.ts';
import type { ActorHost, ActorInputs, ActorName } from './hosting.ts';
import { PortalRecords } from './portal-records.ts';
import { closed, Slot } from './slot.ts';
import type { CheckedOptions } from './options.ts';

/** The pause before an actor is started again that could not be started, in milliseconds; doubled each time up to the second number. */
const RESTART_PAUSE = [50, 5_000] as const;

/** What has a vault actor started when somebody needs it. */
export interface VaultStarter {
  readonly vault: Slot<'vault'>;
  /** Whether somebody has needed it yet. */
  readonly isVaultWanted: boolean;
  /** Resolves when there is one. @throws RegistryError `CLOSED`; what stood in its way */
  startVault(): Promise<void>;
}

/** How long a vault may take to end what it is storing, in milliseconds. */
const CLOSE_DEADLINE = 5_000;

/** Keeps the actors of a runtime alive and connected: one that dies is replaced, and its neighbours get to know its successor. */
export class Supervisor implements VaultStarter {
  readonly portal = new Slot('portal');
  readonly entries = new Slot('entries');
  /** The first of the verifiers. */
  readonly verifier = new Slot('verifier', 'verifier.0');
  /** Nobody is in it until it is needed, and it talks to no other actor. */
  readonly vault = new Slot('vault');

  readonly #host: ActorHost;
  readonly #options: CheckedOptions;
  /** Those that are there from the start, in an order in which whoever is spoken to is there before who speaks. */
  readonly #talkers: readonly Slot<ActorName>[];
  readonly #records: PortalRecords;
  isVaultWanted = false;
  #startingVault: Promise<void> | undefined;
  /** Ends each of the pauses under way. */
  readonly #pauses = new Set<() => void>();
  #isClosed = false;

  constructor(host: ActorHost, options: CheckedOptions) {
    this.#host = host;
    this.#options = options;
    const others = Array.from({ length: options.policy.verifiers - 1 }, (_, i) => new Slot('verifier', `verifier.${i + 1}`));
    this.#talkers = [this.verifier, ...others, this.portal, this.entries];
    this.#records = new PortalRecords(host.clock);
    const told = this.portal.stream((link) => link.stream('records', undefined, { deadline: Infinity }));
    told.subscribe({ next: (records) => this.#records.take(records), error: () => {} }); // one that cannot be heard: what was told before it stays
  }

  get slots(): readonly Slot<ActorName>[] {
    return [...this.#talkers, this.vault];
  }

  /** Starts all, and resolves when they are connected. Rejects, having stopped what was started, if one cannot be. */
  async start(): Promise<void> {
    try {
      // All of them, also where one fails: what is still starting then could not be stopped.
      const started = await Promise.allSettled(this.#talkers.map(async (slot) => slot.fill(await this.#spawn(slot))));
      for (const start of started) if (start.status === 'rejected') throw start.reason;
      for (const slot of this.#talkers) this.#watch(slot);
      for (const [i, slot] of this.#talkers.entries()) await this.#connect(slot, this.#talkers.slice(0, i));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Once it was there, it is replaced like the others. */
  async startVault(): Promise<void> {
    this.isVaultWanted = true;
    if (this.vault.predecessors > 0 || this.vault.link !== undefined) return;
    if (this.#isClosed) throw closed();
    this.#startingVault ??= this.#fill(this.vault);
    // One that could not be started is tried again by the next who needs it.
    await this.#startingVault.finally(() => (this.#startingVault = undefined));
  }

  /** Stops all. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const end of this.#pauses) end();
    const links = this.slots.map(({ link }) => link);
    // What is being stored is waited for, a worker that hangs is not.
    await this.vault.link?.call('close', undefined, { deadline: CLOSE_DEADLINE }).catch(() => {});
    for (const slot of this.slots) slot.close();
    await Promise.all(links.map(async (link) => link?.stop()));
  }

  async #fill(slot: Slot<ActorName>): Promise<void> {
    slot.fill(await this.#spawn(slot));
    this.#watch(slot);
  }

  async #spawn<N extends ActorName>(slot: Slot<N>) {
    const { portals, policy, storage } = this.#options;
    const inputs: ActorInputs = {
      portal: { portals, policy, predecessors: slot.predecessors, known: this.#records.left },
      entries: { portals: portals.map(({ url }) => url), policy, storage, predecessors: slot.predecessors },
      verifier: undefined,
      vault: { policy, storage },
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
        await this.#fill(slot);
        if (this.#talkers.includes(slot)) await this.#connect(slot, this.#talkers);
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
