import { takeSignedEntry, type CheckedEntry, type SignedEntry } from './entry.ts';
import { hashChecked } from './hash.ts';
import { Verdict } from './verdict/index.ts';

const verdict = /* @__PURE__ */ new Verdict();

/**
 * Whether an entry is what its key's holder signed, by the rule of the network's hosts (Go's `crypto/ed25519`). Whatever is no signed
 * entry, wrong types and lengths included, is `false`; nothing throws. Answers at once: natively in Node, in pure JavaScript in a
 * browser (about a millisecond).
 */
export function verifyEntry(entry: SignedEntry): boolean {
  const checked = checkedOrUndefined(entry);
  return checked !== undefined && verdict.verifyAtOnce(checked.signature, hashChecked(checked), checked.pubkey);
}

function checkedOrUndefined(entry: unknown): CheckedEntry | undefined {
  try {
    return takeSignedEntry(entry);
  } catch {
    return undefined;
  }
}
