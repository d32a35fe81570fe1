import { packEntry } from '../../src/registry/index.ts';
import type { SimulatedWorld, WorldEvent } from '../../src/testing/index.ts';

/** What one socket said last of each entry, packed; undefined that there is none. */
interface Said {
  readonly client: number;
  readonly words: Map<string, string | undefined>;
}

/** A word that was the last one until then. */
interface PastWord {
  readonly packed: string | undefined;
  readonly until: number;
}

/** How many past words of an entry are kept. */
const KEPT = 40;

/** The last words of every socket of every client: what is live has to be one of the client's own, now or a moment ago. */
export class Words {
  readonly #awake: () => number;
  readonly #sockets = new Map<number, Said>();
  readonly #past = new Map<string, PastWord[]>();
  readonly #heardAt = new Map<number, number>();

  /** @param awake time in which the machine was awake, in milliseconds */
  constructor(world: SimulatedWorld, awake: () => number) {
    this.#awake = awake;
    world.observe((event) => this.#note(event));
  }

  #note(event: WorldEvent): void {
    if (!('socket' in event) || event.socket === undefined) return;
    if (event.kind === 'asked' && event.client !== undefined) this.#sockets.set(event.socket, { client: event.client, words: new Map() });
    const said = this.#sockets.get(event.socket);
    if (said === undefined) return;
    if (event.kind === 'heard') this.#heardAt.set(said.client, this.#awake());
    if (event.kind === 'served' || event.kind === 'missing') this.#say(said, event.name, event.kind === 'served' ? packEntry(event.entry) : undefined);
    if (event.kind !== 'closed') return;
    for (const name of said.words.keys()) this.#end(said, name);
    this.#sockets.delete(event.socket);
  }

  #say(said: Said, name: string, packed: string | undefined): void {
    if (said.words.has(name) && said.words.get(name) !== packed) this.#end(said, name);
    said.words.set(name, packed);
  }

  #end({ client, words }: Said, name: string): void {
    const id = `${client} ${name}`;
    const past = this.#past.get(id) ?? [];
    past.push({ packed: words.get(name), until: this.#awake() });
    if (past.length > KEPT) past.shift();
    this.#past.set(id, past);
  }

  /** Whether a socket of the client said exactly this last, or did so many milliseconds ago. */
  vouch(client: number, name: string, packed: string | undefined, within: number): boolean {
    for (const said of this.#sockets.values()) if (said.client === client && said.words.has(name) && said.words.get(name) === packed) return true;
    const since = this.#awake() - within;
    return this.#past.get(`${client} ${name}`)?.some((word) => word.packed === packed && word.until >= since) === true;
  }

  /** How long no socket of the client has said anything, in milliseconds. */
  silence(client: number): number {
    return this.#awake() - (this.#heardAt.get(client) ?? -Infinity);
  }
}
