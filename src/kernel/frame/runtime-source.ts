import type { ReadResult } from '../../../actors/entries/result.ts';
import { closed, RegistryError } from '../../error.ts';
import type { Runtime } from '../../runtime.ts';
import type { RegistrySource } from '../source.ts';

/** As much of a runtime as pages use. */
export type PageRuntime = Pick<Runtime, 'read' | 'write' | 'watch' | 'inspect$' | 'portals$' | 'watched$' | 'incidents$'>;

/** What watches an entry. */
export interface ResultObserver {
  next(result: ReadResult): void;
  error(error: RegistryError): void;
}

/** What a runtime fails with is coded; anything else nobody quotes. */
const coded = (thrown: unknown): RegistryError => (thrown instanceof RegistryError ? thrown : new RegistryError('WORKER_GONE', 'what was to answer this failed'));

/**
 * Watches an entry of a runtime that may still be starting.
 * @returns ends it; nothing is told any more
 */
export function watchEntry(runtime: Promise<PageRuntime>, watched: Parameters<PageRuntime['watch']>, observer: ResultObserver): () => void {
  let end: (() => void) | undefined;
  let isEnded = false;
  const error = (thrown: unknown): void => {
    if (!isEnded) observer.error(coded(thrown));
  };
  const begin = async (): Promise<void> => {
    const started = await runtime;
    if (isEnded) return;
    const subscription = started.watch(...watched).subscribe({ next: (result) => observer.next(result), error, complete: () => error(closed()) });
    // What it told at once may have ended it.
    if (isEnded) subscription.unsubscribe();
    else end = () => subscription.unsubscribe();
  };
  begin().catch(error);
  return () => {
    isEnded = true;
    end?.();
  };
}

/** A kernel's queries answered from a runtime, which may still be starting: they wait for it. */
export function runtimeSource(runtime: Promise<PageRuntime>): RegistrySource {
  return {
    read: async (key) => (await runtime).read(key),
    async write(entry) {
      // The kernel's methods may leap, and write the last revision there is. The runtime goes on to the other portals by itself, and nothing ends it with the answer.
      const { entryId } = await (await runtime).write(entry, { final: true });
      return { entryId, spread: Promise.resolve() };
    },
    watch: (key, _caller, observer) => watchEntry(runtime, [key], observer),
  };
}
