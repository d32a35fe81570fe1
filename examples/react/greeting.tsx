/** @jsxImportSource react */
import type { EntryKey } from 'secure-registry';
import { useEntry, type Entries } from './use-entry.ts';

/** What an entry says, and what stands behind it. */
export function Greeting({ entries, entryKey }: { readonly entries: Entries; readonly entryKey: EntryKey }) {
  const result = useEntry(entries, entryKey);
  if (result === undefined) return <p>…</p>;
  return <p title={result.status}>{result.exists ? new TextDecoder().decode(result.data) : 'nobody has written it yet'}</p>;
}
