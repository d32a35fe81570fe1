import { Observable } from 'rxjs';
import { RegistryError } from '../error.ts';
import { realClock, type Clock } from '../world.ts';
import { isReport } from './is-report.ts';
import type { Report } from './report.ts';
import { reportsOf, type Inspectable, type Reporter } from './reports.ts';

/** The only one there is so far. */
const VERSION = 1;
const HEADER = '@secure-registry.recording';

/**
 * The lines of a recording (src/inspect/SPEC.md), without their ends: a header, then all reports, from the births of the actors alive, until the runtime is closed or nobody
 * subscribes any more.
 */
export function recordingOf(source: Inspectable | Reporter, clock: Pick<Clock, 'now'> = realClock): Observable<string> {
  return new Observable((subscriber) => {
    const writer = new RecordingWriter(clock.now());
    subscriber.next(writer.header);
    return reportsOf(source, clock).subscribe({
      next: (report) => subscriber.next(writer.lineOf(report)),
      error: (error: unknown) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
  });
}

/** Writes reports as the lines of one recording. */
export class RecordingWriter {
  /** The first line. */
  readonly header: string;
  /** The lines in which definitions stand, from 1. */
  readonly #definitions = new Map<string, number>();
  #lines = 1;

  /** @param createdAt epoch milliseconds */
  constructor(createdAt: number) {
    this.header = JSON.stringify({ type: HEADER, version: VERSION, createdAt: String(createdAt) });
  }

  lineOf(report: Report): string {
    this.#lines++;
    if (report.type !== '@xstate.actor') return JSON.stringify(report);
    const { definition, ...birth } = report;
    const definitionOf = this.#definitions.get(definition);
    if (definitionOf !== undefined) return JSON.stringify({ ...birth, definitionOf });
    this.#definitions.set(definition, this.#lines);
    return JSON.stringify(report);
  }
}

/**
 * The reports of a recording, in order. A last line that was cut off, as by the end of the process that wrote it, is left out.
 * @param lines with or without their ends
 * @throws RegistryError `INVALID_INPUT` naming the line
 */
export function* readRecording(lines: Iterable<string>): Generator<Report, void, undefined> {
  const definitions = new Map<number, string>();
  let number = 0;
  let cutOff: RegistryError | undefined;
  for (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    if (cutOff !== undefined) throw cutOff;
    const report = parsed(line);
    if (report === undefined) {
      cutOff = broken(number, 'a report, as JSON');
      continue;
    }
    if (number === 1) {
      if (report.type !== HEADER || report['version'] !== VERSION) throw broken(1, `the header of a recording of version ${VERSION}`);
      continue;
    }
    if (report.type === '@xstate.actor') {
      const definition = typeof report['definitionOf'] === 'number' ? definitions.get(report['definitionOf']) : report['definition'];
      if (typeof definition !== 'string') throw broken(number, 'a birth with a definition, or with the line of one');
      definitions.set(number, definition);
      delete report['definitionOf'];
      report['definition'] = definition;
    }
    if (!isReport(report)) throw broken(number, 'a report, with what its type has to have');
    yield report;
  }
  if (number === 0 || (cutOff !== undefined && number === 1)) throw broken(1, `the header of a recording of version ${VERSION}`);
}

type Line = Record<string, unknown> & { readonly type: string };

function parsed(line: string): Line | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null && typeof (value as Partial<Line>).type === 'string' ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}

const broken = (line: number, wanted: string): RegistryError => new RegistryError('INVALID_INPUT', `line ${line} of a recording must be ${wanted}`, { field: `line ${line}` });
