import { RegistryError, toWire } from '../../src/error.ts';
import type { Scheduler } from '../../src/link/index.ts';
import { Feed } from '../feed.ts';
import type { PendingRead } from './row.ts';
import type { ResultBody } from './result.ts';
import type { ReadAnswer, ReadCommand } from './service.ts';
import type { EntryTable } from './table.ts';

/** The runtime's readers, by the numbers they gave their reads: what becomes of their reads in one turn travels together. */
export class Readers {
  readonly answers = new Feed<readonly ReadAnswer[]>();
  readonly #table: EntryTable;
  readonly #scheduler: Scheduler;
  readonly #pending = new Map<number, PendingRead>();
  #waiting: ReadAnswer[] = [];

  /** @param scheduler calls back when the present turn of the event loop is over */
  constructor(table: EntryTable, scheduler: Scheduler) {
    this.#table = table;
    this.#scheduler = scheduler;
  }

  begin({ read: number, name, maxStaleness, confirmations }: Extract<ReadCommand, { kind: 'read' }>): void {
    const settled = (outcome: ResultBody | RegistryError): void => {
      this.#pending.delete(number);
      this.#answer(outcome instanceof RegistryError ? { read: number, error: toWire(outcome) } : { read: number, result: outcome, at: this.#table.stamp() });
    };
    try {
      const pending = this.#table.read(name, { maxStaleness, confirmations }, settled);
      if (pending !== undefined) this.#pending.set(number, pending);
    } catch (error) {
      this.#answer({ read: number, error: toWire(error) });
    }
  }

  abandon(number: number): void {
    this.#pending.get(number)?.abandon();
    this.#pending.delete(number);
  }

  #answer(answer: ReadAnswer): void {
    this.#waiting.push(answer);
    if (this.#waiting.length === 1) this.#scheduler.setTimeout(() => this.#flush(), 0);
  }

  #flush(): void {
    const answers = this.#waiting;
    this.#waiting = [];
    this.answers.next(answers);
  }
}
