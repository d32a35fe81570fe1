import { RegistryError, toWire, type WireError } from '../../error.ts';
import { isKeyName } from '../../keyring/key-name.ts';
import { own } from '../own.ts';
import { MORE } from '../inspection-news.ts';
import type { Nonce, Query } from '../protocol.ts';
import { Inspection } from './inspection.ts';
import type { ModulePage } from './module-host.ts';
import { watchEntry, type PageRuntime } from './runtime-source.ts';

/** What a page asks the user for. */
export interface SigningRequest {
  readonly page: ModulePage;
  readonly keys: readonly string[];
  readonly purposes: readonly string[];
  /** Aborts when the page does not want it any more, or is gone. */
  readonly signal: AbortSignal;
}

/**
 * Asks the user, or remembers what the user said.
 * @returns a port that signs with these keys, for these purposes
 * @throws RegistryError `FORBIDDEN`, `TIMEOUT`, `ABORTED`; of the vault
 */
export type AskConsent = (request: SigningRequest) => Promise<MessagePort>;

/** What stands between pages and the vault. */
export interface Desk {
  readonly ask: AskConsent;
  /** Shows the user the vault, and what was allowed, until the user has seen enough. */
  manage(page: ModulePage, signal: AbortSignal): Promise<void>;
}

export interface RuntimeCallsOptions {
  readonly runtime: Promise<PageRuntime>;
  readonly page: ModulePage;
  readonly desk?: Desk | undefined;
}

/** What an answer to the typed client holds: an error of ours would be a sentence alone in the kernel protocol. */
export type Outcome = { readonly value: unknown } | { readonly error: WireError };

type Call = (data: unknown, signal: AbortSignal) => Promise<unknown>;

/** The calls of the typed client, in the runtime's own shapes: what comes is judged by the runtime, and what it answers is passed on as it is. */
export class RuntimeCalls {
  readonly #options: RuntimeCallsOptions;
  /** What those that are open do with what they are sent: nothing ends them. */
  readonly #open = new Map<Nonce, (data?: unknown) => void>();
  readonly #methods: ReadonlyMap<string, Call>;

  constructor(options: RuntimeCallsOptions) {
    this.#options = options;
    this.#methods = new Map<string, Call>([
      ['read', (data, signal) => this.#read(data, signal)],
      ['write', (data, signal) => this.#write(data, signal)],
      ['sign', (data, signal) => this.#sign(data, signal)],
      ['manage', async (_data, signal) => this.#desk.manage(this.#options.page, signal)],
    ]);
  }

  has(nonce: Nonce): boolean {
    return this.#open.has(nonce);
  }

  /** Takes a query, if it is one of these; false if not. Never throws. */
  take({ nonce, method, data }: Query): boolean {
    if (method === 'watch') {
      this.#watch(nonce, data);
      return true;
    }
    if (method === 'inspect') {
      this.#inspect(nonce);
      return true;
    }
    const call = this.#methods.get(method);
    if (call === undefined) return false;
    const ending = new AbortController();
    this.#open.set(nonce, () => ending.abort());
    void call(data, ending.signal).then(
      (value) => this.#answer(nonce, { value }),
      (error: unknown) => this.#answer(nonce, { error: toWire(error) }),
    );
    return true;
  }

  /** Takes news for one that is open: of an inspection, that the page wants more; any other ends it. */
  update(nonce: Nonce, data?: unknown): void {
    this.#open.get(nonce)?.(data);
  }

  endAll(): void {
    for (const nonce of this.#open.keys()) this.update(nonce);
  }

  async #read(data: unknown, signal: AbortSignal): Promise<unknown> {
    const { key, options } = own(data, ['key', 'options']);
    const runtime = await this.#options.runtime;
    return runtime.read(keyOf(key), { ...own(options, ['maxStaleness', 'confirmations']), signal } as never);
  }

  async #write(data: unknown, signal: AbortSignal): Promise<unknown> {
    const { entry, options } = own(data, ['entry', 'options']);
    const taken = own(entry, ['pubkey', 'datakey', 'data', 'revision', 'signature', 'type']) as never;
    const runtime = await this.#options.runtime;
    return runtime.write(taken, { ...own(options, ['final', 'confirmations']), signal } as never);
  }

  async #sign(data: unknown, signal: AbortSignal): Promise<unknown> {
    const { keys, purposes } = own(data, ['keys', 'purposes']);
    return this.#desk.ask({ page: this.#options.page, keys: takeList(keys, 'keys', isName), purposes: takeList(purposes, 'purposes', isText), signal });
  }

  get #desk(): Desk {
    const { desk } = this.#options;
    if (desk === undefined) throw new RegistryError('UNSUPPORTED', 'this frame has no vault');
    return desk;
  }

  #watch(nonce: Nonce, data: unknown): void {
    const { key, options } = own(data, ['key', 'options']);
    const end = watchEntry(this.#options.runtime, [keyOf(key), own(options, ['status', 'confirmations'])] as never, {
      next: (value) => this.#options.page.post({ nonce, method: 'responseUpdate', data: { value } }),
      error: (error) => {
        end();
        this.#answer(nonce, { error: toWire(error) });
      },
    });
    // Nothing of the above happens before the next turn.
    this.#open.set(nonce, () => {
      end();
      this.#answer(nonce, { value: undefined });
    });
  }

  #inspect(nonce: Nonce): void {
    const inspection = new Inspection(this.#options.runtime, {
      next: (value) => this.#options.page.post({ nonce, method: 'responseUpdate', data: { value } }),
      error: (error) => this.#answer(nonce, { error }),
      complete: () => this.#answer(nonce, { value: undefined }),
    });
    this.#open.set(nonce, (data) => {
      if (data === MORE) return inspection.more();
      inspection.stop();
      this.#answer(nonce, { value: undefined });
    });
  }

  #answer(nonce: Nonce, data: Outcome): void {
    if (!this.#open.delete(nonce)) return;
    const port = 'value' in data && typeof MessagePort !== 'undefined' && data.value instanceof MessagePort ? [data.value] : undefined;
    this.#options.page.post({ nonce, method: 'response', data, err: null }, port);
  }
}

const keyOf = (value: unknown): never => own(value, ['pubkey', 'datakey']) as never;

const isText = (item: unknown): item is string => typeof item === 'string';
/** They are shown to the user in the frame: a page has no words there but names that keys can have. */
const isName = (item: unknown): item is string => isText(item) && isKeyName(item);

function takeList(value: unknown, field: string, isItem: (item: unknown) => item is string): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) && value.length > 0 && value.length <= 16 ? value : [];
  if (items.length === 0 || !items.every(isItem)) throw new RegistryError('INVALID_INPUT', `${field} must be a list of 1 to 16 names`, { field });
  return items;
}
