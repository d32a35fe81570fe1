import { closed, type RegistryError } from '../error.ts';
import { elapsedOn } from '../world.ts';
import { Demand } from './demand.ts';
import type { ActorHost, ActorInputs, ActorName } from './hosting.ts';
import { Slot } from './slot.ts';
import type { CheckedOptions } from './options.ts';

/** The pause before an actor is started again that could not be started, in milliseconds; doubled each time up to the second number. */
const RESTART_PAUSE = [50, 5_000] as const;

/**
 * How much longer than `urgentPatience` an actor may give no sign of life for each entry that there ever was to it, in milliseconds: what comes to all of them at once takes as long. Measured
 * where two processors had four times as much to do as they can: 160 ms of silence with a hundred entries, 1,300 with ten thousand, 3,100 with a hundred thousand.
 */
const URGENT_PER_ENTRY = 0.25;

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
  /** What is asked of one of the three kinds that talk to each other may wait for any of them. */
  readonly demand = new Demand();
  readonly portal = new Slot('portal', 'portal', this.demand);
  readonly entries = new Slot('entries', 'entries', this.demand);
  /** The first of the verifiers. */
  readonly verifier = new Slot('verifier', 'verifier.0', this.demand);
  /** Nobody is in it until it is needed, and it talks to no other actor. What is asked of it may take long: nothing else waits for it. */
  readonly vault = new Slot('vault');

  readonly #host: ActorHost;
  readonly #options: CheckedOptions;
  /** Those that are there from the start, in an order in which whoever is spoken to is there before who speaks. */
  readonly #talkers: readonly Slot<ActorName>[];
  /** What the portal actor knew of each portal when it told last; and when that was. */
  #known: ActorInputs['portal']['known'];
  #knownAt = 0;
  /** How many entries are watched, or being read: told by whoever knows. */
  entryCount = (): number => 0;
  /** The most that there were. */
  #mostEntries = 0;
  isVaultWanted = false;
  #startingVault: Promise<void> | undefined;
  /** Ends each of the pauses under way. */
  readonly #pauses = new Set<() => void>();
  #isClosed = false;

  constructor(host: ActorHost, options: CheckedOptions) {
    this.#host = host;
    this.#options = options;
    const others = Array.from({ length: options.policy.verifiers - 1 }, (_, i) => new Slot('verifier', `verifier.${i + 1}`, this.demand));
    this.#talkers = [this.verifier, ...others, this.portal, this.entries];
    const told = this.portal.stream((link) => link.stream('records', undefined, { deadline: Infinity }));
    told.subscribe({
      next: (records) => {
        this.#known = records;
        this.#knownAt = elapsedOn(host.clock);
      },
      error() {}, // of one that cannot be heard: what was told before stays
    });
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
    // Terms go on while nobody is there.
    const since = elapsedOn(this.#host.clock) - this.#knownAt;
    const known = this.#known?.map((record) => ({ ...record, term: record.term && Math.max(0, record.term - since) }));
    const inputs: ActorInputs = {
      portal: { portals, policy, predecessors: slot.predecessors, known },
      entries: { portals: portals.map(({ url }) => url), policy, storage, predecessors: slot.predecessors },
      verifier: undefined,
      vault: { policy, storage },
    };
    const link = await this.#host.spawn(slot.kind, slot.name, inputs[slot.kind], policy, slot.demand && { patience: () => this.#patienceWith(slot), follow: (listener) => this.demand.follow(listener) });
    if (this.#isClosed) await link.stop();
    return link;
  }

  /** One that took another's place is given twice the time: whatever was taken for hung may have been busy, and is not to be lost again and again. */
  #patienceWith(slot: Slot<ActorName>): number | undefined {
    this.#mostEntries = Math.max(this.#mostEntries, this.entryCount());
    if (!this.demand.isOpen) return undefined;
    const { heartbeatPatience, urgentPatience } = this.#options.policy;
    return Math.min(heartbeatPatience, (urgentPatience + this.#mostEntries * URGENT_PER_ENTRY) * 2 ** slot.predecessors);
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
