import type { Transfer } from '../../link/port.ts';
import { wipeSecrets } from '../border/index.ts';
import { own } from '../own.ts';
import { readModuleCall, readPageQuery, type KernelToPage, type ModuleToKernel, type Nonce, type PageQuery } from '../protocol.ts';
import type { ListedOrigin } from './listed-origin.ts';
import type { FrameSize, HostedModule, ModuleHost } from './module-host.ts';

/** News of the frame itself, which is no message of the kernel protocol: how large its page should show it, or that it need not. */
export interface FrameView {
  readonly method: 'frameView';
  readonly data: { readonly size: FrameSize | null };
}

export interface SessionOptions {
  readonly origin: ListedOrigin;
  /** To the page that asks. Throws what cannot be cloned. */
  readonly post: (message: KernelToPage | FrameView, transfer?: Transfer[]) => void;
  readonly host: ModuleHost;
  /** A nonce that nobody can guess. */
  readonly newNonce: () => string;
  readonly version: string;
  /** What is wrong with the runtime. */
  readonly errors: () => readonly string[];
}

/** A query that a module has not answered yet. */
interface OpenQuery {
  /** The page's. */
  readonly nonce: Nonce;
  readonly module: HostedModule;
}

/** The kernel towards one page: everything that one port, or the parent window, asks, from its first query to its end. */
export class Session {
  readonly #options: SessionOptions;
  /** By the kernel's nonce. */
  readonly #open = new Map<Nonce, OpenQuery>();
  /** By their links. */
  readonly #modules = new Map<string, HostedModule>();
  #isClosed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** How many queries are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Takes a message of the page's, and overwrites the secrets in it. Never throws; what is no query changes nothing. */
  take(message: unknown): void {
    if (this.#isClosed) return;
    try {
      const query = readPageQuery(message);
      if (query === undefined) return;
      if (query.method === 'queryUpdate') return this.#open.get(query.nonce)?.module.take({ method: 'queryUpdate', nonce: query.nonce, data: query.data });
      const refusal = this.#options.origin.refusal();
      if (refusal !== undefined) return this.#refuse(query.nonce, refusal);
      this.#answer(query);
    } finally {
      wipeSecrets(own(message, ['data']).data);
    }
  }

  /** Ends whatever is under way. Nothing is sent any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const module of this.#modules.values()) module.end();
    for (const nonce of this.#open.keys()) this.#end(nonce);
    this.#modules.clear();
  }

  #answer(query: PageQuery): void {
    const { method, nonce } = query;
    switch (method) {
      case 'version':
        return this.#post({ nonce, method: 'response', data: { distribution: 'secure-registry', version: this.#options.version }, err: null });
      case 'checkErrs':
        return this.#post({ nonce, method: 'response', data: { errs: this.#options.errors() }, err: null });
      case 'moduleCall':
        return this.#call(query);
      case 'getModuleOverrides':
      case 'setModuleOverrides':
        return this.#refuse(nonce, 'this page is not allowed to call the restricted endpoint');
      default:
        return this.#refuse(nonce, `unrecognized method: ${method.slice(0, 100)}`);
    }
  }

  #call({ nonce, data, sendKernelNonce }: PageQuery): void {
    const call = readModuleCall(data);
    if (typeof call === 'string') return this.#refuse(nonce, call);
    const module = this.#module(call.module);
    if (module === undefined) return this.#refuse(nonce, `unable to load module: this frame runs the registry's module alone, and not ${call.module}`);
    const refusal = this.#options.origin.enter();
    if (refusal !== undefined) return this.#refuse(nonce, refusal);
    const kernels = this.#options.newNonce();
    this.#open.set(kernels, { nonce, module });
    // Before the module hears of it: its first news may come at once.
    if (sendKernelNonce) this.#post({ nonce, method: 'responseNonce', data: { nonce: kernels } });
    module.take({ nonce: kernels, domain: this.#options.origin.domain, method: call.method, data: call.data });
  }

  #module(link: string): HostedModule | undefined {
    const running = this.#modules.get(link);
    if (running !== undefined) return running;
    const { host, origin, post } = this.#options;
    const module = host.open(link, {
      origin,
      post: (message, transfer) => this.#pass(message, transfer),
      show: (size) => this.#isClosed || post({ method: 'frameView', data: { size: size ?? null } }),
    });
    if (module !== undefined) this.#modules.set(link, module);
    return module;
  }

  /** What a module says. Throws what cannot be cloned: the query is open still, and the module may say something else. */
  #pass(message: ModuleToKernel, transfer?: Transfer[]): void {
    if (this.#isClosed) return;
    const { post } = this.#options;
    if (message.method === 'log') return post(message);
    if (message.method !== 'response' && message.method !== 'responseUpdate') return;
    const query = this.#open.get(message.nonce);
    if (query === undefined) return;
    post({ ...message, nonce: query.nonce }, transfer);
    if (message.method === 'response') this.#end(message.nonce);
  }

  #end(nonce: Nonce): void {
    if (this.#open.delete(nonce)) this.#options.origin.leave();
  }

  /** As the kernel itself refuses. */
  #refuse(nonce: Nonce, err: string): void {
    this.#post({ nonce, method: 'response', data: {}, err });
  }

  #post(message: KernelToPage): void {
    this.#options.post(message);
  }
}
