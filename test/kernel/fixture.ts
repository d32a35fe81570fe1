import { publicKeyOfSeed } from '../../src/registry/index.ts';
import { entryId, signEntry, type EntryKey, type RegistryError, type SignedEntry } from '../../src/index.ts';
import type { FoundResult, ReadResult } from '../../actors/entries/result.ts';
import { Queries, type QueriesOptions, type RegistrySource } from '../../src/kernel/index.ts';
import { settling, type Settling } from '../machines/bench.ts';
import { StepClock } from '../machines/step-clock.ts';

export const SEED = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
export const PUBKEY = publicKeyOfSeed(SEED);
export const DATAKEY = new Uint8Array(32).fill(7);
export const KEY: EntryKey = { pubkey: PUBKEY, datakey: DATAKEY };
/** Made anew each time: whoever takes a message overwrites it. */
export const secretKey = (): Uint8Array => new Uint8Array([...SEED, ...PUBKEY]);

export const entryOf = (revision: bigint, data = Uint8Array.of(1, 2, 3)): SignedEntry => signEntry({ ...KEY, data, revision }, secretKey());
export const found = (entry: SignedEntry = entryOf(5n), deleted = false): FoundResult => ({ ...entry, type: 1, exists: true, deleted, status: 'live', source: 'portal', confirmedAt: 17, confirmedBy: ['https://a.example'], floor: 'durable' });
export const absent: ReadResult = { ...KEY, exists: false, claimedBy: ['https://a.example'], confirmedAt: 18, status: 'cached' };

/** What a source is asked, and how it answers when a test says so. */
export class FakeSource implements RegistrySource {
  readonly reads: { readonly key: EntryKey; readonly caller: string; readonly answer: Settling<ReadResult> }[] = [];
  readonly writes: { readonly entry: SignedEntry; readonly caller: string; readonly taken: Settling<void>; readonly spread: Settling<void> }[] = [];
  readonly watches: { readonly key: EntryKey; readonly caller: string; readonly observer: { next(result: ReadResult): void; error(error: RegistryError): void }; ended: number }[] = [];
  readonly portals: (readonly string[])[] = [];

  read(key: EntryKey, caller: string): Promise<ReadResult> {
    const answer = settling<ReadResult>();
    this.reads.push({ key, caller, answer });
    return answer.promise;
  }
  async write(entry: SignedEntry, caller: string): Promise<{ entryId: Uint8Array; spread: Promise<void> }> {
    const [taken, spread] = [settling<void>(), settling<void>()];
    this.writes.push({ entry, caller, taken, spread });
    await taken.promise;
    return { entryId: entryId(entry), spread: spread.promise };
  }
  watch(key: EntryKey, caller: string, observer: { next(result: ReadResult): void; error(error: RegistryError): void }): () => void {
    const watch = { key, caller, observer, ended: 0 };
    this.watches.push(watch);
    return () => void watch.ended++;
  }
  async setPortals(portals: readonly string[]): Promise<void> {
    this.portals.push(portals);
  }
}

type Posted = Readonly<Record<string, unknown>>;

/** Queries in time that passes only when told to; of what they post each message is a clone, as a kernel gets it. */
export function openQueries(options: Partial<QueriesOptions> = {}) {
  const source = new FakeSource();
  const clock = new StepClock();
  const posted: Posted[] = [];
  const heard: (() => void)[] = [];
  const queries = new Queries({
    source,
    clock,
    post: (message) => {
      posted.push(structuredClone(message) as unknown as Posted);
      for (const tell of heard.splice(0)) tell();
    },
    isTrusted: (domain) => domain === 'trusted.example',
    ...options,
  });
  return {
    source,
    clock,
    posted,
    queries,
    /** Asks, and waits for the answer. */
    ask: async (method: string, data: unknown, { nonce = 'n', domain = 'app.example' }: { nonce?: string | number; domain?: string } = {}): Promise<Posted> => {
      queries.take({ nonce, domain, method, data });
      for (;;) {
        const answer = posted.find((message) => message['method'] === 'response' && message['nonce'] === nonce);
        if (answer !== undefined) return answer;
        await new Promise<void>((resolve) => heard.push(resolve));
      }
    },
    /** Every microtask that is due has run: nothing here waits for more. */
    settle: async (): Promise<void> => {
      for (let i = 0; i < 20; i++) await Promise.resolve();
    },
  };
}

/** A source whose every method does this. */
export const sourceThat = (act: () => never): RegistrySource => ({ read: act, write: act, watch: act, setPortals: act });
