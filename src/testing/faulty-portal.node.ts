import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { invalidInput, RegistryError } from '../error.ts';
import { createPortal, type Portal } from '../portal/index.ts';
import { takeEntryKey, takeSignedEntry, type EntryKey, type SignedEntry } from '../registry/index.ts';
import { readAnswer, readPath, REGISTRY_PATH, writeBody, type Generation } from '../registry/wire/index.ts';
import { Chance } from './chance.ts';
import { Door } from './door.node.ts';
import type { PortalFaults } from './faults.ts';
import { isGenuine } from './genuine.ts';
import { Relay, type RelayPortal } from './relay.node.ts';
import { Shelf } from './shelf.ts';
import { takeFaults } from './take-faults.ts';
import { isReached, Tally, type AwaitedTraffic, type Traffic } from './traffic.ts';
import { Wire } from './wire.node.ts';

export interface FaultyPortalOptions {
  /** Which of the two generations of messages it speaks. Default B. */
  readonly generation?: Generation | undefined;
  /** Whether its writes can be made conditional. Default true. */
  readonly preconditions?: boolean | undefined;
  /** What clients have to send, if anything. */
  readonly apiKey?: string | undefined;
  /** What its choices follow from, when a fault strikes and which bit is flipped, as long as clients ask in the same order: a whole number. Default random. */
  readonly seed?: number | undefined;
}

/** How long an awaited event may take before whoever waits for it is told that it did not come. */
const PATIENCE = 20_000;

/**
 * A real portal on a real port of this machine, behind a line and a door that can be told to misbehave. Faults are switched on while it runs:
 *
 * ```js
 * const portal = await FaultyPortal.start();
 * portal.faults = { reads: 'stale', latency: 300 };
 * await portal.until({ reads: 1 });
 * await portal.close();
 * ```
 */
export class FaultyPortal {
  /** What its choices follow from. */
  readonly seed: number;
  #faults: PortalFaults = {};
  readonly #backend: Portal;
  readonly #key: Readonly<Record<string, string>>;
  readonly #relay: Relay;
  readonly #server: Server;
  readonly #connections = new Set<Duplex>();
  readonly #wires = new Set<Wire>();
  readonly #tally = new Tally();
  /** Everything genuine that it was given. */
  readonly #shelf = new Shelf();
  #line: TcpServer | undefined;
  #port = 0;

  private constructor(backend: Portal, { generation = 'B', preconditions = true, apiKey, seed = randomInt(2 ** 32) }: FaultyPortalOptions) {
    this.seed = seed;
    this.#backend = backend;
    this.#key = apiKey === undefined ? {} : { 'Skynet-Api-Key': apiKey };
    const view = this.#viewFor(generation, preconditions);
    const door = new Door(view);
    const relay = (this.#relay = new Relay(view));
    this.#server = createServer((incoming, response) => {
      // The client left, or the portal was closed.
      door.answer(incoming, response).catch(() => response.destroy());
    });
    this.#server.on('upgrade', (incoming, connection, head) => relay.upgrade(incoming, connection, head));
    this.#server.on('connection', (connection) => {
      this.#connections.add(connection);
      connection.on('close', () => this.#connections.delete(connection));
      connection.on('error', () => {}); // 'close' follows
    });
  }

  /** What its door and its relay see of it. */
  #viewFor(generation: Generation, preconditions: boolean): RelayPortal & { readonly offersPreconditions: boolean } {
    const chance = new Chance(this.seed);
    const faults = (): PortalFaults => this.#faults;
    return {
      chance,
      generation,
      backendUrl: this.#backend.url,
      shelf: this.#shelf,
      tally: this.#tally,
      get faults() {
        return faults();
      },
      get offersPreconditions() {
        return preconditions && faults().plain !== true;
      },
      strikes: () => chance.happens(faults().share ?? 1),
    };
  }

  /** Starts one on a port that is free. @throws RegistryError `INVALID_INPUT` */
  static async start(options: FaultyPortalOptions = {}): Promise<FaultyPortal> {
    const { generation = 'B', apiKey, seed } = options;
    if (seed !== undefined && !Number.isSafeInteger(seed)) throw invalidInput('options.seed', 'a whole number');
    const portal = new FaultyPortal(await createPortal({ generation, ...(apiKey === undefined ? {} : { apiKey }) }), options);
    await new Promise<void>((resolve) => void portal.#server.listen(0, '127.0.0.1', resolve));
    await portal.revive();
    return portal;
  }

  /** How it misbehaves. What is set holds from now on, for connections that are open, too. @throws RegistryError `INVALID_INPUT` for a fault that there is not */
  get faults(): PortalFaults {
    return this.#faults;
  }
  set faults(faults: PortalFaults) {
    this.#faults = takeFaults(faults);
    this.#tally.changed();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get traffic(): Traffic {
    return this.#tally.traffic(this.#relay.open);
  }

  /**
   * Resolves once the traffic is as told.
   * @throws RegistryError `TIMEOUT` if it is not within twenty seconds
   */
  async until(awaited: AwaitedTraffic): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        const { apiKeys: _, ...traffic } = this.traffic;
        reject(new RegistryError('TIMEOUT', `the portal (seed ${this.seed}) waited for ${JSON.stringify(awaited)} and has ${JSON.stringify(traffic)}`, { portal: this.url }));
      }, PATIENCE);
      const stop = this.#tally.until(
        () => isReached(this.traffic, awaited),
        () => {
          clearTimeout(timer);
          resolve();
        },
      );
    });
  }

  /** As when its process is killed: every connection ends at once, and nobody listens any more. What it stored stays. */
  async kill(): Promise<void> {
    const line = this.#line;
    this.#line = undefined;
    const closed = new Promise((resolve) => (line === undefined ? resolve(undefined) : line.close(resolve)));
    for (const wire of this.#wires) wire.destroy();
    await closed;
  }

  /** Listens, at the port where it listened before. */
  async revive(): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    const line = createTcpServer({ allowHalfOpen: true }, (client) => {
      const wire = new Wire(client, port, () => this.#faults);
      this.#wires.add(wire);
      void wire.ended.then(() => this.#wires.delete(wire));
    });
    await new Promise<void>((resolve, reject) => {
      line.once('error', reject);
      line.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (line.address() as AddressInfo).port;
    this.#line = line;
  }

  /** Ends every socket. */
  cut(): void {
    this.#relay.cut();
  }

  /** Sends frames to every client, whatever they are. */
  say(...frames: readonly string[]): void {
    this.#relay.say(frames);
  }

  /** Stores an entry behind every fault, and tells its subscribers. @throws RegistryError `INVALID_INPUT`; `REJECTED` where it has a newer one, or its key did not sign it */
  async put(entry: SignedEntry): Promise<void> {
    const checked = takeSignedEntry(entry);
    // Before anybody is told of it, and though the portal may refuse it: that is what a lie needs.
    if (isGenuine(checked)) this.#shelf.put(checked);
    const response = await fetch(this.#backend.url + REGISTRY_PATH, { method: 'POST', body: writeBody(checked), headers: this.#key });
    await response.arrayBuffer();
    if (response.status !== 204) throw new RegistryError('REJECTED', `the portal does not take the entry (${response.status})`, { portal: this.url });
  }

  /** What it has stored. */
  async get(key: EntryKey): Promise<SignedEntry | undefined> {
    const checked = takeEntryKey(key);
    const response = await fetch(this.#backend.url + readPath(checked, 1), { headers: this.#key });
    const text = await response.text();
    const claim = response.status === 200 ? readAnswer(text) : undefined;
    return claim && { ...checked, ...claim };
  }

  async close(): Promise<void> {
    await this.kill();
    const closed = new Promise((resolve) => void this.#server.close(resolve));
    for (const connection of this.#connections) connection.destroy();
    await Promise.all([closed, this.#backend.close()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
