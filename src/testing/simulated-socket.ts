import { keyNamed, nameOf, type CheckedEntry } from '../registry/index.ts';
import { LIVENESS_REQUEST, MESSAGE_WRITERS, readMessage, readRequest, type Generation } from '../registry/wire/index.ts';
import type { SocketEvents } from '../world.ts';
import type { PortalFaults } from './faults.ts';
import { Frames } from './frames.ts';
import { isGenuine } from './genuine.ts';
import type { Shelf } from './shelf.ts';
import { UNDER_WAY, type Surroundings } from './surroundings.ts';
import type { Tally } from './traffic.ts';

/** What a socket knows of its portal. */
export interface SocketPortal extends Surroundings {
  readonly url: string;
  readonly generation: Generation;
  readonly shelf: Shelf;
  readonly faults: PortalFaults;
  readonly tally: Tally;
  strikes(): boolean;
}

/** The portal's side of one WebSocket in simulated time. What is sent arrives in order, and some time later. */
export class SimulatedSocket {
  /** No other one of its world has the same. */
  readonly number: number;
  readonly #portal: SocketPortal;
  readonly #events: SocketEvents;
  readonly #frameBytes: number;
  readonly #subscribed = new Set<string>();
  /** When the last thing that was sent arrives: there, and here. */
  #heardBy = 0;
  #toldBy = 0;
  #state: 'opening' | 'open' | 'closed' = 'opening';
  readonly #frames: Frames;
  #isPaused = false;
  readonly #whilePaused: string[] = [];
  /** Calls back when it is closed, from whatever side. */
  readonly #onEnd: (socket: SimulatedSocket) => void;

  constructor(portal: SocketPortal, number: number, events: SocketEvents, frameBytes: number, onEnd: (socket: SimulatedSocket) => void) {
    this.#portal = portal;
    this.number = number;
    this.#events = events;
    this.#frameBytes = frameBytes;
    this.#onEnd = onEnd;
    const { chance, shelf, generation, clock } = portal;
    this.#frames = new Frames({ chance, shelf, generation, later: (callback, milliseconds) => void clock.setTimeout(callback, milliseconds) }, (text) => this.#say(text, 'tells late'));
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get subscriptions(): number {
    return this.#subscribed.size;
  }

  /** The handshake: it is answered, or not. */
  open(isThere: boolean): void {
    const { sockets, halfOpen } = this.#portal.faults;
    const fault = this.#portal.strikes() ? sockets : undefined;
    if (!isThere || !this.#portal.isOnline || fault === 'refuse') return this.end('could not connect', 'refuses a socket');
    if (fault === 'hang' || halfOpen === true) return;
    this.#later('opens a socket', 0, () => {
      if (this.#state !== 'opening') return;
      this.#state = 'open';
      this.#portal.tally.count('opened');
      this.#events.opened();
    });
  }

  /** What the client sends. */
  hear(text: string): void {
    if (this.#state !== 'open' || !this.#portal.isOnline) return;
    const { clock, chance } = this.#portal;
    this.#heardBy = Math.max(this.#heardBy, clock.elapsed() + chance.between(...UNDER_WAY));
    clock.setTimeout(() => this.#answer(text), this.#heardBy - clock.elapsed());
  }

  #answer(text: string): void {
    if (this.#state !== 'open') return;
    const writer = MESSAGE_WRITERS[this.#portal.generation];
    if (text === LIVENESS_REQUEST) return this.#reply(writer.error('unknown action'), 'lives');
    const request = readRequest(text);
    if (request.action === 'unsubscribe') this.#subscribed.delete(nameOf(request));
    if (request.action !== 'subscribe') return;
    this.#subscribed.add(nameOf(request));
    this.#portal.tally.count('subscribes');
    const entry = this.#portal.shelf.get(nameOf(request));
    if (entry !== undefined) return this.tell(entry);
    const missing = writer.missing(request);
    if (missing !== undefined) this.#reply(missing, 'tells nothing');
  }

  /** Says what is no entry. */
  #reply(text: string, what: string): void {
    if (this.#portal.faults.sockets !== 'mute' || !this.#portal.strikes()) this.#say(text, what);
  }

  /** Tells of an entry, if it is subscribed: as it is, or as the fault has it. */
  tell(entry: CheckedEntry): void {
    if (this.#state !== 'open' || !this.#subscribed.has(nameOf(entry))) return;
    const fault = this.#portal.strikes() ? this.#portal.faults.sockets : undefined;
    if (fault === 'mute') return;
    if (fault === 'reset') return this.end('reset');
    const what = `tells ${entry.revision}${fault === undefined ? '' : ` (${fault})`}`;
    const frames = this.#frames.inPlaceOf(MESSAGE_WRITERS[this.#portal.generation].update(entry), nameOf(entry), fault);
    const isPlain = fault === undefined && frames.length === 1;
    for (const text of frames) this.#say(text, what, isPlain ? entry : undefined);
    this.#portal.tally.count('told');
  }

  /** Sends frames as they are. */
  say(texts: readonly string[]): void {
    for (const text of texts) if (this.#state === 'open') this.#say(text, 'says');
  }

  /** @param entry what the text says, where that is known */
  #say(text: string, what: string, entry?: CheckedEntry): void {
    const { faults, isOnline } = this.#portal;
    if (this.#state !== 'open' || faults.halfOpen === true || !isOnline) return;
    this.#later(what, text.length, () => this.#deliver(text, entry));
  }

  #deliver(text: string, entry?: CheckedEntry): void {
    if (this.#state !== 'open' || !this.#portal.isOnline) return;
    if (this.#isPaused) return void this.#whilePaused.push(text);
    if (text.length > this.#frameBytes) return this.#close('a frame was too large', true);
    this.#note(text, entry);
    this.#events.message(text);
  }

  #note(text: string, known: CheckedEntry | undefined): void {
    const { url: portal, clock } = this.#portal;
    const at = clock.now();
    const socket = this.number;
    this.#portal.note({ kind: 'heard', portal, socket, at });
    if (known !== undefined) return this.#portal.note({ kind: 'served', portal, name: nameOf(known), entry: known, at, socket });
    const message = readMessage(text);
    if (message === undefined || !('key' in message)) return;
    const name = nameOf(message.key);
    if (message.kind === 'missing') return this.#portal.note({ kind: 'missing', portal, name, at, socket });
    const entry = { ...keyNamed(name), ...message.claim };
    if (isGenuine(entry)) this.#portal.note({ kind: 'served', portal, name, entry, at, socket });
  }

  /** What arrives later, in order. */
  #later(what: string, bytes: number, then: () => void): void {
    const { clock, chance, faults, url } = this.#portal;
    const { latency = 0, bandwidth = Infinity } = faults;
    this.#toldBy = Math.max(this.#toldBy, clock.elapsed() + chance.between(...UNDER_WAY) + latency) + (bytes * 1_000) / bandwidth;
    clock.setTimeout(() => {
      this.#portal.note({ kind: 'passed', portal: url, what, at: clock.now() });
      then();
    }, this.#toldBy - clock.elapsed());
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const text of this.#whilePaused.splice(0)) this.#deliver(text);
  }

  /** The portal's side ends it; the client hears of it some time later, and of nothing that had not come by then. */
  end(reason: string, what = 'closes'): void {
    if (this.#state === 'closed') return;
    const { clock, chance, url } = this.#portal;
    clock.setTimeout(() => {
      if (this.#state === 'closed') return;
      this.#portal.note({ kind: 'passed', portal: url, what, at: clock.now() });
      this.#close(reason);
    }, chance.between(...UNDER_WAY));
    this.#onEnd(this);
  }

  #close(reason: string, isOversize = false): void {
    if (this.#state === 'closed') return;
    this.#over();
    this.#events.closed(reason, isOversize);
  }

  #over(): void {
    const { url: portal, clock } = this.#portal;
    this.#state = 'closed';
    this.#onEnd(this);
    this.#portal.note({ kind: 'closed', portal, socket: this.number, at: clock.now() });
  }

  /** The client's side ends it, at once. */
  abandon(): void {
    if (this.#state !== 'closed') this.#over();
  }
}
