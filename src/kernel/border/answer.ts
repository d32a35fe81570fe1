import type { ReadResult } from '../../../actors/entries/result.ts';
import { hasCode } from '../../error.ts';
import type { SignedEntry } from '../../registry/index.ts';
import { own } from '../own.ts';

/** What a read, or news of an entry, is answered by `registryRead` and `registrySubscribe`, and by `readEntry`. */
export function readAnswer(style: 'registryRead' | 'readEntry', result: ReadResult): object {
  if (style === 'readEntry') {
    if (!result.exists) return { exists: false };
    const { exists, deleted, revision, data: entryData } = result;
    return { exists, deleted, revision, ...(!deleted && { entryData }) };
  }
  if (!result.exists) return { data: new Uint8Array(), revision: 0n, confirmedBy: [], ...own(result, ['exists', 'status', 'confirmedAt', 'claimedBy']) };
  return { type: 1, ...own(result, ['exists', 'deleted', 'data', 'revision', 'signature', 'type', 'status', 'confirmedAt', 'confirmedBy']) };
}

/** What a write is answered that a portal has accepted. */
export const writeAnswer = (style: 'registryWrite' | 'writeEntry', entryID: Uint8Array): object => (style === 'writeEntry' ? { entryID } : { success: true, entryID });

/** What a write is answered that was definitely refused; undefined where the outcome is another, or not known, which is no answer. */
export function refusalAnswer(style: 'registryWrite' | 'writeEntry', error: unknown): object | undefined {
  try {
    if (style === 'registryWrite' && hasCode(error, 'CONFLICT', 'REJECTED')) return { success: false, reason: error.code, ...(error.current && { current: plain(error.current) }) };
  } catch {
    // What cannot even be looked at tells no outcome.
  }
  return undefined;
}

/** The entry, and nothing else that the object may have. */
const plain = (entry: SignedEntry): object => ({ type: 1, ...own(entry, ['pubkey', 'datakey', 'data', 'revision', 'signature', 'type']) });
