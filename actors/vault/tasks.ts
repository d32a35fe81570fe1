import { hasCode, RegistryError } from '../../src/error.ts';

/** What a task asks of the vault: the machine's events of these names begin one. */
export type TaskKind = 'CREATE' | 'UNLOCK' | 'PROVE' | 'CHANGE';

/** What a task is given while it runs. */
export interface TaskRun {
  /** Aborts when the vault is locked, or the caller gives up. */
  readonly signal: AbortSignal;
  /** Told how far a password is stretched, from 0 to 1. */
  readonly onProgress: (ratio: number) => void;
}

export interface Task<T> {
  readonly kind: TaskKind;
  /** Who asks for it. */
  readonly caller: string;
  /** Aborts when the caller gives up. */
  readonly signal: AbortSignal;
  /** Asked when its turn has come; throws where there is no use in beginning. */
  readonly check?: (() => void) | undefined;
  /** Resolves with what ends it: called in the turn in which the machine is told that it has ended. */
  readonly run: (run: TaskRun) => Promise<() => T>;
}

interface Queued extends Task<unknown> {
  readonly abort: AbortController;
  readonly settle: (outcome: Promise<unknown>) => void;
}

/** More would wait for minutes: each may have a password to stretch. Of one caller there may be fewer, so that none fills the queue for the others. */
const MOST_WAITING = 32;
const MOST_OF_CALLER = 4;

/** What is asked of a vault and takes its time: one after the other, each as a task of the machine's. */
export class Tasks {
  readonly #begin: (kind: TaskKind, number: number) => void;
  readonly #waiting: Queued[] = [];
  #current: { readonly number: number; readonly task: Queued } | undefined;
  #isStarted = false;
  /** Why no more tasks are taken. */
  #refusal: RegistryError | undefined;
  #onIdle: () => void = () => {};
  #numbered = 0;

  /** @param begin tells the machine of the next task; it answers by having it performed */
  constructor(begin: (kind: TaskKind, number: number) => void) {
    this.#begin = begin;
  }

  /** From now on tasks are begun; those that came before have waited. */
  start(): void {
    this.#isStarted = true;
    this.#next();
  }

  /**
   * Has a task done in its turn, and settles as it does.
   * @throws RegistryError `THROTTLED` if too many wait; `ABORTED`; `LOCKED` if the vault was locked before it was done
   */
  add<T>(task: Task<T>): Promise<T> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    const ofCaller = this.#waiting.filter(({ caller }) => caller === task.caller);
    if (this.#waiting.length >= MOST_WAITING || ofCaller.length >= MOST_OF_CALLER) {
      return Promise.reject(new RegistryError('THROTTLED', 'the vault has too much to do', { hint: 'wait for what was asked of it before' }));
    }
    return new Promise<T>((resolve, reject) => {
      const abort = new AbortController();
      const onAbort = (): void => {
        abort.abort(task.signal.reason);
        const at = this.#waiting.indexOf(queued);
        if (at < 0) return; // it is running, and sees its signal
        this.#waiting.splice(at, 1);
        queued.settle(Promise.reject(task.signal.reason as Error));
      };
      const queued: Queued = {
        ...task,
        abort,
        settle: (outcome) => {
          task.signal.removeEventListener('abort', onAbort);
          (outcome as Promise<T>).then(resolve, reject);
        },
      };
      task.signal.addEventListener('abort', onAbort);
      this.#waiting.push(queued);
      if (task.signal.aborted) onAbort();
      this.#next();
    });
  }

  /**
   * Performs the task of this number. Never rejects.
   * @param onEnd told when it has ended, before whoever asked is
   */
  async perform(number: number, onProgress: (ratio: number) => void, onEnd: () => void): Promise<void> {
    const current = this.#current;
    if (current?.number !== number) throw new RangeError('there is no such task');
    const { task } = current;
    const { signal } = task.abort;
    const ending = await (async () => task.run({ signal, onProgress }))().catch((error: unknown) => () => {
      // Whatever gave up tells that it did; who made it give up tells why.
      throw signal.aborted && hasCode(error, 'ABORTED') ? signal.reason : error;
    });
    const outcome = (async () => ending())(); // which runs now
    onEnd();
    this.#current = undefined;
    task.settle(outcome);
    this.#onIdle();
    this.#next();
  }

  /** Gives up the task under way, where it is not too late, and those that wait. */
  abort(reason: RegistryError): void {
    this.#current?.task.abort.abort(reason);
    for (const task of this.#waiting.splice(0)) task.settle(Promise.reject(reason));
  }

  /** Takes no more tasks, gives up those there are, and resolves when none is under way. */
  async close(reason: RegistryError): Promise<void> {
    this.#refusal ??= reason;
    this.abort(reason);
    if (this.#current !== undefined) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  #next(): void {
    while (this.#isStarted && this.#current === undefined) {
      const task = this.#waiting.shift();
      if (task === undefined) return;
      try {
        task.check?.();
      } catch (error) {
        task.settle(Promise.reject(error));
        continue;
      }
      this.#current = { number: ++this.#numbered, task };
      this.#begin(task.kind, this.#numbered);
    }
  }
}
