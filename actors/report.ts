import type { WireError } from '../src/error.ts';
import type { Claim } from '../src/registry/wire/index.ts';

/**
 * How a portal's word came: as the answer to an inquiry; pushed by a connection, which may answer an inquiry as well; or in the course of a check. Connections
 * are numbered, so that a word that was under way when its connection ended is not taken for a live one's.
 */
export type Origin = { readonly inquiry: number } | { readonly connection: number; readonly inquiry: number | undefined } | { readonly isCheck: true; readonly inquiry?: undefined };

/** A word of a portal's about an entry. */
interface Word {
  readonly portal: string;
  readonly origin: Origin;
  /** {@link nameOf} the entry's key: the one that was asked for, never the one that the portal echoes. */
  readonly name: string;
  /** When it came, epoch milliseconds. */
  readonly at: number;
}

/** What of a portal's words is no entry, and so needs no verdict. */
export type Testimony =
  /** It says the entry does not exist. Nobody signs that. */
  | ({ readonly kind: 'missing' } & Word)
  /** It gave no usable answer to an inquiry. */
  | { readonly kind: 'failed'; readonly portal: string; readonly inquiry: number; readonly name: string; readonly error: WireError }
  /** Nothing more comes of this inquiry. */
  | { readonly kind: 'concluded'; readonly inquiry: number; readonly name: string; readonly at: number }
  | { readonly kind: 'connected'; readonly portal: string; readonly connection: number }
  | { readonly kind: 'disconnected'; readonly portal: string; readonly connection: number }
  /** It did what no honest portal does, and was put in quarantine for it. `raw`: what it said, at most `MAX_RAW_BYTES`. */
  | { readonly kind: 'offended'; readonly portal: string; readonly offence: 'oversize' | 'garbage' | 'flood'; readonly at: number; readonly raw: Uint8Array };

/** What the portal actor passes to the verifier actor. */
export type Report = ({ readonly kind: 'claim'; readonly claim: Claim } & Word) | Testimony;

declare const verdict: unique symbol;

/** A claim whose signature holds for the key it was asked or subscribed for. Only the verifier actor makes one. */
export type VerifiedClaim = Claim & { readonly [verdict]: true };

/** What the verifier actor passes to the entries actor. */
export type Finding =
  | ({ readonly kind: 'served'; readonly claim: VerifiedClaim } & Word)
  /** It served an entry that its key's holder never signed; `raw`: what it served, as the registry's JSON. */
  | ({ readonly kind: 'forged'; readonly raw: Uint8Array } & Word)
  | Testimony;
