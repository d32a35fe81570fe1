import { invalidInput } from '../error.ts';
import type { InlineWorld } from '../inline.ts';
import { takeSignedEntry, type CheckedEntry, type SignedEntry } from '../registry/index.ts';
import type { Fetch, Network, OpenBroadcast, OpenSocket, Random } from '../world.ts';
import { SimulatedAuthor } from './author.ts';
import { Chance } from './chance.ts';
import { SimulatedClock } from './clock.ts';
import { simulatedBroadcast } from './simulated-broadcast.ts';
import { SimulatedPortal, type SimulatedPortalOptions } from './simulated-portal.ts';
import { simulatedProcess, type SimulatedProcess } from './simulated-processes.ts';
import { SimulatedStorage } from './simulated-storage.ts';
import type { Surroundings, WorldEvent } from './surroundings.ts';
import { verdictAtOnce } from './verdict.ts';

export interface SimulatedWorldOptions {
  /** What everything follows from: a whole number. */
  readonly seed: number;
  /** How many portals there are, or which. */
  readonly portals: number | readonly (string | SimulatedPortalOptions)[];
  /** How long it takes, in milliseconds, until an entry that one portal accepted reaches the others: from, to. Default 50 to 500; `null`: never. */
  readonly gossip?: readonly [from: number, to: number] | null | undefined;
}

/**
 * Portals, a network, a storage and a clock from one seed. Nothing in it is real, and nothing in it waits: hours pass in a moment, and the same seed
 * makes the same run.
 *
 * ```js
 * const world = new SimulatedWorld({ seed: 1, portals: 3 });
 * const runtime = await world.run(createRuntime({ portals: world.urls, workers: world.host() }));
 * ```
 */
export class SimulatedWorld implements InlineWorld {
  readonly clock = new SimulatedClock();
  readonly random: Random;
  readonly sockets: OpenSocket;
  readonly fetch: Fetch;
  readonly storage: SimulatedStorage;
  readonly broadcast: OpenBroadcast;
  readonly verdict = verdictAtOnce;
  /** Says when {@link isOnline} changes, as a browser does. */
  readonly network: Network = {
    listen: (changed) => {
      this.#listeners.add(changed);
      return () => void this.#listeners.delete(changed);
    },
  };

  readonly #chance: Chance;
  readonly #portals: readonly SimulatedPortal[];
  readonly #gossip: readonly [number, number] | null;
  readonly #observers = new Set<(event: WorldEvent) => void>();
  readonly #processes: SimulatedProcess[] = [];
  readonly #listeners = new Set<(isOnline: boolean) => void>();
  /** How many sockets there were. */
  #numbered = 0;
  #isOnline = true;

  /** @throws RegistryError `INVALID_INPUT` */
  constructor({ seed, portals, gossip = [50, 500] }: SimulatedWorldOptions) {
    if (!Number.isSafeInteger(seed)) throw invalidInput('options.seed', 'a whole number');
    const listed = typeof portals === 'number' ? Array.from({ length: portals }, (_, i) => `http://portal-${i}.example`) : portals;
    if (listed.length === 0) throw invalidInput('options.portals', 'one or more');
    this.#chance = new Chance(seed);
    this.#gossip = gossip;
    this.random = this.#chance.next;
    const surroundings = this.#surroundings();
    this.storage = new SimulatedStorage(this.clock, this.#chance, (event) => surroundings.note(event));
    this.broadcast = simulatedBroadcast(this.clock, this.#chance);
    this.#portals = listed.map((portal) => new SimulatedPortal(surroundings, typeof portal === 'string' ? { url: portal } : portal));
    ({ sockets: this.sockets, fetch: this.fetch } = this.#network(undefined));
  }

  /** How one client reaches the portals. */
  #network(client: number | undefined): { readonly sockets: OpenSocket; readonly fetch: Fetch } {
    return {
      sockets: (address, ...rest) => this.#find(address).connect(client, address, ...rest),
      fetch: (address, init) => this.#find(address).request(client, address, init),
    };
  }

  /** The portals' URLs, in order. */
  get urls(): readonly string[] {
    return this.#portals.map(({ url }) => url);
  }

  get portals(): readonly SimulatedPortal[] {
    return this.#portals;
  }

  /** A portal by its place, from 0, or by its URL. @throws RegistryError `INVALID_INPUT` if there is none */
  portal(which: number | string): SimulatedPortal {
    const found = typeof which === 'number' ? this.#portals[which] : this.#portals.find(({ url }) => url === which);
    if (found === undefined) throw invalidInput('which', "the place, or the URL, of one of the world's portals");
    return found;
  }

  /** Somebody who signs entries, by name. */
  author(name: string): SimulatedAuthor {
    return new SimulatedAuthor(name);
  }

  /** Stores an entry at every portal, behind every fault. */
  put(entry: SignedEntry): void {
    const checked = takeSignedEntry(entry);
    for (const portal of this.#portals) portal.take(checked);
  }

  /** A process for one runtime, numbered from 0 on: `createRuntime({ portals: world.urls, workers: world.host() })`. */
  host(): SimulatedProcess {
    const { clock, random, network, storage, broadcast, verdict } = this;
    const number = this.#processes.length;
    const process = simulatedProcess(number, { clock, random, ...this.#network(number), network, storage, broadcast, verdict });
    this.#processes.push(process);
    return process;
  }

  /** Lets time pass until something is settled. */
  run<T>(work: Promise<T>): Promise<T> {
    return this.clock.run(work);
  }

  /** Lets so many milliseconds pass. */
  pass(milliseconds: number): Promise<void> {
    return this.clock.pass(milliseconds);
  }

  /** Whether anything passes between clients and portals. Connections that were open when nothing did end once something does again. */
  get isOnline(): boolean {
    return this.#isOnline;
  }
  set isOnline(isOnline: boolean) {
    if (isOnline === this.#isOnline) return;
    this.#isOnline = isOnline;
    for (const portal of this.#portals) {
      if (isOnline) portal.cut();
      portal.look();
    }
    for (const changed of this.#listeners) changed(isOnline);
  }

  /** Tells of everything that passes from now on, until what is returned is called. */
  observe(observer: (event: WorldEvent) => void): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** Portals tell each other everything that they have. */
  reconcile(): void {
    for (const portal of this.#portals) for (const entry of portal.entries) this.#spread(portal.url, entry);
  }

  #surroundings(): Surroundings {
    const isOnline = (): boolean => this.#isOnline;
    return {
      clock: this.clock,
      chance: this.#chance,
      get isOnline() {
        return isOnline();
      },
      spread: (from, entry) => this.#spread(from, entry),
      numberSocket: () => ++this.#numbered,
      note: (event) => {
        for (const observer of this.#observers) observer(event);
      },
    };
  }

  #spread(from: string, entry: CheckedEntry): void {
    if (this.#gossip === null) return;
    for (const portal of this.#portals) {
      if (portal.url === from || portal.isDown || portal.isPartitioned) continue;
      this.clock.setTimeout(() => {
        if (!portal.isDown && !portal.isPartitioned) portal.take(entry);
      }, this.#chance.between(...this.#gossip));
    }
  }

  #find(address: string): SimulatedPortal {
    const url = address.replace(/^ws/, 'http');
    const found = this.#portals.find((portal) => url.startsWith(`${portal.url}/`));
    if (found === undefined) throw invalidInput('url', "that of one of the world's portals");
    return found;
  }
}
