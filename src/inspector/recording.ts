import { readRecording } from '../inspect/recording.ts';
import type { Report } from './model/reports.ts';

/** Speeds at which it is played, 1 being that of the clock. */
export const SPEEDS = [0.5, 1, 2, 5, 20, 100] as const;

/** A pause in which nothing happened is not waited out: at most so many milliseconds of what was recorded. */
const LONGEST_PAUSE = 5_000;

/** What the player draws on. */
export interface Stage {
  /** All that was shown is to be forgotten. */
  clear(): void;
  show(reports: readonly Report[]): void;
}

/** Plays what was recorded: to any place, step by step, or as time passes. */
export class Player {
  readonly #reports: readonly Report[];
  readonly #times: readonly number[];
  readonly #stage: Stage;
  #position = 0;
  #speed = 1;
  #playing: { at: number } | undefined;

  constructor(reports: readonly Report[], stage: Stage) {
    this.#reports = reports;
    this.#times = timesOf(reports);
    this.#stage = stage;
  }

  get length(): number {
    return this.#reports.length;
  }

  /** How many reports are shown. */
  get position(): number {
    return this.#position;
  }

  get isPlaying(): boolean {
    return this.#playing !== undefined;
  }

  get speed(): number {
    return this.#speed;
  }

  /** When the report that was shown last was made, epoch milliseconds; undefined at the beginning. */
  get time(): number | undefined {
    const report = this.#reports[this.#position - 1];
    return report === undefined ? undefined : Number(report.createdAt);
  }

  set speed(speed: number) {
    this.#speed = speed;
  }

  /** @param position how many reports to show; what is no such number is brought within */
  seek(position: number): void {
    const to = Math.max(0, Math.min(this.length, Math.trunc(position) || 0));
    if (to < this.#position) {
      this.#stage.clear();
      this.#position = 0;
    }
    this.#stage.show(this.#reports.slice(this.#position, to));
    this.#position = to;
    if (this.#playing !== undefined) this.#playing.at = this.#times[to - 1] ?? 0;
    if (to === this.length) this.#playing = undefined;
  }

  play(): void {
    if (this.#position === this.length) this.seek(0);
    this.#playing = { at: this.#times[this.#position - 1] ?? 0 };
  }

  pause(): void {
    this.#playing = undefined;
  }

  /** @param elapsed milliseconds since it was last told */
  pass(elapsed: number): void {
    if (this.#playing === undefined) return;
    const at = this.#playing.at + elapsed * this.#speed;
    let to = this.#position;
    while (to < this.length && (this.#times[to] ?? 0) <= at) to++;
    if (to > this.#position) this.seek(to);
    if (this.#playing !== undefined) this.#playing.at = at;
  }
}

/** When each is shown, from 0. */
function timesOf(reports: readonly Report[]): readonly number[] {
  let [time, before] = [0, Number(reports[0]?.createdAt)];
  return reports.map(({ createdAt }) => {
    const at = Number(createdAt);
    time += Math.min(LONGEST_PAUSE, Math.max(0, at - before)) || 0;
    before = at;
    return time;
  });
}

/** The reports of a recording as far as it can be read, and what was found where it cannot. @param text its lines, as `src/inspect/SPEC.md` has them */
export function recordedReports(text: string): { readonly reports: readonly Report[]; readonly fault: string | undefined } {
  const reports: Report[] = [];
  try {
    for (const report of readRecording(text.split('\n'))) reports.push(report);
    return { reports, fault: undefined };
  } catch (error) {
    return { reports, fault: error instanceof Error ? error.message : String(error) };
  }
}
