import { Chance } from '../../src/testing/chance.ts';
import { nameOf, packEntry } from '../../src/registry/index.ts';
import { SimulatedWorld, type SimulatedPortal } from '../../src/testing/index.ts';
import type { Broadcast } from '../../src/world.ts';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import { Broken } from './broken.ts';
import { Counter } from './counter.ts';
import { Invariants } from './invariants.ts';
import { Work } from './library.ts';
import { setBack } from './setback.ts';
import { Tab, type Stage } from './tab.ts';
import { isQuietOnly, siege, someFaults, type Misconduct } from './trouble.ts';

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

/** How many lines of the log are shown with a failure. */
const LAST = 60;
/** So many new values watchers are told in every seed. */
const LEAST_UPDATES = 500;
/** Every so long all faults end for a while, and everything has to be as it should. */
const CALM_EVERY = 209_000;
/** Longer than the longest back-off, every deadline of a connection, and until every portal was compared. */
const CALM = 90_000;
/** So long before a calm much of what portals say is lost, or not at all: until everybody is connected again. */
const SWALLOWING = 4_000;
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
  readonly #faults = new Map<string, number>();
  /** Somebody else on the tabs' storage, who hears what they tell each other. */
  readonly #stranger: Broadcast | undefined;
  #shared = 0;
  #log: string[] = [];
  #hash = 0x811c9dc5;
  #steps = 0;
  #calms = 0;
  /** When the last calm begins, in milliseconds of time awake. */
  #until = 0;
  #failure: SimulationReport['failure'];
  /** Ends what is the matter with each of these. */
  readonly #troubles = new Map<string, () => void>();

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
    this.#stranger = this.#world.broadcast(`secure-registry floors ${this.#world.storage.identity}`, () => this.#shared++);
    this.#invariants = new Invariants(this.#world, DEFAULT_POLICY.lagGrace);
    this.#works = Array.from({ length: chance.between(3, 6) }, (_, i) => new Work(i));
    const stage: Stage = {
      world: this.#world,
      invariants: this.#invariants,
      works: this.#works,
      counter: this.#counter,
      policy: { verifiers: chance.pick([1, 1, 2]), checkInterval: CHECK_EVERY },
      log: (line) => this.#note(line),
      fail: (error) => this.#fail(error),
    };
    this.#tabs = Array.from({ length: chance.happens(0.3) ? 2 : 1 }, (_, i) => new Tab(stage, i));
    this.#world.observe((event) => {
      if (event.kind === 'passed') this.#note(`${event.portal} ${event.what}`);
    });
    this.#world.clock.onStep = () => {
      this.#steps++;
      this.#checked(() => this.#invariants.step());
    };
  }

  async play(): Promise<SimulationReport> {
    const { seed, minutes = 10, isLogged = false } = this.#options;
    const passing = minutes * 60_000;
    this.#until = Math.max(Math.min(passing, LEAST_TROUBLE), passing - CALM - TOLD);
    try {
      for (const tab of this.#tabs) this.#open(tab);
      let calmAt = CALM_EVERY;
      while (this.#invariants.awake < this.#until && this.#failure === undefined) {
        await this.#world.pass(this.#chance.happens(0.05) ? this.#chance.between(0, 8_000) : this.#chance.between(0, 1_800));
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
      faults: Object.fromEntries([...this.#faults].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      fingerprint: (this.#hash >>> 0).toString(16).padStart(8, '0'),
      log: isLogged ? this.#log : this.#log.slice(-LAST),
      failure: this.#failure,
    };
  }

  get #updates(): number {
    return this.#tabs.reduce((sum, { updates }) => sum + updates, 0);
  }

  /** All is mended, and given the time it needs; then everything is as it should be. */
  async #calm(): Promise<void> {
    if (this.#chance.happens(0.4)) await this.#swallow();
    this.#note('all is well');
    this.#calms++;
    for (const end of Array.from(this.#troubles.values())) end();
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

  /** Everybody connects anew, and half of what portals say then is lost. No news bring it back by the way: it has to be missed. */
  async #swallow(): Promise<void> {
    const { deeds } = this.#invariants;
    const faults = { sockets: 'mute', share: 0.5 } as const;
    for (const portal of this.#world.portals) {
      this.#misbehave(portal, { faults, kinds: ['sockets mute'] }, [2 * SWALLOWING, 2 * SWALLOWING]);
      this.#once('cut', () => (portal.cut(), deeds.did(portal.url, 'cut')));
    }
    await this.#world.pass(SWALLOWING);
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
    if (roll < 0.845) return this.#besiege(tab);
    if (roll < 0.95) return this.#troublePortal();
    if (roll < 0.975) return this.#troubleWorld();
    if (roll < 0.978) return this.#setBack(tab);
    return this.#troubleTab(tab);
  }

  #publish(work: Work): void {
    const chance = this.#chance;
    // What one tab is told, two are told: that many updates are enough.
    if (chance.happens(0.65) && this.#updates > LEAST_UPDATES * (this.#invariants.awake / this.#until)) return;
    const up = this.#world.portals.filter(({ isDown }) => !isDown);
    if (up.length === 0) return;
    if (chance.happens(0.03)) {
      this.#count('equivocation');
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
      this.#count('write overtaken');
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
        this.#count('rival update');
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
    this.#once(isForged ? 'forged broadcast' : 'garbage broadcast', () => this.#stranger?.post(isForged ? [[nameOf(forged), packEntry(forged)]] : garbage));
  }

  #troublePortal(): void {
    const chance = this.#chance;
    const portal = chance.pick(this.#world.portals);
    const { url } = portal;
    const { deeds } = this.#invariants;
    // Who decides which update comes first loses nothing, and does not deny it: the others are to be dealt with.
    const isTrusted = portal === this.#world.portals[0];
    const roll = chance.next();
    if (roll < 0.12) return this.#killPortal(portal, [500, 40_000]);
    if (roll < 0.18) return this.#once('cut', () => (portal.cut(), deeds.did(url, 'cut')));
    if (roll < 0.22) return isTrusted ? undefined : this.#once('rollback', () => (portal.rollBack(), deeds.did(url, 'rollback')));
    if (roll < 0.27) return isTrusted ? undefined : this.#once('forget', () => {
        // What it lost, it says of itself when it is asked anew.
        portal.forget(chance.pick(this.#works).key);
        portal.cut();
        deeds.did(url, 'forget');
      });
    if (roll < 0.34) return this.#trouble(`${url} apart`, 'partition', [1_000, 60_000], () => void (portal.isPartitioned = true), () => void (portal.isPartitioned = false));
    if (roll < 0.37) return this.#once('garbage said', () => (portal.say('null', '{"error":""}', '[]', '{"responsetype":"notification"}', '\u0000'), deeds.did(url, 'garbage said')));
    this.#misbehave(portal, someFaults(chance, isTrusted));
  }

  /** One honest portal is left, and one has to ask to find it; somebody does. */
  #besiege(tab: Tab): void {
    const { portals, clock } = this.#world;
    this.#once('siege', () => {
      for (const [i, misconduct] of siege(this.#chance, portals.length).entries()) {
        const portal = this.#world.portal(i);
        this.#misbehave(portal, misconduct);
        portal.cut();
        this.#invariants.deeds.did(portal.url, 'cut');
      }
    });
    const asked = this.#chance.between(100, 3_000);
    clock.setTimeout(() => {
      for (const work of this.#works) tab.read(work, { maxStaleness: 0 });
    }, asked);
  }

  /** A portal does this for some time. */
  #misbehave(portal: SimulatedPortal, { faults, kinds }: Misconduct, howLong: readonly [number, number] = [1_000, 40_000]): void {
    const { url } = portal;
    const { deeds } = this.#invariants;
    for (const kind of kinds) this.#count(kind);
    this.#trouble(`${url} faulty`, undefined, howLong, () => {
      portal.faults = faults;
      for (const kind of kinds) deeds.did(url, kind);
      if (!isQuietOnly(kinds)) deeds.harmed(url);
    }, () => {
      portal.faults = {};
      if (!isQuietOnly(kinds)) deeds.mended(url);
    });
  }

  #killPortal(portal: SimulatedPortal, howLong: readonly [number, number]): void {
    const { url } = portal;
    const { deeds } = this.#invariants;
    this.#trouble(`${url} down`, 'kill', howLong, () => (portal.kill(), deeds.harmed(url)), () => (portal.revive(), deeds.mended(url)));
  }

  #breakStorage(howLong: readonly [number, number]): void {
    const { storage } = this.#world;
    const fault = this.#chance.pick(['full', 'blocked', 'closed', 'silent'] as const);
    this.#trouble('storage', `storage ${fault}`, howLong, () => {
      storage.fault = fault;
      this.#invariants.harmed();
    }, () => {
      storage.fault = undefined;
      this.#invariants.disturbed();
    });
  }

  #setBack(tab: Tab): void {
    this.#count('setback');
    const calms = this.#calms;
    setBack(tab, {
      world: this.#world,
      chance: this.#chance,
      deeds: this.#invariants.deeds,
      works: [...new Set([tab.onlyRead ?? this.#chance.pick(this.#works), this.#chance.pick(this.#works)])],
      killTrusted: () => this.#killPortal(this.#world.portal(0), [8_000, 20_000]),
      breakStorage: () => {
        this.#invariants.disturbed();
        this.#breakStorage([5_000, 30_000]);
      },
      killEntries: (each) => void (each.kill('entries') && this.#count('entries killed')),
      once: (kind, act) => this.#once(kind, act),
      pause: async (milliseconds) => {
        await new Promise<void>((resolve) => void this.#world.clock.setTimeout(resolve, milliseconds));
        return this.#calms === calms;
      },
    }).catch((error: unknown) => this.#fail(error));
  }

  #troubleWorld(): void {
    const chance = this.#chance;
    const { storage, clock } = this.#world;
    const roll = chance.next();
    this.#invariants.disturbed();
    if (roll < 0.3) return this.#trouble('offline', 'offline', [200, 40_000], () => void (this.#world.isOnline = false), () => {
        this.#world.isOnline = true;
        this.#invariants.disturbed();
      });
    if (roll < 0.4) {
      return this.#once('clock forward', () => clock.jump(chance.between(1_000, 86_400_000)));
    }
    if (roll < 0.5) {
      return this.#once('clock back', () => {
        clock.jump(-chance.between(1_000, 86_400_000));
        this.#invariants.setBack();
      });
    }
    if (roll < 0.58) {
      return this.#once('sleep', () => {
        const milliseconds = chance.between(1_000, 8 * 3_600_000);
        // What is simulated is the time awake.
        clock.sleep(milliseconds);
        this.#invariants.slept(milliseconds);
      });
    }
    if (roll < 0.9) {
      return this.#breakStorage([500, 30_000]);
    }
    if (roll < 0.95) return this.#trouble('storage slow', 'storage slow', [500, 20_000], () => void (storage.delay = chance.between(10, 900)), () => {
        storage.delay = 0;
        this.#invariants.disturbed();
      });
    this.#once('storage lost', () => {
      this.#invariants.forgot();
      (chance.happens(0.5) ? storage.evict() : storage.corrupt()).catch((error: unknown) => this.#fail(error));
    });
  }

  #troubleTab(tab: Tab): void {
    const chance = this.#chance;
    const actor = chance.pick(['portal', 'entries', 'verifier'] as const);
    const roll = chance.next();
    if (roll < 0.4) {
      if (tab.kill(actor)) this.#count(`${actor} killed`);
    } else if (roll < 0.55) {
      if (tab.hang(actor)) this.#count(`${actor} hung`);
    } else if (roll < 0.75) {
      this.#once('crash', () => tab.crash());
      this.#open(tab);
    } else {
      this.#once('restart', () => {
        tab.close().then(() => this.#open(tab), (error: unknown) => this.#fail(error));
      });
    }
  }

  /** Begins something that ends some time later, unless it is under way. */
  #trouble(name: string, kind: string | undefined, [least, most]: readonly [number, number], begin: () => void, end: () => void): void {
    if (this.#troubles.has(name)) return;
    if (kind !== undefined) this.#count(kind);
    this.#note(`${name} begins${kind === undefined ? '' : `: ${kind}`}`);
    begin();
    const timer = this.#world.clock.setTimeout(() => this.#troubles.get(name)?.(), this.#chance.between(least, most));
    this.#troubles.set(name, () => {
      this.#troubles.delete(name);
      this.#world.clock.clearTimeout(timer);
      this.#note(`${name} ends`);
      end();
    });
  }

  #once(kind: string, act: () => void): void {
    this.#count(kind);
    this.#note(kind);
    act();
  }

  #count(kind: string): void {
    this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1);
  }

  #note(what: string): void {
    const line = `${this.#world.clock.elapsed()} ${what}`;
    // FNV-1a.
    for (let i = 0; i < line.length; i++) this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), 0x01000193);
    this.#log.push(line);
    if (this.#options.isLogged !== true && this.#log.length > 20 * LAST) this.#log = this.#log.slice(-LAST);
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
    this.#note(`FAILED ${message}`);
  }
}
