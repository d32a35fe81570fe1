import type { ReadRequest } from '../../actors/entries/reading.ts';
import type { ReadResult, ResultBody } from '../../actors/entries/result.ts';
import type { ReadAnswer, ReadCommand } from '../../actors/entries/service.ts';
import { Deadlines } from '../deadlines.ts';
import { aborted, fromWire, hasCode, RegistryError } from '../error.ts';
import type { Outlet } from '../link/index.ts';
import type { Clock } from '../world.ts';
import type { Demand } from './demand.ts';

export interface ReadsWorld {
  readonly clock: Clock;
  /** How long a read may take, whatever becomes of the actor, in milliseconds. */
  readonly deadline: number;
  /** Takes in every result with its stamp, and answers what its reader is to be told; undefined if a newer one, that is not confirmed, was told meanwhile. */
  readonly onResult: (name: string, result: ResultBody, at: number, isConfirmed: boolean) => ReadResult | undefined;
  /** Told that there are readers, and that there are none any more. */
  readonly demand: Demand;
  /** Takes in why a read failed, and answers what its reader is to be told. */
  readonly onFailure: (name: string, error: RegistryError) => RegistryError;
  /** What a read that takes longer is told. */
  readonly late: () => RegistryError;
}

/** A reader in this thread who waits. */
interface WaitingReader {
  readonly number: number;
  /** {@link nameOf} the entry's key. */
  readonly name: string;
  readonly request: ReadRequest;
  readonly settle: (outcome: ReadResult | RegistryError) => void;
  /** Whether others are waited for, too, before its reader is told. */
  readonly isOneOfMany: boolean;
  /** What one of many was answered. */
  answer?: ReadAnswer;
  /** How many actors were to be asked: one that dies is survived once. */
  attempts: number;
}

/**
 * The reads of one runtime: numbered questions to the entries actor, many in one message, and its answers, which come in any order. A
 * promise, a timer and a message for each would cost more than the answer.
 */
export class Reads {
  readonly #world: ReadsWorld;
  readonly #pending = new Map<number, WaitingReader>();
  readonly #deadlines: Deadlines<WaitingReader>;
  #commands: Outlet<ReadCommand> | undefined;
  #numbered = 0;
  #closed: RegistryError | undefined;

  constructor(world: ReadsWorld) {
    this.#world = world;
    this.#deadlines = new Deadlines(world.clock, world.deadline, () => this.#sweep());
  }

  /** How many wait. */
  get size(): number {
    return this.#pending.size;
  }

  /** @throws RegistryError what the entries actor answers; or `ABORTED`, `CLOSED`, `WORKER_GONE`, and what is told of being late */
  read(name: string, request: ReadRequest, signal: AbortSignal | undefined): Promise<ReadResult> {
    return new Promise((resolve, reject) => {
      this.#refuse(signal);
      const settle = (outcome: ReadResult | RegistryError): void => {
        signal?.removeEventListener('abort', onAbort);
        if (outcome instanceof RegistryError) reject(outcome);
        else resolve(outcome);
      };
      const read = this.#begin(name, request, settle);
      const onAbort = (): void => this.#abandon(read, aborted());
      signal?.addEventListener('abort', onAbort);
    });
  }

  /**
   * For each name, in order, what {@link read} would settle with.
   * @throws RegistryError `ABORTED`, `CLOSED`: then no read is worth having
   */
  async readMany(names: readonly string[], request: ReadRequest, signal: AbortSignal | undefined): Promise<(ReadResult | RegistryError)[]> {
    this.#refuse(signal);
    const reads: WaitingReader[] = [];
    const outcomes = names.map((name) => new Promise<ReadResult | RegistryError>((settle) => reads.push(this.#begin(name, request, settle, true))));
    // One listener for all: a signal with ten thousand takes long to lose them.
    const onAbort = (): void => reads.forEach((read) => this.#abandon(read, aborted()));
    signal?.addEventListener('abort', onAbort);
    const results = await Promise.all(outcomes);
    signal?.removeEventListener('abort', onAbort);
    const ended = results.find((result) => hasCode(result, 'ABORTED', 'CLOSED'));
    if (ended !== undefined) throw ended;
    // While the last one was waited for, something newer may have been told of the first ones.
    return results.map((result, i) => this.#renewed(reads[i], result));
  }

  #renewed(read: WaitingReader | undefined, result: ReadResult | RegistryError): ReadResult | RegistryError {
    if (read?.answer === undefined || result instanceof RegistryError) return result;
    const outcome = this.#outcome(read, read.answer);
    return outcome ?? new RegistryError('STALE', 'something newer became known that too few portals have confirmed', { hint: 'read it again' });
  }

  /** @throws RegistryError `ABORTED`, `CLOSED` */
  #refuse(signal: AbortSignal | undefined): void {
    if (this.#closed !== undefined) throw this.#closed;
    if (signal?.aborted === true) throw aborted();
  }

  /** Asks, now or as soon as there is an actor to ask. */
  #begin(name: string, request: ReadRequest, settle: WaitingReader['settle'], isOneOfMany = false): WaitingReader {
    const read: WaitingReader = { number: ++this.#numbered, name, request, settle, isOneOfMany, attempts: 0 };
    this.#pending.set(read.number, read);
    if (this.#pending.size === 1) this.#world.demand.begin();
    this.#deadlines.set(read);
    this.#ask(read);
    return read;
  }

  /** Gives a read up, unless it is settled. */
  #abandon(read: WaitingReader, reason: RegistryError): void {
    if (!this.#pending.has(read.number)) return;
    this.#commands?.push({ kind: 'abandon', read: read.number });
    this.#settle(read, reason);
  }

  take(answers: readonly ReadAnswer[]): void {
    for (const answer of answers) {
      const read = this.#pending.get(answer.read);
      if (read === undefined) continue;
      const outcome = this.#outcome(read, answer);
      if (outcome !== undefined) {
        if (read.isOneOfMany) read.answer = answer;
        this.#settle(read, outcome);
        continue;
      }
      read.attempts--; // nobody died of it
      this.#ask(read);
    }
  }

  /** From now on this actor is asked, also what is still open. */
  connect(commands: Outlet<ReadCommand>): void {
    this.#commands = commands;
    for (const read of this.#pending.values()) this.#ask(read);
  }

  /** The actor is gone. What it was asked, its successor is asked; what outlived two of them is given up. */
  disconnect(reason: RegistryError): void {
    this.#commands = undefined;
    for (const read of this.#pending.values()) if (read.attempts >= 2) this.#settle(read, reason);
  }

  /** What waits, and whatever comes, is told so. */
  close(reason: RegistryError): void {
    this.#closed ??= reason;
    this.#commands = undefined;
    for (const read of this.#pending.values()) this.#settle(read, reason);
    this.#deadlines.stop();
  }

  #ask(read: WaitingReader): void {
    if (this.#commands === undefined) return;
    read.attempts++;
    this.#commands.push({ ...read.request, kind: 'read', read: read.number, name: read.name });
  }

  #settle(read: WaitingReader, outcome: ReadResult | RegistryError): void {
    if (this.#pending.delete(read.number) && this.#pending.size === 0) this.#world.demand.end();
    this.#deadlines.clear(read);
    read.settle(outcome);
  }

  /** An error that is none of ours means to a caller that an actor failed. A throw would leave the reader, and all that come after, without an answer. */
  #outcome({ name, request }: WaitingReader, answer: ReadAnswer): ReadResult | RegistryError | undefined {
    try {
      if ('error' in answer) throw fromWire(answer.error);
      return this.#world.onResult(name, answer.result, answer.at, request.confirmations > 1);
    } catch (error) {
      return error instanceof RegistryError ? this.#world.onFailure(name, error) : new RegistryError('WORKER_GONE', 'an actor failed', { cause: error });
    }
  }

  #sweep(): void {
    for (const read of this.#deadlines.takeDue()) this.#abandon(read, this.#world.late());
  }
}
