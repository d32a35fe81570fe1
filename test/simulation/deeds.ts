import { compareChecked, nameOf, packEntry, takeSignedEntry, type CheckedEntry } from '../../src/registry/index.ts';
import type { Observation } from '../../src/incident.ts';
import type { SimulatedWorld } from '../../src/testing/index.ts';

/** What a portal must have done that is said to have done this. */
const CAUSES: { readonly [offence: string]: readonly string[] } = {
  'bad-signature': ['reads forge', 'reads flip', 'reads cross', 'sockets forge', 'sockets flip', 'sockets cross', 'sockets flood'],
  oversize: ['reads bomb', 'reads endless', 'sockets huge'],
  garbage: ['reads garbage', 'reads flip', 'reads html', 'sockets garbage', 'sockets flip', 'sockets flood', 'garbage said'],
  flood: ['sockets flood'],
  'below-floor': ['reads stale', 'reads equivocate', 'reads not found', 'sockets stale', 'sockets equivocate', 'rollback', 'forget', 'writes lose', 'lag'],
  'acknowledged-but-dropped': ['reads stale', 'reads equivocate', 'reads not found', 'rollback', 'forget', 'writes lose'],
};

/** What a portal lost is given back to it within this time, in milliseconds; until then it serves less than is known. */
const GIVEN_BACK = 10_000;
const LOSSES: readonly string[] = ['rollback', 'forget'];

/** What can be held against each portal, and since when nothing is the matter with it. */
export class Deeds {
  readonly #world: SimulatedWorld;
  readonly #lagGrace: number;
  readonly #deeds = new Map<string, Set<string>>();
  readonly #troubles = new Map<string, number>();
  readonly #soundSince = new Map<string, number>();
  readonly #newest = new Map<string, CheckedEntry>();
  /** By entry and its bytes, when a portal first had it, or said so. */
  readonly #knownSince = new Map<string, number>();
  /** Those that are in there: one goes from portal to portal as it is. */
  readonly #known = new WeakSet<CheckedEntry>();
  /** By portal and entry, since when it has had less than others. */
  readonly #behind = new Map<string, number>();

  constructor(world: SimulatedWorld, lagGrace: number) {
    this.#world = world;
    this.#lagGrace = lagGrace;
    world.observe((event) => {
      if (event.kind === 'stored' || event.kind === 'accepted') this.#noteKnown(event.entry);
      if (event.kind === 'stored') this.#stored(event.portal, event.entry);
    });
  }

  #noteKnown(entry: CheckedEntry): void {
    if (this.#known.has(entry)) return;
    this.#known.add(entry);
    const id = idOf(entry);
    if (!this.#knownSince.has(id)) this.#knownSince.set(id, this.#now);
  }

  #stored(url: string, entry: CheckedEntry): void {
    const name = nameOf(entry);
    const newest = this.#newest.get(name);
    if (newest === undefined || compareChecked(entry, newest) > 0) {
      this.#newest.set(name, entry);
      for (const portal of this.#world.urls) if (portal !== url && !this.#behind.has(`${portal} ${name}`)) this.#behind.set(`${portal} ${name}`, this.#now);
    } else if (compareChecked(entry, newest) < 0) return;
    this.#noteLag(url, name);
    this.#behind.delete(`${url} ${name}`);
  }

  #noteLag(url: string, name: string): void {
    if (this.#now - (this.#behind.get(`${url} ${name}`) ?? Infinity) >= this.#lagGrace) this.did(url, 'lag');
  }

  get #now(): number {
    return this.#world.clock.elapsed();
  }

  /** The portal does this, or did it once. */
  did(url: string, deed: string): void {
    const deeds = this.#deeds.get(url) ?? new Set();
    this.#deeds.set(url, deeds.add(deed));
    this.#soundSince.set(url, this.#now + (LOSSES.includes(deed) ? GIVEN_BACK : 0));
  }

  /** Something is the matter with it until {@link mended}. */
  harmed(url: string): void {
    this.#troubles.set(url, (this.#troubles.get(url) ?? 0) + 1);
  }

  mended(url: string): void {
    this.#troubles.set(url, (this.#troubles.get(url) ?? 1) - 1);
    this.#soundSince.set(url, this.#now);
  }

  /** Something happened to everybody. */
  disturbed(): void {
    for (const url of this.#world.urls) this.#soundSince.set(url, this.#now);
  }

  /** Whether it has been well since then, in milliseconds of the world's clock. */
  isSoundSince(url: string, since: number): boolean {
    return this.#world.isOnline && (this.#troubles.get(url) ?? 0) === 0 && (this.#soundSince.get(url) ?? 0) <= since;
  }

  /** Whether it did what it is blamed for. */
  isGuilty(url: string, offence: string): boolean {
    for (const name of this.#newest.keys()) this.#noteLagOf(url, name);
    const deeds = this.#deeds.get(url);
    return CAUSES[offence]?.some((cause) => deeds?.has(cause) === true) === true;
  }

  /** Whether a portal is said to have served less than what nobody had so long ago: it may honestly lag. */
  isTooEarly({ kind, expected }: Observation): boolean {
    if (kind !== 'below-floor' || expected === undefined) return false;
    return this.#now - (this.#knownSince.get(idOf(takeSignedEntry(expected))) ?? -Infinity) < this.#lagGrace;
  }

  #noteLagOf(url: string, name: string): void {
    if (this.#now - (this.#behind.get(`${url} ${name}`) ?? Infinity) >= this.#lagGrace) {
      const deeds = this.#deeds.get(url) ?? new Set();
      this.#deeds.set(url, deeds.add('lag'));
    }
  }
}

const idOf = (entry: CheckedEntry): string => `${nameOf(entry)} ${packEntry(entry)}`;
