import { MAX_RAW_BYTES, type Incident, type Observation } from '../../src/incident.ts';
import { areEquivocal, keyNamed, nameOf, packEntry, proofOf, type CheckedEntry } from '../../src/registry/index.ts';
import { elapsedOn } from '../../src/world.ts';
import { trim } from '../../src/trim.ts';
import { Feed } from '../feed.ts';
import type { Finding } from '../report.ts';
import type { TableWorld } from './world.ts';

/** How many are kept for whoever comes later. */
const LOG = 32;

/** Between two that are told, in milliseconds: twenty a second. */
const PACE = 50;

/** The most that wait to be told; of more, there is only a count. */
const MOST_WAITING = 100;

/** The places among them that are kept for proofs, however much portals do. */
const FOR_PROOFS = 32;

/** How many pairs of entries are remembered as told. */
const MEMORY = 1_000;

/** What portals, and holders of keys, were seen to do: told once each, at a bounded rate. */
export class Incidents {
  readonly #world: Pick<TableWorld, 'clock' | 'policy' | 'portal'>;
  readonly #news = new Feed<Incident>();
  readonly #log: Incident[] = [];
  readonly #waiting: Incident[] = [];
  readonly #told = new Set<string>();
  /** What portals were seen to do, and until when no more is told of that. */
  readonly #observed = new Map<string, number>();
  /** Portals that were blamed for bad signatures, and until when they surely are in quarantine for it. */
  readonly #blamed = new Map<string, number>();
  #pause: unknown;
  #isStopped = false;
  /** How many there were besides those that were told or wait. */
  untold = 0;

  constructor(world: Pick<TableWorld, 'clock' | 'policy' | 'portal'>) {
    this.#world = world;
  }

  /** The newest first that were told before, at most 32, then each that is. */
  readonly subscribe: Feed<Incident>['subscribe'] = (next, complete) => {
    for (const incident of this.#log) next(incident);
    return this.#news.subscribe(next, complete);
  };

  /** A portal served an entry that was never signed. What it said besides is on its way still, and brings it into no further disrepute. */
  forged({ portal, name, at, raw }: Extract<Finding, { kind: 'forged' }>): void {
    const { clock, policy } = this.#world;
    const now = elapsedOn(clock);
    if (now < (this.#blamed.get(portal) ?? now)) return;
    this.#blamed.set(portal, now + policy.quarantineBase);
    this.#world.portal.tell({ kind: 'blame', portal, offence: 'bad-signature' });
    this.observe({ kind: 'bad-signature', portal, at, key: keyNamed(name), raw });
  }

  /** A portal was put in quarantine for something that is no entry. Several verifiers may pass it on. */
  offended({ portal, offence: kind, at, raw }: Extract<Finding, { kind: 'offended' }>): void {
    this.observe({ kind, portal, at, raw });
  }

  /** Two verified entries of one key met. */
  compare(a: CheckedEntry, b: CheckedEntry): void {
    if (!areEquivocal(a, b)) return;
    const proof = proofOf(a, b);
    const said = proof.entries.map((entry) => packEntry({ ...entry, type: 1, signature: NO_SIGNATURE }));
    const pair = `${nameOf(a)} ${said.join(' ')}`;
    // What there is no place for was not told: it may be when it is seen again.
    if (this.#told.has(pair) || !this.#add({ ...proof, at: this.#world.clock.now() }, MOST_WAITING)) return;
    this.#told.add(pair);
    trim(this.#told, MEMORY);
  }

  /**
   * Of one portal and kind once in `quarantineBase`: what it said besides was on its way still, and would only drive out what others did.
   * @returns whether it is told
   */
  observe(observation: Observation): boolean {
    const { clock, policy } = this.#world;
    const what = `${observation.kind} ${observation.portal}`;
    const now = elapsedOn(clock);
    if (now < (this.#observed.get(what) ?? now)) {
      this.untold++;
      return false;
    }
    const isTold = this.#add({ ...observation, raw: observation.raw.slice(0, MAX_RAW_BYTES) }, MOST_WAITING - FOR_PROOFS);
    if (isTold) this.#observed.set(what, now + policy.quarantineBase);
    return isTold;
  }

  /** The portal actor was replaced, and may not have heard of what portals did last. */
  renew(): void {
    this.#blamed.clear();
  }

  stop(): void {
    this.#world.clock.clearTimeout(this.#pause);
    this.#isStopped = true;
    for (const incident of this.#waiting.splice(0)) this.#tell(incident);
    this.#news.complete();
  }

  #add(incident: Incident, most: number): boolean {
    const hasPlace = this.#waiting.length < most;
    if (hasPlace) this.#waiting.push(incident);
    else this.untold++;
    this.#next();
    return hasPlace;
  }

  #next(): void {
    const incident = this.#pause === undefined && !this.#isStopped ? this.#waiting.shift() : undefined;
    if (incident === undefined) return;
    this.#tell(incident);
    this.#pause = this.#world.clock.setTimeout(() => {
      this.#pause = undefined;
      this.#next();
    }, PACE);
  }

  #tell(incident: Incident): void {
    this.#log.push(incident);
    if (this.#log.length > LOG) this.#log.shift();
    this.#news.next(incident);
  }
}

/** A signature is no part of what was said. */
const NO_SIGNATURE = new Uint8Array(64);
