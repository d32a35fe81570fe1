import { resultOf } from '../../../actors/entries/result-of.ts';
import { resultNamed, type ReadResult, type ResultBody } from '../../../actors/entries/result.ts';
import { nameOf, type EntryKey } from '../../registry/index.ts';
import type { Core } from './core.ts';

/** Somebody who is told of one entry. */
interface Watcher {
  readonly next: (result: ReadResult) => void;
  /** What it was told last: the entry, packed, or that there is none. */
  told: string | undefined;
}

const ABSENT = 'absent';

/** Who is told what becomes of entries, whichever core finds out: the newest first, then every newer one. That portals come and go is no news. */
export class Watches {
  readonly #watchers = new Map<string, Set<Watcher>>();
  #core: Core | undefined;
  #stop: (() => void) | undefined;

  /** From now on this core finds out. */
  connect(core: Core): void {
    this.#stop?.();
    this.#core = core;
    this.#stop = core.entries.table.updates.subscribe(({ name, result }) => this.#tell(name, result));
    for (const name of this.#watchers.keys()) core.entries.table.watch(name);
  }

  get size(): number {
    return this.#watchers.size;
  }

  /** @returns ends it */
  watch(key: EntryKey, next: Watcher['next']): () => void {
    const name = nameOf(key);
    const watcher: Watcher = { next, told: undefined };
    const watchers = this.#watchers.get(name) ?? new Set();
    watchers.add(watcher);
    this.#watchers.set(name, watchers);
    if (watchers.size === 1) this.#core?.entries.table.watch(name);
    else this.#tellNow(name, watcher);
    return () => {
      if (!watchers.delete(watcher) || watchers.size > 0) return;
      this.#watchers.delete(name);
      this.#core?.entries.table.unwatch(name);
    };
  }

  /** Others watch it already. */
  #tellNow(name: string, watcher: Watcher): void {
    const { table, world } = this.#core?.entries ?? {};
    const row = table?.rows.named(name);
    const result = row && world && resultOf(row.facts, { now: world.clock.now(), maxStaleness: world.policy.maxStaleness }, 'cache');
    if (result !== undefined) tell(watcher, name, result);
  }

  #tell(name: string, result: ResultBody): void {
    for (const watcher of this.#watchers.get(name) ?? []) tell(watcher, name, result);
  }
}

function tell(watcher: Watcher, name: string, result: ResultBody): void {
  const told = result.exists ? result.packed : ABSENT;
  if (told === watcher.told) return;
  watcher.told = told;
  watcher.next(resultNamed(name, result));
}
