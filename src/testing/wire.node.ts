import { connect, type Socket } from 'node:net';
import type { PortalFaults } from './faults.ts';

/** How much of what is to be sent may wait before no more is read, in bytes. */
const HIGH_WATER = 65_536;
/** So often a slow line sends, in milliseconds. */
const TICK = 20;

interface Waiting {
  readonly bytes: Buffer;
  readonly since: number;
}

/**
 * One TCP connection on its way through a bad line: what the client sends passes as it is, what it is sent comes late, slowly, in pieces, or not at
 * all, as the faults of the moment have it.
 */
export class Wire {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #faults: () => PortalFaults;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #isPumping = false;
  #isEnded = false;
  #end: () => void = () => {};
  /** Resolves when the connection is over. */
  readonly ended = new Promise<void>((resolve) => (this.#end = resolve));

  /** @param port of this machine, where the honest side listens */
  constructor(client: Socket, port: number, faults: () => PortalFaults) {
    this.#client = client;
    this.#faults = faults;
    this.#upstream = connect(port, '127.0.0.1');
    client.setNoDelay(true);
    this.#upstream.setNoDelay(true);
    client.pipe(this.#upstream);
    this.#upstream.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#upstream.on('end', () => this.#finish());
    this.#upstream.on('close', () => this.#finish());
    this.#upstream.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? this.reset() : this.destroy()));
    client.on('error', () => this.destroy()); // 'close' follows
    client.on('close', () => this.destroy());
  }

  /** Ends it at once. */
  destroy(): void {
    this.#upstream.destroy();
    this.#client.destroy();
    this.#end();
  }

  /** Ends it with a reset of TCP. */
  reset(): void {
    this.#client.resetAndDestroy();
    this.destroy();
  }

  #take(bytes: Buffer): void {
    this.#waiting.push({ bytes, since: performance.now() });
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > HIGH_WATER) this.#upstream.pause();
    if (this.#isPumping) return;
    this.#isPumping = true;
    // Whoever destroys the connection ends this, too.
    this.#pump().catch(() => this.destroy());
  }

  async #pump(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { bytes, since } = next;
      const { latency = 0 } = this.#faults();
      const late = since + latency - performance.now();
      if (late > 0) await pause(late);
      await this.#send(bytes);
      this.#waitingBytes -= bytes.length;
      if (this.#waitingBytes <= HIGH_WATER) this.#upstream.resume();
    }
    this.#isPumping = false;
    if (this.#isEnded) this.#client.end();
  }

  async #send(bytes: Buffer): Promise<void> {
    for (let from = 0; from < bytes.length && !this.#client.destroyed; ) {
      const { bandwidth = Infinity, slice, halfOpen } = this.#faults();
      if (halfOpen === true) return;
      const size = slice === true ? 1 : Math.max(1, Math.min(bytes.length, Math.floor((bandwidth * TICK) / 1_000)));
      const isFull = !this.#client.write(bytes.subarray(from, from + size));
      from += size;
      if (bandwidth < Infinity) await pause((size * 1_000) / bandwidth);
      else if (isFull) await drained(this.#client);
      else if (slice === true) await new Promise(setImmediate);
    }
  }

  #finish(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (!this.#isPumping && this.#faults().halfOpen !== true) this.#client.end();
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, milliseconds).unref());

/** Resolves when more can be written, or never will be. */
const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
