import type { WebSocket } from 'ws';
import { Backlog } from '../../inspect/backlog.ts';
import { isReport } from '../../inspect/is-report.ts';
import { unnamedReport } from '../../inspect/named-report.ts';
import type { Report } from '../../inspect.ts';
import type { Pages } from './pages.ts';
import { Recorder } from './recorder.ts';

export interface AttachedOptions {
  readonly pages: Pages;
  /** Where recordings go: the first runtime's into this file, the second's into this and `.2`. */
  readonly record: string | undefined;
  readonly say: (line: string) => void;
}

/** A runtime that reports, or did. */
interface Attached {
  readonly backlog: Backlog;
  readonly socket: WebSocket;
}

/** The runtimes that report: what they say is shown, kept for pages that come later, and recorded. */
export class AttachedRuntimes {
  /** Rejects when a recording cannot go on. */
  readonly failed: Promise<never>;
  #fail: (error: unknown) => void = () => {};
  readonly #options: AttachedOptions;
  readonly #attached = new Map<string, Attached>();
  /** Each until its recording is written to the end. */
  readonly #listening = new Set<Promise<void>>();
  #recordings = 0;
  #isClosing = false;

  constructor(options: AttachedOptions) {
    this.#options = options;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
  }

  /** How things stand, for a page that comes. */
  *standing(): Generator<readonly [source: string, reports: readonly Report[]]> {
    for (const [source, { backlog }] of this.#attached) yield [source, backlog.reports(Date.now())];
  }

  add(socket: WebSocket, name: string | undefined): void {
    const source = this.#freeName(name ?? 'runtime');
    const backlog = new Backlog();
    this.#attached.set(source, { backlog, socket });
    this.#options.say(`${source} reports`);
    const listening = this.#listen(socket, source, backlog, name);
    this.#listening.add(listening);
    listening.then(() => this.#listening.delete(listening)).catch((error: unknown) => this.#fail(error));
  }

  /** Takes in what a runtime reports, until it is gone. */
  async #listen(socket: WebSocket, source: string, backlog: Backlog, name: string | undefined): Promise<void> {
    const rename = name === undefined ? (report: Report): Report => report : unnamedReport(name);
    const gone = new Promise((resolve) => socket.once('close', resolve)); // not `once` of Node's, which a broken frame would make fail
    socket.pause();
    const recorder = await this.#record();
    let count = 0;
    socket.on('message', (data, isBinary) => {
      // `ws` gives one Buffer for a message unless another `binaryType` is asked for.
      const report = isBinary || !Buffer.isBuffer(data) ? undefined : reportOf(data.toString('utf8'));
      if (report === undefined) return;
      const renamed = rename(report);
      count++;
      backlog.take(renamed);
      this.#options.pages.tell(source, renamed);
      if (recorder === undefined || recorder.write(renamed)) return;
      socket.pause();
      recorder
        .drained()
        .then(() => socket.resume())
        .catch((error: unknown) => this.#fail(error));
    });
    socket.resume();
    await gone;
    this.#attached.delete(source);
    this.#options.pages.gone(source);
    await recorder?.close();
    const told = `${count} reports${recorder === undefined ? '' : ` in ${recorder.path}`}`;
    if (!this.#isClosing) this.#options.say(`${source} is gone: ${told}`);
    else if (recorder !== undefined) this.#options.say(told);
  }

  /** @throws RegistryError `STORAGE` where a recording could not be written to its end */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const { socket } of this.#attached.values()) socket.terminate();
    await Promise.all(this.#listening);
  }

  async #record(): Promise<Recorder | undefined> {
    const { record } = this.#options;
    if (record === undefined) return undefined;
    this.#recordings++;
    return Recorder.open(this.#recordings === 1 ? record : `${record}.${this.#recordings}`);
  }

  #freeName(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.#attached.has(name); number++) name = `${wanted} ${number}`;
    return name;
  }
}

function reportOf(text: string): Report | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return isReport(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
