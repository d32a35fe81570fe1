import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { EntryHandle, EntryKey, ReadResult } from 'secure-registry';

/** A runtime, or the client of a frame. */
export interface Entries {
  entry(key: EntryKey): Pick<EntryHandle, 'latest' | 'watch'>;
}

/** The newest that is known of an entry, followed while the component is there. `key` has to be the same object from one render to the next. */
export function useEntry(entries: Entries, key: EntryKey): ReadResult | undefined {
  const entry = useMemo(() => entries.entry(key), [entries, key]);
  const subscribe = useCallback(
    (onChange: () => void) => {
      const subscription = entry.watch({ status: true }).subscribe(onChange);
      return () => subscription.unsubscribe();
    },
    [entry],
  );
  return useSyncExternalStore(subscribe, () => entry.latest, () => undefined);
}
