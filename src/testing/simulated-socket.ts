import { keyNamed, nameOf, type CheckedEntry } from '../registry/index.ts';
import { LIVENESS_REQUEST, MESSAGE_WRITERS, readMessage, readRequest, type Generation } from '../registry/wire/index.ts';
import type { SocketEvents } from '../world.ts';
import { withFlippedBit, withForgedSignature, type PortalFaults, type SocketFault } from './faults.ts';
import { isGenuine } from './genuine.ts';
import { lieFor } from './lies.ts';
import type { Shelf } from './shelf.ts';
import { UNDER_WAY, type Surroundings } from './surroundings.ts';

/** How many bad signatures come at once in a flood. */
const FLOOD = 20;
const HUGE = 1_000_000;
/** After how long a frame comes that was to come after the next one, where there is none. */
const LATE = 1_000;

/** What a socket knows of its portal. */
export interface SocketPortal extends Surroundings {
  readonly url: string;
  readonly generation: Generation;
  readonly shelf: Shelf;
  readonly faults: PortalFaults;
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
  #heldBack: string | undefined;
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
    if (text === LIVENESS_REQUEST) return this.#say(writer.error('unknown action'), 'lives');
    const request = readRequest(text);
    if (request.action === 'unsubscribe') this.#subscribed.delete(nameOf(request));
    if (request.action !== 'subscribe') return;
    this.#subscribed.add(nameOf(request));
    const entry = this.#portal.shelf.get(nameOf(request));
    if (entry !== undefined) return this.tell(entry);
    const missing = writer.missing(request);
    if (missing !== undefined) this.#say(missing, 'tells nothing');
  }

  /** Tells of an entry, if it is subscribed: as it is, or as the fault has it. */
  tell(entry: CheckedEntry): void {
    if (this.#state !== 'open' || !this.#subscribed.has(nameOf(entry))) return;
    const fault = this.#portal.strikes() ? this.#portal.faults.sockets : undefined;
    const isPlain = fault === undefined && this.#heldBack === undefined;
    const what = `tells ${entry.revision}${fault === undefined ? '' : ` (${fault})`}`;
    for (const text of this.#framesFor(entry, fault)) this.#say(text, what, isPlain ? entry : undefined);
    if (fault === 'reset') this.end('reset');
  }

  /** Sends frames as they are. */
  say(texts: readonly string[]): void {
    for (const text of texts) if (this.#state === 'open') this.#say(text, 'says');
  }

  #framesFor(entry: CheckedEntry, fault: SocketFault | undefined): readonly string[] {
    const { chance, shelf, generation, clock } = this.#portal;
    const name = nameOf(entry);
    const write = (told = entry): string => MESSAGE_WRITERS[generation].update(told);
    const text = write();
    const late = this.#heldBack === undefined ? [] : [this.#heldBack];
    if (fault !== 'reorder') this.#heldBack = undefined;
    switch (fault) {
      case 'forge':
        return [withForgedSignature(text), ...late];
      case 'flip':
        return [withFlippedBit(text, chance.below(text.length), chance.below(7)), ...late];
      case 'garbage':
        return [text.slice(0, chance.below(text.length)), ...late];
      case 'huge':
        return [text.padEnd(HUGE)];
      case 'stale':
      case 'equivocate':
      case 'cross':
        return [write(lieFor(fault, shelf, name)), ...late];
      case 'duplicate':
        return [text, text, ...late];
      case 'flood': {
        const unwanted = shelf.foreign(name);
        const flood = Array.from({ length: FLOOD }, (_, i) => text.replace(/("signature":").../, (_all, before: string) => before + (0x100 + i).toString(16)));
        return [...flood, ...(unwanted === undefined ? [] : [write(unwanted)]), text, ...late];
      }
      case 'reorder':
        if (this.#heldBack !== undefined) return [text, ...late];
        this.#heldBack = text;
        clock.setTimeout(() => {
          if (this.#heldBack === text) this.#say(text, 'tells late');
          if (this.#heldBack === text) this.#heldBack = undefined;
        }, LATE);
        return [];
      default:
        return [text, ...late];
    }
  }

  /** @param entry what the text says, where that is known */
  #say(text: string, what: string, entry?: CheckedEntry): void {
    const { faults, isOnline } = this.#portal;
    const isMute = faults.halfOpen === true || (faults.sockets === 'mute' && this.#portal.strikes());
    if (this.#state !== 'open' || isMute || !isOnline) return;
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
