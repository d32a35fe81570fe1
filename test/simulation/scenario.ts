import { Chance } from '../../src/testing/chance.ts';
import { nameOf, packEntry } from '../../src/registry/index.ts';
import { SimulatedWorld } from '../../src/testing/index.ts';
import type { Broadcast } from '../../src/world.ts';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import { Broken } from './broken.ts';
import { Counter } from './counter.ts';
import { Invariants } from './invariants.ts';
import { Journal } from './journal.ts';
import { Work } from './library.ts';
import { Tab, type Stage } from './tab.ts';
import { Troubles } from './troubles.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** How many minutes of simulated time, at least. Default 10. */
  readonly minutes?: number | undefined;
  /** Whether to keep every line of the log, not only the last ones. */
  readonly isLogged?: boolean | undefined;
}

/** What came of one seed. */
export interface SimulationReport {
  readonly seed: number;
  /** Milliseconds of simulated time in which the machine did not sleep. */
  readonly passed: number;
  readonly steps: number;
  /** New values that watchers were told. */
  readonly updates: number;
  readonly checks: number;
  /** How often tabs told others on their storage what they had seen. */
  readonly shared: number;
  /** How often there was which fault. */
  readonly faults: Readonly<Record<string, number>>;
  /** Of every line of the log: two runs of one seed have the same. */
  readonly fingerprint: string;
  /** Every line, or the last ones. */
  readonly log: readonly string[];
  readonly failure: { readonly invariant: string; readonly message: string; readonly step: number; readonly at: number } | undefined;
}

/** So many new values watchers are told in every seed. */
const LEAST_UPDATES = 500;
/** Every so long all faults end for a while, and everything has to be as it should. */
const CALM_EVERY = 209_000;
/** Longer than the longest back-off, every deadline of a connection, and until every portal was compared. */
const CALM = 90_000;
/** What begins to be watched in a calm is told within this time. */
const TOLD = 1_000;

/** So much of what is to pass is no calm, or all of it where it is less. */
const LEAST_TROUBLE = 180_000;

/** Another portal is compared so often: the last one's turn comes within a calm. */
const CHECK_EVERY = 20_000;

/** Plays one seed: portals, faults, authors, runtimes and those who use them. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  return new Scenario(options).play();
}

class Scenario {
  readonly #options: SimulationOptions;
  readonly #chance: Chance;
  readonly #world: SimulatedWorld;
  readonly #invariants: Invariants;
  readonly #tabs: readonly Tab[];
  readonly #works: readonly Work[];
  readonly #counter = new Counter();
  readonly #journal: Journal;
  readonly #troubles: Troubles;
  /** Somebody else on the tabs' storage, who hears what they tell each other. */
  readonly #stranger: Broadcast | undefined;
  #shared = 0;
  #steps = 0;
  /** When the last calm begins, in milliseconds of time awake. */
  #until = 0;
  #failure: SimulationReport['failure'];

  constructor(options: SimulationOptions) {
    this.#options = options;
    const { seed } = options;
    // Two streams: what the world draws does not depend on how many choices the players make.
    this.#chance = new Chance(seed ^ 0x5f356495);
    const chance = this.#chance;
    const portals = Array.from({ length: chance.between(3, 5) }, (_, i) => ({
      url: `http://portal-${i}.example`,
      generation: chance.happens(0.3) ? ('A' as const) : ('B' as const),
      preconditions: i === 0 || chance.happens(0.5),
    }));
    this.#world = new SimulatedWorld({ seed, portals, gossip: [20, chance.pick([100, 500, 2_000])] });
    this.#journal = new Journal(this.#world.clock, options.isLogged === true);
    this.#stranger = this.#world.broadcast(`secure-registry floors ${this.#world.storage.identity}`, () => this.#shared++);
    this.#invariants = new Invariants(this.#world, DEFAULT_POLICY.lagGrace);
    this.#works = Array.from({ length: chance.between(3, 6) }, (_, i) => new Work(i));
    const stage: Stage = {
      world: this.#world,
      invariants: this.#invariants,
      works: this.#works,
      counter: this.#counter,
      policy: { verifiers: chance.pick([1, 1, 2]), checkInterval: CHECK_EVERY },
      log: (line) => this.#journal.note(line),
      fail: (error) => this.#fail(error),
    };
    this.#troubles = new Troubles(stage, chance, this.#journal);
    this.#tabs = Array.from({ length: chance.happens(0.3) ? 2 : 1 }, (_, i) => new Tab(stage, i));
    this.#world.observe((event) => {
      if (event.kind === 'passed') this.#journal.note(`${event.portal} ${event.what}`);
    });
    this.#world.clock.onStep = () => {
      this.#steps++;
      this.#checked(() => this.#invariants.step());
    };
  }

  async play(): Promise<SimulationReport> {
    const { seed, minutes = 10 } = this.#options;
    const passing = minutes * 60_000;
    this.#until = Math.max(Math.min(passing, LEAST_TROUBLE), passing - CALM - TOLD);
    try {
      for (const tab of this.#tabs) this.#open(tab);
      let calmAt = CALM_EVERY;
      while (this.#invariants.awake < this.#until && this.#failure === undefined) {
        await this.#world.pass(this.#chance.happens(0.05) ? this.#chance.between(0, 8_000) : this.#chance.between(0, 2_100));
        this.#act();
        for (const tab of this.#tabs) this.#checked(() => tab.checkLive());
        if (this.#invariants.awake < Math.min(calmAt, this.#until)) continue;
        await this.#calm();
        calmAt = this.#invariants.awake + CALM_EVERY;
      }
      // Some seeds are troubled for so long that nobody saw much.
      while (this.#updates < LEAST_UPDATES && this.#failure === undefined) {
        this.#publishAll();
        await this.#world.pass(300);
      }
      if (this.#failure === undefined) for (const tab of this.#tabs) await this.#world.run(tab.close());
    } catch (error) {
      this.#fail(error);
    }
    return {
      seed,
      passed: this.#invariants.awake,
      steps: this.#steps,
      updates: this.#updates,
      checks: this.#invariants.checks,
      shared: this.#shared,
      faults: this.#journal.faults,
      fingerprint: this.#journal.fingerprint,
      log: this.#journal.lines,
      failure: this.#failure,
    };
  }

  get #updates(): number {
    return this.#tabs.reduce((sum, { updates }) => sum + updates, 0);
  }

  /** All is mended, and given the time it needs; then everything is as it should be. */
  async #calm(): Promise<void> {
    if (this.#chance.happens(0.4)) await this.#troubles.swallow();
    this.#journal.note('all is well');
    this.#troubles.endAll();
    for (const tab of this.#tabs) if (!tab.isOpen) this.#open(tab);
    this.#world.reconcile();
    await this.#world.pass(CALM);
    for (const tab of this.#tabs) {
      for (const work of this.#works) tab.watch(work);
    }
    await this.#world.pass(TOLD);
    if (this.#failure === undefined) for (const tab of this.#tabs) this.#checked(() => tab.checkSettled());
    for (const tab of this.#tabs) tab.relax();
    this.#checked(() => this.#counter.check(this.#world));
  }

  #open(tab: Tab): void {
    tab.open().catch((error: unknown) => this.#fail(error));
  }

  #act(): void {
    const chance = this.#chance;
    const tab = chance.pick(this.#tabs);
    const work = chance.pick(this.#works);
    const roll = chance.next();
    if (roll < 0.66) return this.#publish(work);
    if (roll < 0.72) return tab.read(work, chance.pick([{}, {}, { maxStaleness: 0 }, { maxStaleness: 5_000 }, { maxStaleness: Infinity }]));
    if (roll < 0.74) return tab.read(work, chance.pick([{ confirmations: 2 }, { confirmations: 2, maxStaleness: 0 }, { confirmations: 'all' }]));
    if (roll < 0.75) return tab.readMany(this.#works);
    if (roll < 0.78) return tab.update(this.#someRivals());
    if (roll < 0.81) return this.#write(tab, work);
    if (roll < 0.82) return chance.happens(0.5) ? tab.unwatch(work) : tab.watch(work);
    if (roll < 0.83) return tab.retryNow();
    if (roll < 0.84) return this.#tellTabs(work);
    if (roll < 0.845) return this.#troubles.besiege(tab);
    if (roll < 0.95) return this.#troubles.portal();
    if (roll < 0.975) return this.#troubles.world();
    if (roll < 0.978) return this.#troubles.setBack(tab);
    return this.#troubles.tab(tab, (each) => this.#open(each));
  }

  #publish(work: Work): void {
    const chance = this.#chance;
    // What one tab is told, two are told: that many updates are enough.
    if (chance.happens(0.65) && this.#updates > LEAST_UPDATES * (this.#invariants.awake / this.#until)) return;
    const up = this.#world.portals.filter(({ isDown }) => !isDown);
    if (up.length === 0) return;
    if (chance.happens(0.03)) {
      this.#journal.count('equivocation');
      for (const entry of work.nextTwo()) chance.pick(up).put(entry);
      return;
    }
    if (chance.happens(0.4)) return this.#publishAll();
    for (let left = chance.happens(0.05) ? chance.between(2, 12) : 1; left > 0; left--) chance.pick(up).put(work.next());
  }

  /** A tab writes, and may be too late: some portals have a newer entry, of which it has not heard yet. */
  #write(tab: Tab, work: Work): void {
    const chance = this.#chance;
    const entry = work.next();
    const up = this.#world.portals.filter(({ isDown }) => !isDown);
    if (chance.happens(0.3) && up.length > 0) {
      this.#journal.count('write overtaken');
      chance.pick(up).put(work.next());
    }
    tab.write(work, entry);
  }

  /** Somebody else who counts, once or twice, or in most cases nobody. */
  #someRivals(): readonly (() => void)[] {
    const chance = this.#chance;
    return Array.from({ length: chance.happens(0.4) ? chance.between(1, 2) : 0 }, () => {
      const isSame = chance.happens(0.5);
      return () => {
        this.#journal.count('rival update');
        this.#counter.rival(this.#world.portal(0), isSame);
      };
    });
  }

  /** Everything has news, at one portal, but what is hardly ever watched. */
  #publishAll(): void {
    const portal = this.#chance.pick(this.#world.portals);
    if (!portal.isDown) for (const work of this.#works.slice(0, -1)) portal.put(work.next());
  }

  /** Whoever is of the same origin may tell tabs anything. */
  #tellTabs(work: Work): void {
    const [forged, garbage] = [work.forged(), this.#chance.pick([null, 'null', [], [[]], [[nameOf(work.key), 'x']], { length: 1 }])];
    const isForged = this.#chance.happens(0.7);
    this.#journal.once(isForged ? 'forged broadcast' : 'garbage broadcast', () => this.#stranger?.post(isForged ? [[nameOf(forged), packEntry(forged)]] : garbage));
  }

  #checked(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    const [invariant, message] = error instanceof Broken ? [error.invariant, error.message] : ['thrown', error instanceof Error ? (error.stack ?? error.message) : String(error)];
    this.#failure = { invariant, message, step: this.#steps, at: this.#world.clock.elapsed() };
    this.#journal.note(`FAILED ${message}`);
  }
}
