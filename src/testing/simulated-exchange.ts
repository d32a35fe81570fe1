import { keyNamed, nameOf, takeEntryKey, type CheckedEntry } from '../registry/index.ts';
import { answerBody, bytesFromHex, pubkeyFrom, readAnswer, readRefusal, readWrite, refusalBody } from '../registry/wire/index.ts';
import type { Fetch } from '../world.ts';
import { cannedFor, NOT_FOUND, withFlippedBit, withForgedSignature, type CannedAnswer, type PortalFaults, type ReadFault } from './faults.ts';
import { isGenuine } from './genuine.ts';
import { lieFor } from './lies.ts';
import { preconditionsHold, tagOf, type Shelf } from './shelf.ts';
import { UNDER_WAY, type Surroundings } from './surroundings.ts';
import type { Tally } from './traffic.ts';

type Init = Parameters<Fetch>[1];
type Response = Awaited<ReturnType<Fetch>>;

/** What an exchange knows of its portal. */
export interface ExchangePortal extends Surroundings {
  readonly url: string;
  readonly isDown: boolean;
  /** Whether it takes `If-Match` and `If-None-Match` on writes, and says so. */
  readonly offersPreconditions: boolean;
  readonly shelf: Shelf;
  readonly faults: PortalFaults;
  readonly tally: Tally;
  strikes(): boolean;
  /** Whether a fault that strikes every third time strikes now. */
  lapses(): boolean;
  put(entry: CheckedEntry): boolean;
}

/** A body that goes on for ever comes so much at a time, and so often. */
const POUR = { bytes: 1_024, every: 10 } as const;
const BOMB = 1_000_000;
/** In how many pieces a body comes that comes in pieces. */
const PIECES = 8;
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** What a portal says, and what of it is true. */
interface Answer extends CannedAnswer {
  readonly entry?: CheckedEntry | undefined;
  readonly fault?: ReadFault | undefined;
}

/** One question over HTTP in simulated time. */
export class SimulatedExchange {
  readonly #portal: ExchangePortal;
  readonly #address: URL;
  readonly #init: Init;
  #settle: (outcome: Response | Error) => void = () => {};
  #body: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  #isOver = false;
  #isHeld = false;
  readonly #onEnd: (exchange: SimulatedExchange) => void;

  constructor(portal: ExchangePortal, address: URL, init: Init, onEnd: (exchange: SimulatedExchange) => void) {
    this.#portal = portal;
    this.#address = address;
    this.#init = init;
    this.#onEnd = onEnd;
  }

  get method(): Init['method'] {
    return this.#init.method;
  }

  /** Asks. @throws TypeError as `fetch` does, where the portal cannot be reached, or breaks off; the reason of the signal */
  ask(): Promise<Response> {
    const { signal } = this.#init;
    const asked = new Promise<Response>((resolve, reject) => {
      this.#settle = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
    });
    const onAbort = (): void => this.fail(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    this.#later(0, () => this.#arrive());
    return asked;
  }

  /** Breaks off. @param reason of a connection that was never made: `ECONNREFUSED` */
  fail(reason: Error | 'ECONNREFUSED' | 'ECONNRESET'): void {
    if (this.#isOver) return;
    const error = typeof reason === 'string' ? new TypeError('fetch failed', { cause: { code: reason } }) : reason;
    this.#end();
    this.#settle(error);
    this.#body?.error(error);
  }

  /** The portal is another than it was: what is held is looked at anew. */
  look(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#later(0, () => this.#arrive());
  }

  #end(): void {
    this.#isOver = true;
    this.#onEnd(this);
  }

  #arrive(): void {
    const { isDown, isOnline, faults } = this.#portal;
    if (isDown || !isOnline) return this.fail('ECONNREFUSED');
    if (faults.halfOpen === true) return;
    if (faults.held === true) return void (this.#isHeld = true);
    if (this.#init.method === 'POST') this.#write();
    else this.#read();
  }

  #read(): void {
    const { shelf, faults } = this.#portal;
    const { searchParams } = this.#address;
    const pubkey = pubkeyFrom(searchParams.get('publickey') ?? '');
    const datakey = bytesFromHex(searchParams.get('datakey') ?? '', 32);
    if (pubkey === undefined || datakey === undefined) return this.#answer({ status: 400, body: refusalBody('unable to parse') });
    const key = takeEntryKey({ pubkey, datakey });
    const fault = this.#portal.strikes() ? faults.reads : undefined;
    if (fault === 'mute') return;
    if (fault === 'drop' || fault === 'reset') return this.#later(0, () => this.fail('ECONNRESET'));
    const name = nameOf(key);
    const canned = cannedFor(fault);
    if (canned !== undefined) return this.#answer({ ...canned, fault });
    const lie = lieFor(fault, shelf, name);
    const entry = lie === undefined ? shelf.get(name) : (lie ?? undefined);
    if (entry === undefined) return this.#answer({ ...NOT_FOUND, fault });
    this.#answer({ status: 200, headers: { etag: tagOf(entry) }, body: this.#tampered(answerBody(entry), fault), fault, entry: fault === undefined ? entry : undefined });
  }

  #tampered(body: string, fault: ReadFault | undefined): string {
    const { chance } = this.#portal;
    if (fault === 'forge') return withForgedSignature(body);
    if (fault === 'flip') return withFlippedBit(body, chance.below(body.length), chance.below(7));
    if (fault === 'bomb') return body.padEnd(BOMB);
    return body;
  }

  #write(): void {
    const { shelf, faults } = this.#portal;
    const fault = this.#portal.strikes() ? faults.writes : undefined;
    if (fault === 'drop' || fault === 'reset') return this.#later(0, () => this.fail('ECONNRESET'));
    const canned = cannedFor(fault);
    if (canned !== undefined) return this.#answer(canned);
    const write = readWrite(this.#init.body ?? '');
    if ('refusal' in write) return this.#answer({ status: 400, body: refusalBody(write.refusal) });
    if (fault === 'lose') return this.#answer({ status: 204, entry: write.entry });
    if (!isGenuine(write.entry)) return this.#answer({ status: 500, body: refusalBody('Unable to update the registry: invalid signature') });
    const { 'If-Match': match, 'If-None-Match': noneMatch } = this.#preconditions;
    const outcome = preconditionsHold(match, noneMatch, shelf.get(nameOf(write.entry))) ? this.#portal.put(write.entry) : undefined;
    if (outcome === true) this.#portal.tally.count('accepted');
    if (fault === 'mute') return;
    if (fault === 'break' || (fault === 'lapse' && this.#portal.lapses())) return this.#later(0, () => this.fail('ECONNRESET'));
    if (outcome === undefined) return this.#answer({ status: 412, body: refusalBody('precondition failed') });
    this.#answer(outcome ? { status: 204, entry: write.entry } : { status: 400, body: refusalBody('Unable to update the registry: provided revision number is invalid') });
  }

  /** Of a portal that knows none, nothing depends on them. */
  get #preconditions(): { readonly [name in 'If-Match' | 'If-None-Match']?: string | undefined } {
    if (!this.#portal.offersPreconditions) return {};
    const given = Object.fromEntries(Object.entries(this.#init.headers).map(([name, value]) => [name.toLowerCase(), value]));
    return { 'If-Match': given['if-match'], 'If-None-Match': given['if-none-match'] };
  }

  #answer(answer: Answer): void {
    this.#later(this.#latency, () => {
      if (answer.status >= 300 && answer.status < 400) return this.fail(new TypeError('fetch failed', { cause: new Error('unexpected redirect') }));
      const stream = answer.status === 204 ? null : new ReadableStream<Uint8Array<ArrayBuffer>>({ start: (controller) => void (this.#body = controller), cancel: () => this.#end() });
      this.#settle({ status: answer.status, ok: answer.status >= 200 && answer.status < 300, headers: new Headers({ ...JSON_TYPE, ...(this.#portal.offersPreconditions ? OFFERED : {}), ...answer.headers }), body: stream });
      if (answer.fault === 'endless') return this.#pour();
      this.#send(new TextEncoder().encode(answer.body ?? ''), answer);
    });
  }

  get #latency(): number {
    return this.#portal.faults.latency ?? 0;
  }

  /** Sends a body: at once, or slowly, or in pieces. */
  #send(bytes: Uint8Array<ArrayBuffer>, answer: Answer): void {
    const { bandwidth = Infinity, slice } = this.#portal.faults;
    const size = Math.max(1, Math.min(bytes.length, bandwidth, slice === true ? Math.ceil(bytes.length / PIECES) : Infinity));
    const sendFrom = (from: number): void => {
      if (from >= bytes.length) return this.#finish(answer);
      this.#body?.enqueue(bytes.slice(from, from + size));
      if (from + size >= bytes.length && bandwidth === Infinity) return this.#finish(answer);
      this.#portal.clock.setTimeout(() => this.#isOver || sendFrom(from + size), (size * 1_000) / bandwidth);
    };
    sendFrom(0);
  }

  #finish(answer: Answer): void {
    this.#noteTrue(answer);
    this.#end();
    this.#body?.close();
  }

  #pour(): void {
    if (this.#isOver) return;
    this.#body?.enqueue(new Uint8Array(POUR.bytes).fill(0x20));
    this.#portal.clock.setTimeout(() => this.#pour(), POUR.every);
  }

  /** What the client may now know, and say of this portal. */
  #noteTrue({ status, body = '', entry }: Answer): void {
    const { url: portal, clock } = this.#portal;
    const at = clock.now();
    if (this.method === 'POST') {
      if (status === 204 && entry !== undefined) this.#portal.note({ kind: 'accepted', portal, entry, at });
      return;
    }
    const name = this.#asked;
    if (name === undefined) return;
    if (entry !== undefined) return this.#portal.note({ kind: 'served', portal, name, entry, at });
    if (status === 404 && readRefusal(body) !== undefined) return this.#portal.note({ kind: 'missing', portal, name, at });
    const claim = status === 200 ? readAnswer(body) : undefined;
    const claimed = claim && { ...keyNamed(name), ...claim };
    if (claimed !== undefined && isGenuine(claimed)) this.#portal.note({ kind: 'served', portal, name, entry: claimed, at });
  }

  get #asked(): string | undefined {
    const { searchParams } = this.#address;
    const pubkey = pubkeyFrom(searchParams.get('publickey') ?? '');
    const datakey = bytesFromHex(searchParams.get('datakey') ?? '', 32);
    return pubkey && datakey && nameOf({ pubkey, datakey });
  }

  #later(milliseconds: number, then: () => void): void {
    const { clock, chance, url } = this.#portal;
    clock.setTimeout(() => {
      if (this.#isOver) return;
      this.#portal.note({ kind: 'passed', portal: url, what: this.method, at: clock.now() });
      then();
    }, chance.between(...UNDER_WAY) + milliseconds);
  }
}

const OFFERED = { 'registry-preconditions': 'If-Match, If-None-Match' };
