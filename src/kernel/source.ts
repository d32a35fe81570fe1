import type { ReadResult } from '../../actors/entries/result.ts';
import type { QueryEvent } from '../../machines/query.ts';
import { RegistryError } from '../error.ts';
import type { EntryKey, SignedEntry } from '../registry/index.ts';
import { readAnswer, reasonOf, refusalAnswer, writeAnswer, type Question } from './border/index.ts';

/** What queries are answered from: a runtime, or the module's own small one. `caller` is the domain that asks. */
export interface RegistrySource {
  /** Rejects with a `RegistryError`. */
  read(key: EntryKey, caller: string): Promise<ReadResult>;
  /** Resolves with the first portal's acceptance. */
  write(entry: SignedEntry, caller: string): Promise<{ readonly entryId: Uint8Array; /** Every portal has answered; never rejects. */ readonly spread: Promise<void> }>;
  /** The newest first, then every newer one, until what is returned is called. */
  watch(key: EntryKey, caller: string, observer: { next(result: ReadResult): void; error(error: RegistryError): void }): () => void;
  /** Absent where portals cannot be set. */
  setPortals?(portals: readonly string[]): Promise<void>;
}

/** The events that come from a source. */
type SourceEvent = Exclude<QueryEvent, { readonly type: 'ASKED' | 'CLOSE' }>;

type Tell = (event: SourceEvent) => void;

/**
 * Puts a question to the source, and tells the query what comes of it, whatever the source does: it may throw, reject, or answer nonsense. Never throws.
 * @returns ends what was begun: to be called when the query is answered
 */
export function put(question: Question, caller: string, source: RegistrySource, tell: Tell): () => void {
  if (question.kind === 'subscribe') return subscribe(question.key, caller, source, tell);
  void answer(question, caller, source, tell);
  return () => {};
}

async function answer(question: Exclude<Question, { readonly kind: 'subscribe' }>, caller: string, source: RegistrySource, tell: Tell): Promise<void> {
  try {
    switch (question.kind) {
      case 'fault':
        return tell({ type: 'FAILED', reason: question.reason });
      case 'no-op':
        return tell({ type: 'DONE', data: { success: true } });
      case 'setPortals':
        if (source.setPortals === undefined) throw new RegistryError('UNSUPPORTED', 'portals cannot be set here');
        await source.setPortals(question.portals);
        return tell({ type: 'DONE', data: { success: true } });
      case 'read':
        return tell({ type: 'DONE', data: readAnswer(question.style, await source.read(question.key, caller)) });
      case 'write': {
        const { entryId, spread } = await source.write(question.entry, caller);
        tell({ type: 'ACCEPTED', data: writeAnswer(question.style, entryId) });
        try {
          await spread;
        } finally {
          tell({ type: 'SPREAD' });
        }
      }
    }
  } catch (error) {
    if (question.kind !== 'write') return tell({ type: 'FAILED', reason: reasonOf('style' in question ? question.style : '', error) });
    const data = refusalAnswer(question.style, error);
    // Of what is no error of ours nobody knows whether it came before or after the entry was sent.
    tell(data ? { type: 'DONE', data } : { type: 'FAILED', reason: reasonOf(question.style, error, 'UNCONFIRMED') });
  }
}

function subscribe(key: EntryKey, caller: string, source: RegistrySource, tell: Tell): () => void {
  const error = (thrown: unknown): void => tell({ type: 'FAILED', reason: reasonOf('', thrown) });
  const next = (result: ReadResult): void => {
    try {
      tell({ type: 'TOLD', data: readAnswer('registryRead', result) });
    } catch (thrown) {
      error(thrown);
    }
  };
  tell({ type: 'OPENED' });
  try {
    return source.watch(key, caller, { next, error });
  } catch (thrown) {
    error(thrown);
    return () => {};
  }
}
