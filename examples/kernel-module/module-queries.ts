// The kernel protocol as a module speaks it: it is asked queries, each of which it answers once, and calls other modules.
import type { KernelToModule, ModuleToKernel, Nonce, Query, Response, ResponseNonce, ResponseUpdate } from 'secure-registry/kernel';

/** A query, as a method of the module sees it. */
export interface Asked {
  readonly input: unknown;
  /** Tells whoever asks some news; not any more, once it is answered. */
  readonly tell: (news: unknown) => void;
  /** Aborts when whoever asks has enough. */
  readonly closed: AbortSignal;
}

/** What it resolves with is the answer. What it throws is the error that whoever asks is told. */
export type Method = (asked: Asked) => Promise<object>;

export interface CallOptions {
  /** Wants news, and is told it. */
  readonly onNews?: (news: unknown) => void;
  /** Tells the other module, when it aborts, that no more news is wanted; the answer comes still. */
  readonly closed?: AbortSignal;
}

interface Called {
  readonly options: CallOptions;
  readonly resolve: (data: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** Queries that are open, by the kernel's nonces. */
const asked = new Map<Nonce, AbortController>();
/** Calls that are open, by ours: two numberings, which have nothing to do with each other. */
const called = new Map<Nonce, Called>();
let calls = 0;

/** Answers queries. To be called while the script is evaluated for the first time: the first message comes right after it. */
export function serve(methods: ReadonlyMap<string, Method>): void {
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- as the library for modules of kernels does, for kernels that look for it
  globalThis.onmessage = ({ data: message }: MessageEvent<KernelToModule>) => {
    if (isQuery(message)) void answer(message, methods);
    else if (message.method === 'queryUpdate') asked.get(message.nonce)?.abort();
    else if (message.method !== 'presentSeed' && message.method !== 'presentKey') hear(message);
    // What is presented, the first message of all, is never answered; this module makes no use of it.
  };
}

/** A query alone has somebody who asks; its method may be called as anything, but for two that are the kernel's. */
const isQuery = (message: KernelToModule): message is Query => 'domain' in message && message.method !== 'presentSeed' && message.method !== 'presentKey';

async function answer({ nonce, method, data: input }: Query, methods: ReadonlyMap<string, Method>): Promise<void> {
  const closing = new AbortController();
  asked.set(nonce, closing);
  const tell = (data: unknown): void => {
    if (asked.has(nonce)) post({ method: 'responseUpdate', nonce, data });
  };
  try {
    const act = methods.get(method);
    if (act === undefined) throw new Error(`unrecognized method '${method}'`);
    post({ method: 'response', nonce, data: await act({ input, tell, closed: closing.signal }), err: null });
  } catch (error) {
    // Also of an answer that cannot be cloned.
    post({ method: 'response', nonce, data: null, err: error instanceof Error ? error.message : String(error) });
  } finally {
    asked.delete(nonce);
  }
}

/**
 * Calls a method of another module.
 * @param module its link
 * @throws Error whose message is the other module's reason
 */
export function callModule(module: string, method: string, data: unknown, options: CallOptions = {}): Promise<unknown> {
  const nonce = ++calls;
  return new Promise((resolve, reject) => {
    called.set(nonce, { options, resolve, reject });
    // The kernel's number of the call is asked for where it is of use: to send it news.
    post({ method: 'moduleCall', nonce, data: { module, method, data }, sendKernelNonce: options.closed !== undefined });
  });
}

/** What the kernel says of a call. */
function hear(message: Response | ResponseUpdate | ResponseNonce): void {
  const call = called.get(message.nonce);
  if (call === undefined) return;
  const { options, resolve, reject } = call;
  if (message.method === 'responseUpdate') return options.onNews?.(message.data);
  if (message.method === 'responseNonce') {
    const { nonce } = message.data;
    // It may have aborted before its number was known.
    const close = (): void => void (called.get(message.nonce) === call && post({ method: 'queryUpdate', nonce, data: undefined }));
    if (options.closed?.aborted === true) close();
    else options.closed?.addEventListener('abort', close, { once: true });
    return;
  }
  called.delete(message.nonce);
  if (message.err === null) resolve(message.data);
  else reject(new Error(message.err));
}

function post(message: ModuleToKernel): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  postMessage(message);
}
