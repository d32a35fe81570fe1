import { releaseProxy, transfer as withTransfer, wrap, type Remote } from 'comlink';
import { aborted, fromWire, RegistryError, timedOut } from '../error.ts';
import { realClock, type Clock } from '../world.ts';
import { sendingError } from './clone-error.ts';
import type { Scheduler } from './inline.ts';
import { Pipe, type Taken } from './pipe/index.ts';
import { channelLike, type Port, type PortEvent, type Transfer } from './port.ts';
import { ABORT, isCallName, OPEN, type Answer, type Calls, type Input, type Item, type Output, type Pipes, type Request, type Service } from './service.ts';

export interface ConnectOptions {
  readonly clock?: Clock | undefined;
  /** How long a call may take unless it says otherwise, in milliseconds. Default 30,000; `Infinity` sets none. */
  readonly deadline?: number | undefined;
}
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly deadline?: number | undefined;
  /** Moved along with the input instead of copied. */
  readonly transfer?: readonly Transfer[] | undefined;
}
/** A call's arguments: its input may be left out where it may be undefined. */
export type Arguments<I, O> = undefined extends I ? [input?: I, options?: O] : [input: I, options?: O];

type Methods = Record<string, (request: Request) => Promise<unknown>>;

/**
 * The asking side of a port, typed by the service at its other end: its calls, each of which settles ({@link CallOptions}), and its pipes. Actors
 * that read no streams of each other need no more.
 */
export class Caller<S extends Service> {
  /** Resolves with the reason once the connection has ended: `WORKER_GONE`, or `CLOSED` by us. Never rejects. */
  readonly gone: Promise<RegistryError>;

  readonly #port: Port;
  /** What to tell of the end: one entry for each call or stream that has not settled. */
  readonly #unsettled = new Set<(reason: RegistryError) => void>();
  readonly #clock: Clock;
  readonly #deadline: number;
  /** Held for as long as the connection: Comlink releases the port when the garbage collector takes its proxy, calls in flight or not. */
  readonly #remote: Remote<Methods>;
  readonly #methods = new Map<string, Remote<Methods>[string]>();
  readonly #pipes = new Map<string, Pipe<never>>();
  #calls = 0;
  #ended: RegistryError | undefined;
  #resolveGone: (reason: RegistryError) => void = () => {};

  constructor(port: Port, { clock = realClock, deadline = 30_000 }: ConnectOptions = {}) {
    this.#port = port;
    this.#clock = clock;
    this.#deadline = deadline;
    this.gone = new Promise((resolve) => (this.#resolveGone = resolve));
    port.addEventListener('close', this.#lost);
    this.#remote = wrap<Methods>(port);
    port.addEventListener('message', this.#noteTaken);
    port.start();
  }

  /**
   * Calls a method of the service.
   *
   * @throws {RegistryError} what the service threw; or `TIMEOUT`, `ABORTED`, `WORKER_GONE`, `CLOSED`; `INVALID_INPUT` if the input cannot cross a
   * thread; `UNSUPPORTED` if there is no such method
   */
  call<K extends keyof Calls<S> & string>(name: K, ...[input, options]: Arguments<Input<Calls<S>[K]>, CallOptions>): Promise<Output<Calls<S>[K]>> {
    if (!isCallName(name)) return Promise.reject(new RegistryError('UNSUPPORTED', 'there is no such method'));
    return this.#request(name, input, options ?? {}) as Promise<Output<Calls<S>[K]>>;
  }

  /**
   * A pipe to the service; one of the same name takes its place. What is pushed once it, or the connection, has ended is lost.
   * @param scheduler calls back when the present turn of the event loop is over
   * @param onLength told how many items wait whenever there are more, or fewer
   */
  pipe<K extends keyof Pipes<S> & string>(name: K, scheduler: Scheduler, onLength: (waiting: number) => void = () => {}): Pipe<Item<Pipes<S>[K]>> {
    const pipe = new Pipe<Item<Pipes<S>[K]>>(name, (load) => this.#port.postMessage(load, []), scheduler, onLength);
    if (this.#ended) pipe.end();
    this.#pipes.get(name)?.end();
    this.#pipes.set(name, pipe as Pipe<never>);
    return pipe;
  }

  /**
   * Has a stream of the service opened.
   * @param onEnd told of the connection's end, until the third of what is answered is called
   * @returns the port it comes through; what resolves when its source is subscribed; what to call when nobody reads it any more
   */
  protected openStream(stream: string, input: unknown, deadline: number | undefined, onEnd: (reason: RegistryError) => void): [Port, Promise<unknown>, () => void] {
    const [near, far] = channelLike(this.#port);
    this.#unsettled.add(onEnd);
    return [near, this.#request(OPEN, { stream, input, port: far }, { deadline, transfer: [far] }), () => this.#unsettled.delete(onEnd)];
  }

  /** Ends the connection with this reason, as when its peer was found dead. The first reason stays. */
  fail(reason: RegistryError): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#resolveGone(reason);
    for (const tell of this.#unsettled) tell(reason);
    this.#unsettled.clear();
    this.#port.removeEventListener('close', this.#lost);
    this.#port.removeEventListener('message', this.#noteTaken);
    for (const pipe of this.#pipes.values()) pipe.end();
    this.#remote[releaseProxy]();
    this.#port.close();
  }

  /** Ends the connection: pending calls are `CLOSED`, streams complete. */
  close(): void {
    this.fail(new RegistryError('CLOSED', 'this connection was closed'));
  }

  readonly #lost = (): void => this.fail(new RegistryError('WORKER_GONE', 'the other side of a port is gone'));

  readonly #noteTaken = ({ data }: PortEvent): void => {
    this.#pipes.get((data as Partial<Taken> | null)?.taken ?? '')?.taken();
  };

  #request(method: string, input: unknown, { signal, deadline = this.#deadline, transfer = [] }: CallOptions): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (signal?.aborted) return Promise.reject(aborted(signal.reason));
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        if (!this.#unsettled.delete(ended)) return;
        this.#clock.clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        finish();
      };
      const ended = (reason: RegistryError): void => settle(() => reject(reason));
      const giveUp = (reason: RegistryError): void =>
        settle(() => {
          reject(reason);
          void this.#post(ABORT, { call: ++this.#calls, input: call }).catch(() => {});
        });
      const onAbort = (): void => giveUp(aborted(signal?.reason));
      const timer = deadline === Infinity ? undefined : this.#clock.setTimeout(() => giveUp(timedOut(deadline)), deadline);
      signal?.addEventListener('abort', onAbort);
      this.#unsettled.add(ended);
      this.#post(method, { call, input }, transfer).then(
        (answer) => settle(() => settleWith(answer, resolve, reject)),
        (error: unknown) => settle(() => reject(sendingError(error))),
      );
    });
  }

  #post(method: string, request: Request, transfer: readonly Transfer[] = []): Promise<unknown> {
    let send = this.#methods.get(method);
    if (send === undefined) this.#methods.set(method, (send = this.#remote[method] as Remote<Methods>[string]));
    return send(withTransfer(request, transfer as Transferable[]));
  }
}

function settleWith(answer: unknown, resolve: (value: unknown) => void, reject: (error: Error) => void): void {
  const read = (typeof answer === 'object' && answer !== null ? answer : {}) as Partial<{ value: unknown; error: unknown }> & Partial<Answer>;
  if ('error' in read) reject(fromWire(read.error));
  else if ('value' in read) resolve(read.value);
  else reject(new RegistryError('UNSUPPORTED', 'an answer could not be read'));
}
