import type { WebSocket } from 'ws';
import type { Report } from '../../inspect.ts';

/** Between two messages to a page, in milliseconds: less than one frame of a screen. */
const PACE = 16;
/** Reports of one message. */
const MOST_AT_ONCE = 2_000;
/** A page that lets more wait, in bytes, is too slow, or gone: it comes again by itself, and is told how things stand then. */
const MOST_UNSENT = 64 * 1024 * 1024;

/** The pages that are open, and what they are told. */
export class Pages {
  readonly #open = new Set<WebSocket>();
  readonly #waiting = new Map<string, Report[]>();
  #timer: NodeJS.Timeout | undefined;

  /** @param standing how things stand, by the names of runtimes */
  add(page: WebSocket, standing: Iterable<readonly [source: string, reports: readonly Report[]]>): void {
    this.#flush();
    for (const [source, reports] of standing) this.#send(page, source, reports);
    this.#open.add(page);
    page.on('close', () => this.#open.delete(page));
  }

  tell(source: string, report: Report): void {
    if (this.#open.size === 0) return;
    const waiting = this.#waiting.get(source);
    if (waiting === undefined) this.#waiting.set(source, [report]);
    else waiting.push(report);
    this.#timer ??= setTimeout(() => this.#flush(), PACE);
  }

  gone(source: string): void {
    this.#flush();
    for (const page of this.#open) page.send(JSON.stringify({ source, gone: true }));
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [source, reports] of this.#waiting) for (const page of this.#open) this.#send(page, source, reports);
    this.#waiting.clear();
  }

  #send(page: WebSocket, source: string, reports: readonly Report[]): void {
    for (let from = 0; from < Math.max(1, reports.length); from += MOST_AT_ONCE) page.send(JSON.stringify({ source, reports: reports.slice(from, from + MOST_AT_ONCE) }));
    if (page.bufferedAmount > MOST_UNSENT) page.terminate();
  }
}
