import type { Chance } from '../../src/testing/chance.ts';
import type { SimulatedPortal } from '../../src/testing/index.ts';
import type { Journal } from './journal.ts';
import { isQuietOnly, siege, someFaults, type Misconduct } from './misconduct.ts';
import { setBack } from './setback.ts';
import type { Stage, Tab } from './tab.ts';

/** How long something goes on, in milliseconds: the least and the most. */
type HowLong = readonly [number, number];

/** So long before a calm much of what portals say is lost, or not at all, in milliseconds: until everybody is connected again. */
const SWALLOWING = 4_000;

/** What is the matter with portals, network, clock, storage and workers: what is over at once, and what goes on for some time. */
export class Troubles {
  readonly #stage: Stage;
  readonly #chance: Chance;
  readonly #journal: Journal;
  /** Ends each of what goes on. */
  readonly #ends = new Map<string, () => void>();
  #endings = 0;

  constructor(stage: Stage, chance: Chance, journal: Journal) {
    this.#stage = stage;
    this.#chance = chance;
    this.#journal = journal;
  }

  /** All is mended. */
  endAll(): void {
    this.#endings++;
    for (const end of Array.from(this.#ends.values())) end();
  }

  /** Something is the matter with a portal. */
  portal(): void {
    const { world, works, invariants } = this.#stage;
    const { deeds } = invariants;
    const chance = this.#chance;
    const portal = chance.pick(world.portals);
    const { url } = portal;
    // Who decides which update comes first loses nothing, and does not deny it: the others are to be dealt with.
    const isTrusted = portal === world.portals[0];
    const roll = chance.next();
    if (roll < 0.12) return this.#kill(portal, [500, 40_000]);
    if (roll < 0.18) return this.#journal.once('cut', () => (portal.cut(), deeds.did(url, 'cut')));
    if (roll < 0.22) return isTrusted ? undefined : this.#journal.once('rollback', () => (portal.rollBack(), deeds.did(url, 'rollback')));
    if (roll < 0.27) return isTrusted ? undefined : this.#journal.once('forget', () => {
        // What it lost, it says of itself when it is asked anew.
        portal.forget(chance.pick(works).key);
        portal.cut();
        deeds.did(url, 'forget');
      });
    if (roll < 0.34) return this.#begin(`${url} apart`, 'partition', [1_000, 60_000], () => void (portal.isPartitioned = true), () => void (portal.isPartitioned = false));
    if (roll < 0.37) return this.#journal.once('garbage said', () => (portal.say('null', '{"error":""}', '[]', '{"responsetype":"notification"}', '\u0000'), deeds.did(url, 'garbage said')));
    this.#misbehave(portal, someFaults(chance, isTrusted));
  }

  /** One honest portal is left, and one has to ask to find it; somebody does. */
  besiege(tab: Tab): void {
    const { world, works, invariants } = this.#stage;
    this.#journal.once('siege', () => {
      for (const [i, misconduct] of siege(this.#chance, world.portals.length).entries()) {
        const portal = world.portal(i);
        this.#misbehave(portal, misconduct);
        portal.cut();
        invariants.deeds.did(portal.url, 'cut');
      }
    });
    const asked = this.#chance.between(100, 3_000);
    world.clock.setTimeout(() => {
      for (const work of works) tab.read(work, { maxStaleness: 0 });
    }, asked);
  }

  /** Everybody connects anew, and half of what portals say then is lost. No news bring it back by the way: it has to be missed. */
  async swallow(): Promise<void> {
    const { world, invariants } = this.#stage;
    const faults = { sockets: 'mute', share: 0.5 } as const;
    for (const portal of world.portals) {
      this.#misbehave(portal, { faults, kinds: ['sockets mute'] }, [2 * SWALLOWING, 2 * SWALLOWING]);
      this.#journal.once('cut', () => (portal.cut(), invariants.deeds.did(portal.url, 'cut')));
    }
    await world.pass(SWALLOWING);
  }

  /** Much goes wrong together: {@link setBack}. */
  setBack(tab: Tab): void {
    const { world, works, invariants, fail } = this.#stage;
    this.#journal.count('setback');
    const endings = this.#endings;
    setBack(tab, {
      world,
      chance: this.#chance,
      deeds: invariants.deeds,
      works: [...new Set([tab.onlyRead ?? this.#chance.pick(works), this.#chance.pick(works)])],
      killTrusted: () => this.#kill(world.portal(0), [8_000, 20_000]),
      breakStorage: () => {
        invariants.disturbed();
        this.#breakStorage([5_000, 30_000]);
      },
      killEntries: (each) => void (each.kill('entries') && this.#journal.count('entries killed')),
      once: (kind, act) => this.#journal.once(kind, act),
      pause: async (milliseconds) => {
        await new Promise<void>((resolve) => void world.clock.setTimeout(resolve, milliseconds));
        return this.#endings === endings;
      },
    }).catch(fail);
  }

  /** Something is the matter with what all share: network, clock or storage. */
  world(): void {
    const { world, invariants, fail } = this.#stage;
    const { storage, clock } = world;
    const chance = this.#chance;
    const roll = chance.next();
    invariants.disturbed();
    if (roll < 0.3) return this.#begin('offline', 'offline', [200, 40_000], () => void (world.isOnline = false), () => {
        world.isOnline = true;
        invariants.disturbed();
      });
    if (roll < 0.4) return this.#journal.once('clock forward', () => clock.jump(chance.between(1_000, 86_400_000)));
    if (roll < 0.5) return this.#journal.once('clock back', () => {
        clock.jump(-chance.between(1_000, 86_400_000));
        invariants.setBack();
      });
    if (roll < 0.58) return this.#journal.once('sleep', () => {
        const milliseconds = chance.between(1_000, 8 * 3_600_000);
        // What is simulated is the time awake.
        clock.sleep(milliseconds);
        invariants.slept(milliseconds);
      });
    if (roll < 0.9) return this.#breakStorage([500, 30_000]);
    if (roll < 0.95) return this.#begin('storage slow', 'storage slow', [500, 20_000], () => void (storage.delay = chance.between(10, 900)), () => {
        storage.delay = 0;
        invariants.disturbed();
      });
    this.#journal.once('storage lost', () => {
      invariants.forgot();
      (chance.happens(0.5) ? storage.evict() : storage.corrupt()).catch(fail);
    });
  }

  /** A worker dies or hangs, or all that a tab runs. */
  tab(tab: Tab, open: (tab: Tab) => void): void {
    const chance = this.#chance;
    const actor = chance.pick(['portal', 'entries', 'verifier'] as const);
    const roll = chance.next();
    if (roll < 0.4) {
      if (tab.kill(actor)) this.#journal.count(`${actor} killed`);
    } else if (roll < 0.55) {
      if (tab.hang(actor)) this.#journal.count(`${actor} hung`);
    } else if (roll < 0.75) {
      this.#journal.once('crash', () => tab.crash());
      open(tab);
    } else {
      this.#journal.once('restart', () => {
        tab.close().then(() => open(tab), this.#stage.fail);
      });
    }
  }

  #kill(portal: SimulatedPortal, howLong: HowLong): void {
    const { url } = portal;
    const { deeds } = this.#stage.invariants;
    this.#begin(`${url} down`, 'kill', howLong, () => (portal.kill(), deeds.harmed(url)), () => (portal.revive(), deeds.mended(url)));
  }

  /** A portal does this for some time. */
  #misbehave(portal: SimulatedPortal, { faults, kinds }: Misconduct, howLong: HowLong = [1_000, 40_000]): void {
    const { url } = portal;
    const { deeds } = this.#stage.invariants;
    for (const kind of kinds) this.#journal.count(kind);
    this.#begin(`${url} faulty`, undefined, howLong, () => {
      portal.faults = faults;
      for (const kind of kinds) deeds.did(url, kind);
      if (!isQuietOnly(kinds)) deeds.harmed(url);
    }, () => {
      portal.faults = {};
      if (!isQuietOnly(kinds)) deeds.mended(url);
    });
  }

  #breakStorage(howLong: HowLong): void {
    const { world, invariants } = this.#stage;
    const fault = this.#chance.pick(['full', 'blocked', 'closed', 'silent'] as const);
    this.#begin('storage', `storage ${fault}`, howLong, () => {
      world.storage.fault = fault;
      invariants.harmed();
    }, () => {
      world.storage.fault = undefined;
      invariants.disturbed();
    });
  }

  /** Begins something that ends some time later, unless it is under way. */
  #begin(name: string, kind: string | undefined, [least, most]: HowLong, begin: () => void, end: () => void): void {
    const { clock } = this.#stage.world;
    if (this.#ends.has(name)) return;
    if (kind !== undefined) this.#journal.count(kind);
    this.#journal.note(`${name} begins${kind === undefined ? '' : `: ${kind}`}`);
    begin();
    const timer = clock.setTimeout(() => this.#ends.get(name)?.(), this.#chance.between(least, most));
    this.#ends.set(name, () => {
      this.#ends.delete(name);
      clock.clearTimeout(timer);
      this.#journal.note(`${name} ends`);
      end();
    });
  }
}
