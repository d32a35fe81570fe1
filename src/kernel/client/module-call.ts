import { aborted, ERROR_CODES, RegistryError, timedOut, type ErrorCode } from '../../error.ts';
import type { Clock } from '../../world.ts';
import { own } from '../own.ts';
import type { FrameLink, FrameReply } from './frame-link.ts';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** In milliseconds. Default 60,000, longer than the frame waits for an answer; `Infinity` sets none. */
  readonly deadline?: number | undefined;
}

/** A call that has not been answered: the answer, and a way to send news. */
export interface ModuleCall {
  /** Rejects with a `RegistryError`. */
  readonly answer: Promise<unknown>;
  /** Sends a `queryUpdate`. After the answer it does nothing. */
  send(data: unknown): void;
}

interface Called {
  readonly module: string;
  readonly method: string;
  readonly data: unknown;
  /** Told each `responseUpdate`; what it throws is reported as uncaught. */
  readonly onUpdate?: ((data: unknown) => void) | undefined;
}

const DEADLINE = 60_000;

/**
 * Calls a module in the frame. The answer comes, or an error: of the module, the deadline, the signal, or the frame's end. A module that is waited for no longer is sent `undefined`: what it
 * has subscribed to ends.
 */
export function callModule(link: FrameLink, clock: Clock, called: Called, { signal, deadline = DEADLINE }: CallOptions = {}): ModuleCall {
  const { module, method, data, onUpdate } = called;
  let kernels: unknown;
  /** Until the kernel's nonce has come; undefined once it has, or nobody waits. */
  let waiting: unknown[] | undefined = [];
  let isOver = false;
  const send = (news: unknown): void => {
    if (waiting !== undefined) waiting.push(news);
    else if (!isOver) link.update(kernels, news);
  };
  const answer = new Promise<unknown>((resolve, reject) => {
    const settle = (finish: () => void): void => {
      if (isOver) return;
      isOver = true;
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    const giveUp = (reason: RegistryError): void =>
      settle(() => {
        if (kernels !== undefined) link.update(kernels, undefined);
        reject(reason);
      });
    const onAbort = (): void => giveUp(aborted(signal?.reason));
    const timer = deadline === Infinity ? undefined : clock.setTimeout(() => giveUp(timedOut(deadline)), deadline);
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener('abort', onAbort);
    const hear = (reply: FrameReply): void => {
      if (reply.method === 'responseNonce') {
        ({ nonce: kernels } = own(reply.data, ['nonce']));
        // Given up before the kernel had said what to call it.
        if (isOver) return link.update(kernels, undefined);
        const early = waiting ?? [];
        waiting = undefined;
        for (const news of early) link.update(kernels, news);
      } else if (reply.method === 'responseUpdate') {
        if (!isOver) onUpdate?.(reply.data);
      } else settle(() => (reply.err === null ? resolve(reply.data) : reject(errorOf(reply.err))));
    };
    try {
      link.ask({ method: 'moduleCall', data: { module, method, data }, sendKernelNonce: true }, { hear, gone: (reason) => settle(() => reject(reason)) });
    } catch (cause) {
      settle(() => reject(new RegistryError('INVALID_INPUT', 'data must be what can be sent to another window', { field: 'data', cause })));
    }
  });
  return { answer, send };
}

/** A reason of the kernel protocol: a sentence, with a code in it where it is one of ours. */
export function errorOf(reason: unknown): RegistryError {
  const text = typeof reason === 'string' ? reason : 'the module gave no reason';
  const [, code, message] = /(?:^|\n|: )([A-Z_]+): ([^]*)$/.exec(text) ?? [];
  return isCode(code) ? new RegistryError(code, message ?? text) : new RegistryError('REJECTED', text);
}

const isCode = (code: unknown): code is ErrorCode => (ERROR_CODES as readonly unknown[]).includes(code);
