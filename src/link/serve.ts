import { expose, transfer as withTransfer } from 'comlink';
import { invalidInput, RegistryError, toWire } from '../error.ts';
import { guardedEndpoint } from './guard.ts';
import { isLoad, type Taken } from './pipe/index.ts';
import type { Port } from './port.ts';
import { RunningCall } from './running-call.ts';
import { ABORT, assertCallNames, OPEN, type Answer, type CallContext, type Request, type Service } from './service.ts';
import { StreamWriter, type StreamLimits } from './stream/index.ts';

/** A service on its port. */
export interface Serving {
  /** From now on every call answers this error, and what comes through pipes is dropped; streams end with it, running calls are aborted. */
  fail(error: RegistryError): void;
  /** Ends everything and closes the port. */
  close(): void;
}

type Method = (request: unknown) => unknown;

/**
 * Answers calls and streams, and takes in what comes through pipes, on `port` until the port is closed.
 *
 * @throws {RegistryError} `INVALID_INPUT` if a call has a reserved name
 */
export function serve(port: Port, service: Service, limits: StreamLimits = {}): Serving {
  const running = new Map<number, RunningCall>();
  const writers = new Set<StreamWriter>();
  let failure: RegistryError | undefined;

  const run = async (call: (input: never, context: CallContext) => unknown, request: Request): Promise<Answer> => {
    const work = new RunningCall();
    running.set(request.call, work);
    try {
      const value: unknown = await call(request.input as never, work);
      return withTransfer({ value }, work.transferred as Transferable[]);
    } finally {
      if (running.get(request.call) === work) running.delete(request.call);
    }
  };

  const open = (request: Request): Answer => {
    const { stream, input, port: target } = readOpening(request.input);
    const streams = service.streams ?? {};
    const start = Object.hasOwn(streams, stream) ? streams[stream] : undefined;
    if (start === undefined) throw new RegistryError('UNSUPPORTED', 'this port serves no stream of that name');
    const writer = new StreamWriter(target, start(input as never), limits, () => writers.delete(writer));
    writers.add(writer);
    return { value: undefined };
  };

  const abort = ({ input }: Request): Answer => {
    running.get(input as number)?.abort(new RegistryError('ABORTED', 'the caller gave up'));
    return { value: undefined };
  };

  const take = async (data: unknown): Promise<void> => {
    if (!isLoad(data)) return;
    const pipes = service.pipes ?? {};
    try {
      if (failure === undefined && Object.hasOwn(pipes, data.pipe)) await pipes[data.pipe]?.(data.items as never);
    } catch {
      // What it could not take in is lost, and the sender has nothing to do about it; what comes after is not held up.
    }
    if (data.asks) port.postMessage({ taken: data.pipe } satisfies Taken);
  };

  /** Errors become values here: Comlink would keep only their name and message. */
  const answering =
    (method: (request: Request) => Answer | Promise<Answer>): Method =>
    (request) => {
      try {
        if (failure) throw failure;
        const answer = method(readCall(request));
        return answer instanceof Promise ? answer.catch(refused) : answer;
      } catch (error) {
        return refused(error);
      }
    };

  const endAll = (error: RegistryError): void => {
    for (const work of running.values()) work.abort(error);
    running.clear();
  };
  const close = (): void => {
    endAll(new RegistryError('CLOSED', 'the caller is gone'));
    for (const writer of writers) writer.close();
    port.removeEventListener('close', close);
    port.close();
  };

  const calls = Object.entries(service.calls ?? {});
  assertCallNames(calls.map(([name]) => name));
  const methods = new Map<string, Method>([[ABORT, answering(abort)], [OPEN, answering(open)]]);
  for (const [name, call] of calls) methods.set(name, answering((request) => run(call, request)));
  port.addEventListener('close', close);
  expose(Object.fromEntries(methods), guardedEndpoint(port, new Set(methods.keys()), close, (data) => void take(data)));
  return {
    fail(error) {
      failure ??= error;
      endAll(failure);
      for (const writer of writers) writer.end(failure);
    },
    close,
  };
}

const refused = (error: unknown): Answer => ({ error: toWire(error) });

function readCall(request: unknown): Request {
  if (typeof request !== 'object' || request === null || typeof (request as Partial<Request>).call !== 'number') {
    throw invalidInput('request', 'a call number and an input');
  }
  return request as Request;
}

function readOpening(input: unknown): { stream: string; input: unknown; port: Port } {
  const opening = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const port = opening['port'] as Partial<Port> | null | undefined;
  if (typeof opening['stream'] !== 'string') throw invalidInput('stream', 'a name');
  if (typeof port?.postMessage !== 'function' || typeof port.addEventListener !== 'function') throw invalidInput('port', 'a port');
  return { stream: opening['stream'], input: opening['input'], port: port as Port };
}
