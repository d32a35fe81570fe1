import { toWire, type WireError } from '../../error.ts';
import { reportsOf, type Inspectable } from '../../inspect/reports.ts';
import type { Report } from '../../inspect/report.ts';
import { realClock } from '../../world.ts';

/** Reports that may wait for a page that is slow; of one that is slower still, a `gap` is told, and all begins anew. */
const MOST_WAITING = 16_384;
/** Reports of one message. */
const MOST_AT_ONCE = 1_024;

/** Whoever is told. */
export interface ReportObserver {
  next(reports: readonly Report[]): void;
  error(error: WireError): void;
  /** The runtime is closed. */
  complete(): void;
}

/** Tells a page what happens in the frame's runtime, some reports at a time, and the next when it has taken them in. */
export class Inspection {
  readonly #observer: ReportObserver;
  #source: Inspectable | undefined;
  #waiting: Report[] = [];
  #end: (() => void) | undefined;
  /** The page has been told some, and has not asked for more. */
  #isTelling = false;
  #isBehind = false;
  #isOver = false;

  /** @param runtime that may still be starting */
  constructor(runtime: Promise<Inspectable>, observer: ReportObserver) {
    this.#observer = observer;
    runtime.then((source) => this.#begin(source)).catch((error: unknown) => this.#finish(() => observer.error(toWire(error))));
  }

  /** The page has taken in what it was told. */
  more(): void {
    this.#isTelling = false;
    if (this.#isBehind && this.#waiting.length === 0 && this.#source !== undefined) {
      this.#isBehind = false;
      this.#waiting.push({ type: '@secure-registry.gap', createdAt: String(realClock.now()) });
      this.#begin(this.#source);
    }
    this.#tell();
  }

  /** Nobody wants to be told any more. */
  stop(): void {
    this.#finish(() => {});
  }

  #begin(source: Inspectable): void {
    if (this.#isOver) return;
    this.#source = source;
    const subscription = reportsOf(source).subscribe({
      next: (report) => this.#take(report),
      error: (error: unknown) => this.#finish(() => this.#observer.error(toWire(error))),
      complete: () => this.#finish(() => this.#observer.complete()),
    });
    this.#end = () => subscription.unsubscribe();
    // What it told at once may have been too much.
    if (this.#isOver || this.#isBehind) subscription.unsubscribe();
  }

  #take(report: Report): void {
    if (this.#isOver || this.#isBehind) return;
    this.#waiting.push(report);
    if (this.#waiting.length > MOST_WAITING) {
      this.#isBehind = true;
      this.#end?.();
    }
    this.#tell();
  }

  #tell(): void {
    if (this.#isTelling || this.#isOver || this.#waiting.length === 0) return;
    this.#isTelling = true;
    this.#observer.next(this.#waiting.splice(0, MOST_AT_ONCE));
  }

  #finish(finish: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#end?.();
    finish();
  }
}
