import { randomInt } from 'node:crypto';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { WebSocketServer, WebSocket } from 'ws';
import { createPortal, type Portal } from '../portal/index.ts';
import { nameOf, takeEntryKey, takeSignedEntry, type EntryKey, type SignedEntry } from '../registry/index.ts';
import { answerBody, bytesFromHex, MESSAGE_WRITERS, pubkeyFrom, readAnswer, readMessage, readPath, readRequest, readWrite, REGISTRY_PATH, writeBody, type Generation } from '../registry/wire/index.ts';
import { cannedFor, withFlippedBit, withForgedSignature, type CannedAnswer, type PortalFaults, type ReadFault, type SocketFault, type WriteFault } from './faults.ts';
import { lieFor } from './lies.ts';
import { Shelf } from './shelf.ts';
import { isReached, type Awaited, type Traffic } from './traffic.ts';
import { Wire } from './wire.node.ts';

export interface FaultyPortalOptions {
  /** Which of the two generations of messages it speaks. Default B. */
  readonly generation?: Generation | undefined;
  /** What clients have to send, if anything. */
  readonly apiKey?: string | undefined;
}

/** A megabyte of nothing, small on the wire. */
const BOMB = gzipSync(Buffer.alloc(1_000_000));
const HUGE = 1_000_000;
/** How many bad signatures come at once in a flood. */
const FLOOD = 20;
/** After how long a frame comes that was to come after the next one, where there is none. */
const LATE = 1_000;

/** How long an awaited event may take before whoever waits for it is told that it did not come. */
const PATIENCE = 20_000;

/** One client's socket, and its counterpart at the real portal. */
interface Relay {
  readonly client: WebSocket;
  readonly backend: WebSocket;
  readonly subscribed: Set<string>;
  heldBack: string | undefined;
}

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
  #faults: PortalFaults = {};
  readonly #backend: Portal;
  readonly #generation: Generation;
  readonly #key: Readonly<Record<string, string>>;
  readonly #upgrades = new WebSocketServer({ noServer: true });
  readonly #door: Server;
  readonly #connections = new Set<Duplex>();
  readonly #wires = new Set<Wire>();
  readonly #relays = new Set<Relay>();
  readonly #waiting = new Set<() => void>();
  readonly #counts = { reads: 0, writes: 0, accepted: 0, opened: 0, subscribes: 0, told: 0 };
  readonly #apiKeys = new Set<string>();
  /** Everything genuine that it was given. */
  readonly #shelf = new Shelf();
  #line: TcpServer | undefined;
  #port = 0;

  private constructor(backend: Portal, { generation = 'B', apiKey }: FaultyPortalOptions) {
    this.#backend = backend;
    this.#generation = generation;
    this.#key = apiKey === undefined ? {} : { 'Skynet-Api-Key': apiKey };
    this.#door = createServer((incoming, response) => {
      // The client left, or the portal was closed.
      this.#answer(incoming, response).catch(() => response.destroy());
    });
    this.#door.on('upgrade', (incoming, connection, head) => this.#upgrade(incoming, connection, head));
    this.#door.on('connection', (connection) => {
      this.#connections.add(connection);
      connection.on('close', () => this.#connections.delete(connection));
      connection.on('error', () => {}); // 'close' follows
    });
  }

  /** Starts one on a port that is free. */
  static async start(options: FaultyPortalOptions = {}): Promise<FaultyPortal> {
    const { generation = 'B', apiKey } = options;
    const portal = new FaultyPortal(await createPortal({ generation, ...(apiKey === undefined ? {} : { apiKey }) }), options);
    await new Promise<void>((resolve) => void portal.#door.listen(0, '127.0.0.1', resolve));
    await portal.revive();
    return portal;
  }

  /** How it misbehaves. What is set holds from now on, for connections that are open, too. */
  get faults(): PortalFaults {
    return this.#faults;
  }
  set faults(faults: PortalFaults) {
    this.#faults = faults;
    if (faults.held !== true) this.#changed();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get traffic(): Traffic {
    const subscriptions = [...this.#relays].reduce((sum, { subscribed }) => sum + subscribed.size, 0);
    return { ...this.#counts, sockets: this.#relays.size, subscriptions, apiKeys: [...this.#apiKeys] };
  }

  /**
   * Resolves once the traffic is as told.
   * @throws Error if it is not within twenty seconds
   */
  async until(awaited: Awaited): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!isReached(this.traffic, awaited)) return;
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`the portal waited for ${JSON.stringify(awaited)} and has ${JSON.stringify(this.traffic)}`));
      }, PATIENCE);
      this.#waiting.add(look);
      look();
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
    const { port } = this.#door.address() as AddressInfo;
    const line = createTcpServer({ allowHalfOpen: true }, (client) => {
      const wire = new Wire(client, port, () => this.faults);
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
    for (const { client } of this.#relays) client.terminate();
  }

  /** Sends frames to every client. */
  say(frames: readonly string[]): void {
    for (const { client } of this.#relays) for (const frame of frames) client.send(frame);
  }

  /** Stores an entry behind every fault. @throws RegistryError `INVALID_INPUT`; Error with what the portal says to it */
  async put(entry: SignedEntry): Promise<void> {
    const checked = takeSignedEntry(entry);
    this.#shelf.put(checked);
    const response = await fetch(this.#backend.url + REGISTRY_PATH, { method: 'POST', body: writeBody(checked), headers: this.#key });
    if (response.status !== 204) throw new Error(await response.text());
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
    const closed = new Promise((resolve) => void this.#door.close(resolve));
    for (const connection of this.#connections) connection.destroy();
    await Promise.all([closed, this.#backend.close()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Whether the faults of what it says strike this time. */
  get #strikes(): boolean {
    const { share = 1 } = this.faults;
    return share >= 1 || randomInt(1_000_000) < share * 1_000_000;
  }

  /** Resolves once it holds no requests. */
  async #released(): Promise<void> {
    if (this.faults.held !== true) return;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.faults.held === true) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  #changed(): void {
    for (const look of this.#waiting) look();
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = incoming.headers['skynet-api-key'];
    if (typeof key === 'string') this.#apiKeys.add(key);
    const kind = incoming.method === 'GET' ? 'reads' : incoming.method === 'POST' ? 'writes' : undefined;
    if (kind !== undefined) this.#counts[kind]++;
    this.#changed();
    const fault = kind !== undefined && this.#strikes ? this.faults[kind] : undefined;
    const body = await bodyOf(incoming);
    await this.#released();
    response.setHeader('Access-Control-Allow-Origin', incoming.headers.origin ?? '*');
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    const canned = cannedFor(fault);
    if (fault === 'drop') incoming.socket.destroy();
    else if (fault === 'reset') incoming.socket.resetAndDestroy();
    else if (fault === 'mute') await (kind === 'writes' ? this.#ask(incoming, body) : undefined);
    else if (fault === 'break' || (fault === 'lapse' && this.#counts.writes % 3 === 0)) {
      await this.#ask(incoming, body);
      incoming.socket.destroy();
    } else if (fault === 'lose') response.writeHead(204).end();
    else if (fault === 'endless') pour(response);
    else if (fault === 'bomb') response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(BOMB);
    else if (canned !== undefined) sendCanned(response, canned);
    else await this.#pass(incoming, body, response, fault);
  }

  async #pass(incoming: IncomingMessage, body: Buffer, response: ServerResponse, fault: ReadFault | WriteFault | undefined): Promise<void> {
    const answer = await this.#ask(incoming, body);
    if (this.faults.plain === true) delete answer.headers['registry-preconditions'];
    for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined && name !== 'content-length') response.setHeader(name, value);
    response.writeHead(answer.status).end(this.#told(incoming, answer.body, fault));
  }

  /** The body of an answer as the fault has it. */
  #told(incoming: IncomingMessage, body: string, fault: ReadFault | WriteFault | undefined): string {
    if (fault === 'forge') return withForgedSignature(body);
    if (fault === 'flip') return withFlippedBit(body, randomInt(body.length), randomInt(7));
    const name = fault === undefined ? undefined : nameAskedBy(incoming.url);
    const lie = name === undefined ? undefined : lieFor(fault, this.#shelf, name);
    return lie === undefined ? body : answerBody(lie);
  }

  #ask(incoming: IncomingMessage, body: Buffer): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
    return new Promise((resolve, reject) => {
      const { host: _, 'if-match': ifMatch, 'if-none-match': ifNoneMatch, ...plain } = incoming.headers;
      const headers = this.faults.plain === true ? plain : { ...plain, ...(ifMatch && { 'if-match': ifMatch }), ...(ifNoneMatch && { 'if-none-match': ifNoneMatch }) };
      const asked = request(this.#backend.url + (incoming.url ?? ''), { method: incoming.method, headers }, (answer) => {
        const { 'transfer-encoding': _encoding, connection: _connection, 'keep-alive': _alive, ...kept } = answer.headers;
        if (incoming.method === 'POST') this.#noteWrite(body, answer.statusCode === 204);
        resolve(bodyOf(answer).then((bytes) => ({ status: answer.statusCode ?? 500, headers: kept, body: bytes.toString() })));
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  #noteWrite(body: Buffer, isAccepted: boolean): void {
    if (isAccepted) this.#counts.accepted++;
    const write = isAccepted ? readWrite(body.toString()) : undefined;
    if (write !== undefined && 'entry' in write) this.#shelf.put(write.entry);
    this.#changed();
  }

  #upgrade(incoming: IncomingMessage, connection: Duplex, head: Buffer): void {
    const sockets = this.#strikes ? this.faults.sockets : undefined;
    if (sockets === 'hang') return;
    if (sockets === 'refuse') return void connection.destroy();
    const key = incoming.headers['skynet-api-key'];
    if (typeof key === 'string') this.#apiKeys.add(key);
    const backend = new WebSocket(this.#backend.url.replace('http', 'ws') + (incoming.url ?? ''), { headers: typeof key === 'string' ? { 'Skynet-Api-Key': key } : {} });
    backend.on('error', () => connection.destroy());
    backend.once('open', () => this.#upgrades.handleUpgrade(incoming, connection, head, (client) => this.#relay({ client, backend, subscribed: new Set(), heldBack: undefined }, connection)));
  }

  #relay(relay: Relay, connection: Duplex): void {
    const { client, backend, subscribed } = relay;
    this.#relays.add(relay);
    this.#counts.opened++;
    this.#changed();
    client.on('error', () => {}); // 'close' follows
    client.on('message', (data) => {
      const text = textOf(data);
      const asked = readRequest(text);
      if (asked.action === 'subscribe') this.#counts.subscribes++;
      if (asked.action === 'subscribe') subscribed.add(nameOf(asked));
      if (asked.action === 'unsubscribe') subscribed.delete(nameOf(asked));
      this.#changed();
      if (this.faults.sockets !== 'mute') backend.send(text);
    });
    backend.on('message', (data) => {
      const text = textOf(data);
      const isUpdate = text.includes('"signature":"') && !text.includes('"signature":""');
      const isMute = this.faults.sockets === 'mute';
      const fault = isUpdate && this.#strikes ? this.faults.sockets : undefined;
      if (isMute) return;
      if (fault === 'reset') return resetUnder(connection);
      for (const frame of this.#framesFor(relay, text, fault)) client.send(frame);
      if (isUpdate) this.#counts.told++;
      this.#changed();
    });
    client.on('close', () => {
      this.#relays.delete(relay);
      backend.terminate();
      this.#changed();
    });
    backend.on('close', () => client.terminate());
  }

  /** What is sent in place of a frame. */
  #framesFor(relay: Relay, text: string, fault: SocketFault | undefined): readonly string[] {
    const late = relay.heldBack === undefined ? [] : [relay.heldBack];
    if (fault !== 'reorder') relay.heldBack = undefined;
    switch (fault) {
      case 'forge':
        return [withForgedSignature(text), ...late];
      case 'flip':
        return [withFlippedBit(text, randomInt(text.length), randomInt(7)), ...late];
      case 'garbage':
        return [text.slice(0, randomInt(text.length)), ...late];
      case 'huge':
        return [text.padEnd(HUGE)];
      case 'duplicate':
        return [text, text, ...late];
      case 'stale':
      case 'equivocate':
      case 'cross':
        return [this.#lieInPlaceOf(text, fault), ...late];
      case 'flood':
        return [...Array.from({ length: FLOOD }, (_, i) => text.replace(/("signature":").../, (_all, before: string) => before + (0x100 + i).toString(16))), text, ...late];
      case 'reorder': {
        if (relay.heldBack !== undefined) return [text, ...late];
        relay.heldBack = text;
        setTimeout(() => {
          if (relay.heldBack !== text) return;
          relay.heldBack = undefined;
          relay.client.send(text);
        }, LATE).unref();
        return [];
      }
      default:
        return [text, ...late];
    }
  }

  #lieInPlaceOf(text: string, fault: SocketFault): string {
    const message = readMessage(text);
    const lie = message !== undefined && 'key' in message ? lieFor(fault, this.#shelf, nameOf(message.key)) : undefined;
    return lie === undefined ? text : MESSAGE_WRITERS[this.#generation].update(lie);
  }
}

function nameAskedBy(path = ''): string | undefined {
  const { searchParams } = new URL(path, 'http://portal.invalid');
  const pubkey = pubkeyFrom(searchParams.get('publickey') ?? '');
  const datakey = bytesFromHex(searchParams.get('datakey') ?? '', 32);
  return pubkey && datakey && nameOf({ pubkey, datakey });
}

/** A WebSocket's connection, reset below it. */
const resetUnder = (connection: Duplex): void => {
  if ('resetAndDestroy' in connection && typeof connection.resetAndDestroy === 'function') connection.resetAndDestroy();
};

function pour(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const more = (): void => {
    while (response.write(' '.repeat(1024)));
  };
  response.on('drain', more);
  more();
}

/** `ws` gives one Buffer for a frame unless told otherwise. */
const textOf = (data: unknown): string => (data as Buffer).toString();

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function sendCanned(response: ServerResponse, { status, headers = {}, body = '' }: CannedAnswer): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
}
