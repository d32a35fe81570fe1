import type { ErrorCode } from '../../error.ts';
import type { EntryKey, SignedEntry } from '../../registry/entry.ts';

/** What `registryRead` answers, and a `registrySubscribe` tells. */
export type RegistryReadAnswer = {
  readonly data: Uint8Array;
  readonly revision: bigint;
  readonly status: 'live' | 'cached' | 'stale';
  /** Epoch milliseconds. */
  readonly confirmedAt: number;
  readonly confirmedBy: readonly string[];
} & ({ readonly exists: true; readonly deleted: boolean; readonly signature: Uint8Array; readonly type: 1 | 2 } | { readonly exists: false; readonly claimedBy: readonly string[] });

/** The methods of the registry's module: what each takes, and what it answers. */
export interface RegistryMethods {
  readonly registryRead: { readonly input: EntryKey; readonly answer: RegistryReadAnswer };
  readonly registryWrite: {
    readonly input: SignedEntry;
    readonly answer: { readonly success: true; readonly entryID: Uint8Array } | { readonly success: false; readonly reason: ErrorCode; readonly current?: SignedEntry };
  };
  readonly registrySubscribe: { readonly input: EntryKey; readonly answer: { readonly closed: true } };
  /** As the module that had it first: `entryData` unless the entry is deleted. */
  readonly readEntry: {
    readonly input: { readonly publicKey: Uint8Array; readonly dataKey: Uint8Array };
    readonly answer: { readonly exists: false } | { readonly exists: true; readonly deleted: boolean; readonly revision: bigint; readonly entryData?: Uint8Array };
  };
  /** Signs with the key that it is sent, 64 bytes: seed ‖ public key. */
  readonly writeEntry: {
    readonly input: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array; readonly dataKey: Uint8Array; readonly entryData: Uint8Array; readonly revision: bigint };
    readonly answer: { readonly entryID: Uint8Array };
  };
  readonly 'no-op': { readonly input: unknown; readonly answer: { readonly success: true } };
}
