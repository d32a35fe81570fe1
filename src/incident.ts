import type { EntryKey, SignedEntry } from './registry/index.ts';
import type { Proof } from './registry/proof.ts';

/**
 * What a portal was seen to do, as a witness of one: nobody else can verify it. `below-floor`: it served an older entry than others do, or none, for longer
 * than `policy.lagGrace`. `acknowledged-but-dropped`: the same of an entry that it said it had stored. `flood`: more frames or bytes than it may send.
 */
export interface Observation {
  readonly kind: 'bad-signature' | 'below-floor' | 'acknowledged-but-dropped' | 'oversize' | 'garbage' | 'flood';
  /** Its URL. */
  readonly portal: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The entry it is about, if it is about one. */
  readonly key?: EntryKey | undefined;
  /** What it said, at most {@link MAX_RAW_BYTES} bytes of it: an entry as the registry's JSON; empty where it said nothing. */
  readonly raw: Uint8Array;
  /** The verified entry that it should have served. */
  readonly expected?: SignedEntry | undefined;
}

/** Something a user may want to know of, and whoever keeps portals. */
export type Incident = (Proof & { /** Epoch milliseconds. */ readonly at: number }) | Observation;

/** What of a portal's words is kept with an observation. */
export const MAX_RAW_BYTES = 1_024;
