import { compareBytes, equalBytes } from './bytes.ts';
import type { SignedEntry } from './entry.ts';
import { takeSignedEntry } from './entry.ts';
import { verifyEntry } from './verify.ts';

/**
 * Two entries that one key signed for one datakey and one revision, with different data: its holder said two things at once. It needs nobody's word, and
 * says nothing of the portals that served them.
 */
export interface Proof {
  readonly kind: 'key-equivocation';
  /** In the order of their data, so that the same two make the same proof. */
  readonly entries: readonly [SignedEntry, SignedEntry];
}

/** Whether two entries are of one key and one revision, and say different things. Their signatures are not looked at. */
export function areEquivocal(a: SignedEntry, b: SignedEntry): boolean {
  return a.revision === b.revision && equalBytes(a.pubkey, b.pubkey) && equalBytes(a.datakey, b.datakey) && !equalBytes(a.data, b.data);
}

/** The proof that two verified entries make. */
export function proofOf(a: SignedEntry, b: SignedEntry): Proof {
  return { kind: 'key-equivocation', entries: compareBytes(a.data, b.data) < 0 ? [a, b] : [b, a] };
}

/** Whether a proof proves what it says, by its own bytes alone. Whatever is none is `false`; nothing throws. */
export function verifyProof(proof: Proof): boolean {
  try {
    const { kind, entries } = proof;
    const [first, second, ...rest] = Array.from(entries);
    if (kind !== 'key-equivocation' || rest.length > 0) return false;
    const [a, b] = [takeSignedEntry(first), takeSignedEntry(second)];
    return areEquivocal(a, b) && verifyEntry(a) && verifyEntry(b);
  } catch {
    return false;
  }
}
