import { releaseProxy, transfer as withTransfer, wrap, type Remote } from 'comlink';
import { Observable } from 'rxjs';
import { aborted, fromWire, RegistryError, timedOut } from '../error.ts';
import { realClock, type Clock } from '../world.ts';
import { sendingError } from './clone-error.ts';
import { channelLike, type Port, type Transfer } from './port.ts';
import { ABORT, isCallName, OPEN, type Answer, type Calls, type Input, type Output, type Request, type Service, type Streamed, type Streams } from './service.ts';
import { readStream } from './stream/index.ts';

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
export interface StreamOptions {
  /** Called once the service has subscribed the source: nothing that happens from now on is missed. */
  readonly opened?: (() => void) | undefined;
  readonly deadline?: number | undefined;
}

/** A call's arguments: its input may be left out where it may be undefined. */
export type Arguments<I, O> = undefined extends I ? [input?: I, options?: O] : [input: I, options?: O];

type Methods = Record<string, (request: Request) => Promise<unknown>>;

/** The asking side of a port, typed by the service at its other end. Every call settles; see {@link CallOptions}. */
export class Connection<S extends Service> {
  /** Resolves with the reason once the connection has ended: `WORKER_GONE`, or `CLOSED` by us. Never rejects. */
  readonly gone: Promise<RegistryError>;

  readonly #port: Port;
  readonly #clock: Clock;
  readonly #deadline: number;
  /** Held for as long as the connection: Comlink releases the port when the garbage collector takes its proxy, calls in flight or not. */
  readonly #remote: Remote<Methods>;
  readonly #methods = new Map<string, Remote<Methods>[string]>();
  /** What to tell of the end: one entry for each call or stream that has not settled. */
  readonly #unsettled = new Set<(reason: RegistryError) => void>();
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

  /** A stream of the service. Each subscription opens one of its own; unsubscribing ends it at the source. Errors as {@link call} does; completes
   * where it is we who close the connection. */
  stream<K extends keyof Streams<S> & string>(name: K, ...[input, options = {}]: Arguments<Input<Streams<S>[K]>, StreamOptions>): Observable<Streamed<Streams<S>[K]>> {
    return new Observable((subscriber) => {
      const fail = (error: unknown): void => subscriber.error(error);
      const end = (reason: RegistryError): void => (reason.code === 'CLOSED' ? subscriber.complete() : fail(reason));
      const [near, far] = channelLike(this.#port);
      const stop = readStream(near, subscriber);
      this.#unsettled.add(end);
      this.#request(OPEN, { stream: name, input, port: far }, { deadline: options.deadline, transfer: [far] }).then(() => options.opened?.(), fail);
      return () => {
        this.#unsettled.delete(end);
        stop();
      };
    });
  }

  /** Ends the connection with this reason, as when its peer was found dead. The first reason stays. */
  fail(reason: RegistryError): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#resolveGone(reason);
    for (const tell of this.#unsettled) tell(reason);
    this.#unsettled.clear();
    this.#port.removeEventListener('close', this.#lost);
    this.#remote[releaseProxy]();
    this.#port.close();
  }

  /** Ends the connection: pending calls are `CLOSED`, streams complete. */
  close(): void {
    this.fail(new RegistryError('CLOSED', 'this connection was closed'));
  }

  readonly #lost = (): void => this.fail(new RegistryError('WORKER_GONE', 'the other side of a port is gone'));

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

/** Connects to the service at the other end of `port`: `connect<typeof service>(port)`. */
export const connect = <S extends Service>(port: Port, options?: ConnectOptions): Connection<S> => new Connection<S>(port, options);

function settleWith(answer: unknown, resolve: (value: unknown) => void, reject: (error: Error) => void): void {
  const read = (typeof answer === 'object' && answer !== null ? answer : {}) as Partial<{ value: unknown; error: unknown }> & Partial<Answer>;
  if ('error' in read) reject(fromWire(read.error));
  else if ('value' in read) resolve(read.value);
  else reject(new RegistryError('UNSUPPORTED', 'an answer could not be read'));
}
