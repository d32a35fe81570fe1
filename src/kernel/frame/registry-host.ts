import type { Clock } from '../../world.ts';
import { phrase } from '../border/index.ts';
import type { Nonce, Query, QueryUpdate } from '../protocol.ts';
import { Queries } from '../queries.ts';
import type { Permission } from './configuration.ts';
import type { HostedModule, ModuleHost, ModulePage } from './module-host.ts';
import { RuntimeCalls, type Desk } from './runtime-calls.ts';
import { runtimeSource, type PageRuntime } from './runtime-source.ts';

export interface RegistryHostOptions {
  /** The links that it answers to. */
  readonly links: ReadonlySet<string>;
  /** Rejects with a `RegistryError` where it cannot be started. */
  readonly runtime: Promise<PageRuntime>;
  readonly clock: Clock;
  /** Absent where nobody can be asked. */
  readonly desk?: Desk | undefined;
}

/** The methods of the registry's module, and of the typed client, and what a page needs to call them. */
const NEEDED: ReadonlyMap<string, Permission> = new Map([
  ['registryRead', 'read'],
  ['readEntry', 'read'],
  ['registrySubscribe', 'read'],
  ['read', 'read'],
  ['watch', 'read'],
  ['registryWrite', 'write'],
  ['writeEntry', 'write'],
  ['write', 'write'],
  ['sign', 'sign'],
  ['manage', 'sign'],
  ['inspect', 'inspect'],
]);

/** Runs the registry's module, on a runtime. */
export class RegistryHost implements ModuleHost {
  readonly #options: RegistryHostOptions;

  constructor(options: RegistryHostOptions) {
    this.#options = options;
  }

  open(link: string, page: ModulePage): HostedModule | undefined {
    return this.#options.links.has(link) ? new RegistryModule(this.#options, page) : undefined;
  }
}

/** The registry's module for one session: what the original has is answered as a query, what the typed client has by the runtime. */
class RegistryModule implements HostedModule {
  readonly #page: ModulePage;
  readonly #queries: Queries;
  readonly #calls: RuntimeCalls;
  /** What `#queries` has not answered yet. */
  readonly #open = new Set<Nonce>();

  constructor({ runtime, clock, desk }: RegistryHostOptions, page: ModulePage) {
    this.#page = page;
    this.#calls = new RuntimeCalls({ runtime, page, desk });
    this.#queries = new Queries({
      source: runtimeSource(runtime),
      clock,
      isTrusted: () => false, // the frame's portals are what its policy allows it to reach
      post: (message) => {
        page.post(message);
        if (message.method === 'response') this.#open.delete(message.nonce);
      },
    });
  }

  take(message: Query | QueryUpdate): void {
    const { nonce } = message;
    if (!('domain' in message)) return this.#calls.has(nonce) ? this.#calls.update(nonce, message.data) : this.#queries.take(message);
    const needed = NEEDED.get(message.method);
    if (needed !== undefined && !this.#page.origin.permissions.has(needed)) {
      return this.#page.post({ nonce, method: 'response', data: null, err: phrase(message.method, 'FORBIDDEN', `pages of this origin are not allowed to ${needed}`) });
    }
    if (this.#calls.take(message)) return;
    this.#open.add(nonce);
    this.#queries.take(message);
  }

  end(): void {
    this.#calls.endAll();
    for (const nonce of this.#open) this.#queries.take({ method: 'queryUpdate', nonce, data: undefined });
  }
}
