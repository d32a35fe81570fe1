import type { EntriesWorld } from '../../../actors/entries/world.ts';
import type { ActorWorld } from '../../../actors/world.ts';
import { RegistryError } from '../../error.ts';
import type { Policy } from '../../policy.ts';
import type { StorageAdapter } from '../../storage/index.ts';
import { Core } from './core.ts';
import { readPortals, writePortals } from './portal-setting.ts';
import { Records } from './records.ts';
import type { Seal } from './seal.ts';

export interface CoreSupervisorOptions {
  readonly world: ActorWorld & Pick<EntriesWorld, 'openBroadcast'>;
  readonly storage: StorageAdapter;
  /** URLs; where there are none, every question is answered so, until some are set. */
  readonly portals: readonly string[];
  /** Whether portals may have been set, by whom that is allowed to. */
  readonly arePortalsSettable: boolean;
}

interface Charge extends CoreSupervisorOptions {
  readonly policy: Policy;
  readonly seal: Seal;
  /** Told of actors that were started. */
  readonly onStarted: (core: Core) => void;
  /** Whether others shall take the place of actors that failed though nobody asks. */
  readonly isNeeded: () => boolean;
}

/** When actors that failed are replaced, if nobody asks before, in milliseconds. */
const RESTART_AFTER = 1_000;
/** Subscriptions that outlive their last reader. */
const MOST_LINGERING = 1_000;

/** Starts the actors when they are first needed, and others in their place where they fail, or the portals are changed. */
export class CoreSupervisor {
  readonly #charge: Charge;
  /** What is on disk, or would be: it is being opened before there are actors, and outlives them. */
  readonly records: Records;
  #portals: Promise<readonly string[]> | undefined;
  #starting: Promise<Core> | undefined;
  #running: Core | undefined;

  constructor(charge: Charge) {
    this.#charge = charge;
    this.records = new Records(charge);
  }

  /** The actors, if they were started. */
  get running(): Core | undefined {
    return this.#running;
  }

  /**
   * The actors, which are started unless they were.
   * @throws RegistryError `UNREACHABLE` where there are no portals; whatever the actors throw
   */
  started(): Promise<Core> {
    return this.#starting ?? this.#start();
  }

  /** URLs: those that were set, or that the module was built with. */
  portals(): Promise<readonly string[]> {
    return (this.#portals ??= this.#readPortals());
  }

  async #readPortals(): Promise<readonly string[]> {
    const { portals, arePortalsSettable, seal } = this.#charge;
    return (arePortalsSettable ? await readPortals(this.records.use, seal) : undefined) ?? portals;
  }

  /** @param urls one or more */
  async setPortals(urls: readonly string[]): Promise<void> {
    const former = this.#starting;
    this.#portals = Promise.resolve(urls);
    await this.#start();
    await writePortals(this.records.use, this.#charge.seal, urls);
    await (await former?.catch(() => undefined))?.close();
  }

  #start(): Promise<Core> {
    const starting = (this.#starting = this.#make());
    const isCurrent = (): boolean => this.#starting === starting;
    const run = (core: Core): void => {
      if (!isCurrent()) return;
      this.#running = core;
      this.#charge.onStarted(core);
      core.onEnd(() => isCurrent() && this.#replace());
    };
    // Whoever asks hears of it; whoever asks next has it tried again.
    const forget = (): void => {
      if (isCurrent()) this.#starting = undefined;
    };
    void starting.then(run, forget);
    return starting;
  }

  async #make(): Promise<Core> {
    const { records } = this;
    const { world, policy } = this.#charge;
    const portals = await this.portals();
    if (portals.length === 0) throw new RegistryError('UNREACHABLE', NO_PORTALS, { retryable: false });
    return new Core({ world: { ...world, subscriptions: { of: 'watched', mostLingering: MOST_LINGERING } }, portals, policy, openFloors: (owner) => ((records.owner = owner), records.floors) });
  }

  /** An actor failed: others take their place when they are needed, which is soon if somebody watches, and not at once, as they may fail, too. */
  #replace(): void {
    const { world, isNeeded } = this.#charge;
    this.#starting = this.#running = this.records.owner = undefined;
    world.clock.setTimeout(() => {
      if (isNeeded()) this.started().catch(() => this.#starting === undefined && this.#replace());
    }, RESTART_AFTER);
  }
}

const NO_PORTALS = 'this module knows no portals: name some when it is built (--portal URL, or SECURE_REGISTRY_PORTALS)';
