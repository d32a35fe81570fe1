import { nameOf, takeEntryKey, takeSignedEntry, type CheckedEntry, type EntryKey, type SignedEntry } from '../registry/index.ts';
import type { Generation } from '../registry/wire/index.ts';
import type { Fetch, OpenSocket } from '../world.ts';
import type { PortalFaults } from './faults.ts';
import { Shelf } from './shelf.ts';
import { SimulatedExchange, type ExchangePortal } from './simulated-exchange.ts';
import { SimulatedSocket, type SocketPortal } from './simulated-socket.ts';
import type { Surroundings } from './surroundings.ts';
import { takeFaults } from './take-faults.ts';
import { Tally, type Traffic } from './traffic.ts';

export interface SimulatedPortalOptions {
  /** Origin, without a slash at the end. */
  readonly url: string;
  /** Which of the two generations of messages it speaks. Default B. */
  readonly generation?: Generation | undefined;
  /** Whether its writes can be made conditional. Default true. */
  readonly preconditions?: boolean | undefined;
}

/** A portal in simulated time: the protocol as it passes the network, over HTTP and WebSocket, and faults to switch on while it runs. */
export class SimulatedPortal {
  readonly url: string;
  #faults: PortalFaults = {};
  readonly #surroundings: Surroundings;
  readonly #view: SocketPortal & ExchangePortal;
  readonly #shelf = new Shelf();
  readonly #sockets = new Set<SimulatedSocket>();
  readonly #exchanges = new Set<SimulatedExchange>();
  readonly #tally = new Tally();
  /** How many writes came under a fault that strikes every third time. */
  #lapses = 0;
  #isDown = false;
  /** Whether it hears nothing of other portals, nor they of it. */
  isPartitioned = false;

  /** @internal */
  constructor(surroundings: Surroundings, { url, generation = 'B', preconditions = true }: SimulatedPortalOptions) {
    this.url = url;
    this.#surroundings = surroundings;
    this.#view = this.#viewFor(generation, preconditions);
  }

  /** How it misbehaves from now on. @throws RegistryError `INVALID_INPUT` for a fault that there is not */
  get faults(): PortalFaults {
    return this.#faults;
  }
  set faults(faults: PortalFaults) {
    this.#faults = takeFaults(faults);
    this.look();
  }

  /** What connections see of it. */
  #viewFor(generation: Generation, preconditions: boolean): SocketPortal & ExchangePortal {
    const { clock, chance } = this.#surroundings;
    const faults = (): PortalFaults => this.#faults;
    const isDown = (): boolean => this.#isDown;
    const isOnline = (): boolean => this.#surroundings.isOnline;
    return {
      clock,
      chance,
      url: this.url,
      generation,
      tally: this.#tally,
      get offersPreconditions() {
        return preconditions && faults().plain !== true;
      },
      shelf: this.#shelf,
      get faults() {
        return faults();
      },
      get isDown() {
        return isDown();
      },
      get isOnline() {
        return isOnline();
      },
      strikes: () => chance.happens(this.#faults.share ?? 1),
      lapses: () => ++this.#lapses % 3 === 0,
      put: (entry) => this.#publish(entry),
      spread: (from, entry) => this.#surroundings.spread(from, entry),
      numberSocket: () => this.#surroundings.numberSocket(),
      note: (event) => this.#surroundings.note(event),
    };
  }

  /** @internal Something changed that requests may wait for. */
  look(): void {
    for (const exchange of this.#exchanges) exchange.look();
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  get traffic(): Traffic {
    let [sockets, subscriptions] = [0, 0];
    for (const socket of this.#sockets) {
      if (socket.isOpen) sockets++;
      subscriptions += socket.subscriptions;
    }
    return this.#tally.traffic({ sockets, subscriptions });
  }

  /**
   * Stores an entry behind every fault, and tells its subscribers and the other portals; false where it has a newer one. Signatures are not looked at.
   * @throws RegistryError `INVALID_INPUT`
   */
  put(entry: SignedEntry): boolean {
    return this.#publish(takeSignedEntry(entry));
  }

  #publish(entry: CheckedEntry): boolean {
    const outcome = this.take(entry);
    if (outcome === 'stored' && !this.isPartitioned) this.#surroundings.spread(this.url, entry);
    return outcome !== 'refused';
  }

  /** @internal Stores what was {@link put} elsewhere, whose shape was checked: whoever put it tells the others. */
  take(entry: CheckedEntry): ReturnType<Shelf['put']> {
    const outcome = this.#shelf.put(entry);
    if (outcome !== 'stored') return outcome;
    this.#surroundings.note({ kind: 'stored', portal: this.url, entry, at: this.#surroundings.clock.now() });
    for (const socket of this.#sockets) socket.tell(entry);
    return outcome;
  }

  /** What it has. */
  get(key: EntryKey): CheckedEntry | undefined {
    return this.#shelf.get(nameOf(takeEntryKey(key)));
  }

  /** All that it has. */
  get entries(): readonly CheckedEntry[] {
    return [...this.#shelf.entries];
  }

  /** Goes back to older entries, as when a backup is put back; nobody is told. */
  rollBack(): void {
    this.#shelf.rollBack();
  }

  forget(key: EntryKey): void {
    this.#shelf.forget(nameOf(takeEntryKey(key)));
  }

  /** As when its process is killed: every connection ends, and nobody listens any more. What it stored stays. */
  kill(): void {
    this.#isDown = true;
    this.cut();
    for (const exchange of Array.from(this.#exchanges)) exchange.fail('ECONNRESET');
  }

  revive(): void {
    this.#isDown = false;
  }

  /** Ends every socket. */
  cut(): void {
    for (const socket of Array.from(this.#sockets)) socket.end('going away');
  }

  /** Sends frames to every client, whatever they are. */
  say(...frames: readonly string[]): void {
    for (const socket of this.#sockets) socket.say(frames);
  }

  /** @internal @param client by its number, if it is a process of the world's */
  connect(client: number | undefined, ...[, events, { frameBytes, headers }]: Parameters<OpenSocket>): ReturnType<OpenSocket> {
    this.#tally.noteKey(headers['Skynet-Api-Key']);
    const number = this.#surroundings.numberSocket();
    this.#surroundings.note({ kind: 'asked', portal: this.url, client, what: 'socket', socket: number, at: this.#surroundings.clock.now() });
    const socket = new SimulatedSocket(this.#view, number, events, frameBytes, (ended) => this.#sockets.delete(ended));
    this.#sockets.add(socket);
    socket.open(!this.#isDown);
    return { send: (text) => socket.hear(text), abandon: () => socket.abandon(), pause: () => socket.pause(), resume: () => socket.resume() };
  }

  /** @internal */
  request(client: number | undefined, ...[address, init]: Parameters<Fetch>): ReturnType<Fetch> {
    this.#surroundings.note({ kind: 'asked', portal: this.url, client, what: init.method, at: this.#surroundings.clock.now() });
    this.#tally.noteKey(init.headers['Skynet-Api-Key']);
    this.#tally.count(init.method === 'POST' ? 'writes' : 'reads');
    const exchange = new SimulatedExchange(this.#view, new URL(address), init, (ended) => this.#exchanges.delete(ended));
    this.#exchanges.add(exchange);
    return exchange.ask();
  }
}
