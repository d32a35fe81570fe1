import { RegistryError } from '../../error.ts';
import type { Port, PortEvent, Transfer } from '../../link/port.ts';
import type { Clock } from '../../world.ts';
import { own } from '../own.ts';
import type { Nonce } from '../protocol.ts';

/** A message of the frame's for one query, as it came. */
export interface FrameReply {
  readonly method: 'response' | 'responseUpdate' | 'responseNonce';
  readonly data: unknown;
  /** Of a response: `null`, or a reason. */
  readonly err: unknown;
}

/** A query that the frame has not answered: what it hears, and how it ends if the frame does. */
export interface Asked {
  hear(reply: FrameReply): void;
  gone(reason: RegistryError): void;
}

/** What the frame says beside its answers. */
export interface FrameNews {
  /** How large the frame wants to be shown, in CSS pixels; undefined if not at all. */
  view(size: { readonly width: number; readonly height: number } | undefined): void;
}

/** How often the frame is asked for a sign of life while somebody waits, in milliseconds, and how many may be missing. */
const PULSE = 5_000;
const MOST_MISSED = 3;

/** The page's end of the port to a frame: queries by their nonces, and whether the frame is still there. */
export class FrameLink {
  readonly #port: Port;
  readonly #clock: Clock;
  readonly #news: FrameNews;
  readonly #asked = new Map<Nonce, Asked>();
  #nonces = 0;
  #ended: RegistryError | undefined;
  #missed = 0;
  #pulse: unknown;
  /** Called with the lines that the frame has for the console. */
  onLog: ((data: unknown) => void) | undefined;
  /** Called at the end. */
  onEnd: ((reason: RegistryError) => void) | undefined;

  constructor(port: Port, clock: Clock, news: FrameNews) {
    this.#port = port;
    this.#clock = clock;
    this.#news = news;
    port.addEventListener('message', this.#hear);
    port.addEventListener('close', this.#lost);
    port.start();
  }

  /** How it ended; undefined while it has not. */
  get ended(): RegistryError | undefined {
    return this.#ended;
  }

  /**
   * Asks the kernel in the frame. `asked` hears of it until the response, or the end of the frame.
   * @throws DataCloneError
   */
  ask(query: { readonly method: string; readonly data: unknown; readonly sendKernelNonce: boolean }, asked: Asked): void {
    if (this.#ended !== undefined) return asked.gone(this.#ended);
    const nonce = ++this.#nonces;
    this.#send({ ...query, nonce });
    this.#asked.set(nonce, asked);
    if (this.#pulse === undefined) this.#beat();
  }

  /** Sends news for a query, by the kernel's nonce. */
  update(kernels: unknown, data: unknown): void {
    if (this.#ended === undefined) this.#send({ method: 'queryUpdate', nonce: kernels, data });
  }

  /** Ends it, with this reason for all that wait. */
  fail(reason: RegistryError): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#clock.clearTimeout(this.#pulse);
    this.#port.removeEventListener('message', this.#hear);
    this.#port.removeEventListener('close', this.#lost);
    this.#send({ method: 'close' });
    this.#port.close();
    for (const asked of this.#asked.values()) asked.gone(reason);
    this.#asked.clear();
    this.onEnd?.(reason);
  }

  #send(message: unknown, transfer: Transfer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  readonly #lost = (): void => this.fail(frameGone());

  readonly #hear = ({ data: message }: PortEvent): void => {
    this.#missed = 0;
    const { method, nonce, data, err } = own(message, ['method', 'nonce', 'data', 'err']);
    if (method === 'log') return this.onLog?.(data);
    if (method === 'frameView') return this.#news.view(sizeOf(data));
    if (method !== 'response' && method !== 'responseUpdate' && method !== 'responseNonce') return;
    const asked = this.#asked.get(nonce as Nonce);
    if (method === 'response') this.#asked.delete(nonce as Nonce);
    asked?.hear({ method, data, err });
  };

  /** Whatever comes is a sign of life. A timer that comes late, as in a page that nobody looks at, counts as one. */
  #beat(): void {
    this.#pulse = this.#clock.setTimeout(() => {
      this.#pulse = undefined;
      if (this.#asked.size === 0) return;
      if (++this.#missed > MOST_MISSED) return this.fail(frameGone());
      this.#send({ method: 'version', nonce: ++this.#nonces });
      this.#beat();
    }, PULSE);
  }
}

export const frameGone = (): RegistryError => new RegistryError('WORKER_GONE', 'the frame is gone');

function sizeOf(data: unknown): { readonly width: number; readonly height: number } | undefined {
  const { width, height } = own(own(data, ['size']).size, ['width', 'height']);
  return typeof width === 'number' && typeof height === 'number' ? { width, height } : undefined;
}
