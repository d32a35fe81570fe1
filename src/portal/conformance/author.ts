import { getPublicKey, hashes } from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { compareBytes } from '../../registry/bytes.ts';
import { hashDatakey, signEntry, takeSignedEntry, workHash, type CheckedEntry, type UnsignedEntry } from '../../registry/index.ts';

/** Somebody who writes entries, whose key follows from a seed. */
export class Author {
  readonly pubkey: Uint8Array;
  readonly #secretKey: Uint8Array;

  constructor(seed: string) {
    hashes.sha512 ??= sha512;
    const secret = sha256(new TextEncoder().encode(seed));
    this.pubkey = getPublicKey(secret);
    this.#secretKey = concatBytes(secret, this.pubkey);
  }

  /** An entry of this author's under a datakey made of a name. */
  entry(revision: bigint, data: Uint8Array | string = `revision ${revision}`, options: { type?: 1 | 2; name?: string } = {}): CheckedEntry {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    const unsigned: UnsignedEntry = { pubkey: this.pubkey, datakey: hashDatakey(options.name ?? 'name'), data: bytes, revision, type: options.type ?? 1 };
    return this.sign(unsigned);
  }

  sign(entry: UnsignedEntry): CheckedEntry {
    return takeSignedEntry(signEntry(entry, this.#secretKey));
  }

  /** Two entries of one revision: the one that wins, by the smaller work hash, and the one that loses. */
  tie(revision: bigint): readonly [winner: CheckedEntry, loser: CheckedEntry] {
    const [a, b] = [this.entry(revision, 'one'), this.entry(revision, 'other')];
    return compareBytes(workHash(a), workHash(b)) < 0 ? [a, b] : [b, a];
  }
}

/** What is hardest to carry unchanged: the ends of every range. */
export function extremes(author: Author): readonly CheckedEntry[] {
  return [
    author.entry(0n, new Uint8Array(0), { name: 'nothing' }),
    author.entry(1n, new Uint8Array(113).fill(0xff), { name: 'full' }),
    author.entry(2n ** 53n + 1n, 'no double', { name: '2^53+1' }),
    author.entry(2n ** 63n, new Uint8Array(34), { name: '2^63' }),
    author.entry(2n ** 64n - 1n, 'the last', { name: '2^64-1' }),
    author.entry(9n, new Uint8Array(113).fill(7), { name: 'type 2', type: 2 }),
    author.entry(9n, new Uint8Array(20), { name: 'type 2, empty', type: 2 }),
  ];
}

/** A number generator that a seed determines (xorshift). */
export function numbersFrom(seed: string): (below: number) => number {
  let state = Buffer.from(sha256(new TextEncoder().encode(seed))).readUInt32LE() || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** The items in an order that a seed determines (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], seed: string): T[] {
  const number = numbersFrom(seed);
  const rest = [...items];
  const result: T[] = [];
  while (rest.length > 0) result.push(...rest.splice(number(rest.length), 1));
  return result;
}
