import { Point } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';

/**
 * Signatures on which implementations of ed25519 are known to differ, made from a seed. The points come from small tables, so that a
 * case costs a few hashes; the messages are tried until the equation holds, or fails, in the way that is wanted.
 *
 * Every A is a·B + t·T and every R is r·B + u·T, where T has order 8. S = r + k·a satisfies [S]B = R + [k]A in the subgroup of prime
 * order whatever t and u are; without the cofactor it holds only if u + k·t is a multiple of 8.
 */
export interface EdgeCase {
  readonly kind: EdgeKind;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
}

/** What follows from `SEED` is what test/vectors/go-verdicts.ts has Go's verdicts on. */
export const EDGE_SEED = 0x5ec0_5e65;
const CONSTRUCTED_OF_EACH_KIND = 720;
const HONEST = 1000;

const L = Point.CURVE().n;
const mod = (value: bigint, by: bigint): bigint => ((value % by) + by) % by;

const littleEndian = (value: bigint): Uint8Array => hexToBytes(value.toString(16).padStart(64, '0')).toReversed();
function fromLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return value;
}

/** Mulberry32: thirty-two bits at a time from a seed. */
class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }
  below(limit: number): number {
    return this.next() % limit;
  }
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.next() & 0xff);
  }
  scalar(): bigint {
    return (fromLittleEndian(this.bytes(64)) % (L - 1n)) + 1n;
  }
}

/** A point whose discrete logarithm is known, as the bytes it is sent as. */
interface Known {
  readonly scalar: bigint;
  /** How many times T is in it. */
  readonly torsion: bigint;
  readonly bytes: Uint8Array;
}

/** Of order 8: one of the encodings every list of small-order points has. */
const T = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');
const TORSION = Array.from({ length: 8 }, (_, i) => T.multiplyUnsafe(BigInt(i)));

const known = (scalar: bigint, torsion: number, point = Point.BASE.multiplyUnsafe(mod(scalar, L))): Known => ({
  scalar,
  torsion: BigInt(torsion),
  bytes: point.add(TORSION[torsion] as Point).toBytes(),
});
const withTorsion = (scalar: bigint): readonly Known[] => {
  const point = Point.BASE.multiplyUnsafe(mod(scalar, L));
  return TORSION.map((_, torsion) => known(scalar, torsion, point));
};

const SMALL: readonly Known[] = withTorsion(0n);

const withSignBit = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 31 ? byte | 0x80 : byte));
const P = 2n ** 255n - 19n;

/** The encodings of small-order points that no encoder writes: y ≥ p, and x = 0 with a sign bit. */
const NON_CANONICAL_SMALL: readonly Known[] = [P, P + 1n]
  .map(littleEndian)
  .flatMap((y) => [y, withSignBit(y)])
  .concat([1n, P - 1n].map(littleEndian).map(withSignBit))
  .map((bytes) => {
    const point = Point.fromBytes(bytes, true);
    return { scalar: 0n, torsion: BigInt(TORSION.findIndex((small) => small.equals(point))), bytes };
  });

/** The other y ≥ p that are on the curve. Nobody knows their logarithms, so nobody can sign for them. */
const NON_CANONICAL_LARGE: readonly Uint8Array[] = Array.from({ length: 17 }, (_, i) => littleEndian(P + BigInt(i) + 2n))
  .flatMap((y) => [y, withSignBit(y)])
  .filter(isPoint);

function isPoint(bytes: Uint8Array): boolean {
  try {
    Point.fromBytes(bytes, true);
    return true;
  } catch {
    return false;
  }
}

interface Signed {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly R: Uint8Array;
  readonly S: bigint;
}
const assemble = (kind: EdgeKind, { publicKey, message, R, S }: Signed): EdgeCase => ({ kind, publicKey, message, signature: concatBytes(R, littleEndian(S)) });

/** k as it comes from the hash, 512 bits. */
const wideK = (R: Uint8Array, publicKey: Uint8Array, message: Uint8Array): bigint => fromLittleEndian(sha512(concatBytes(R, publicKey, message)));

/** Whether, without the cofactor, the equation holds for this k. */
const holds = (A: Known, R: Known, k: bigint): boolean => mod(R.torsion + k * A.torsion, 8n) === 0n;

const MOST_TRIES = 60;

class Forge {
  readonly dice: Dice;
  readonly #keys: readonly (readonly Known[])[];
  readonly #nonces: readonly (readonly Known[])[];
  /** S where carries, tables and comparisons have their ends. Their R is r·B with the same r. */
  readonly #boundaries: readonly (readonly Known[])[];

  constructor(seed: number) {
    this.dice = new Dice(seed);
    this.#keys = Array.from({ length: 12 }, () => withTorsion(this.dice.scalar()));
    this.#nonces = Array.from({ length: 32 }, () => withTorsion(this.dice.scalar()));
    this.#boundaries = [0n, 1n, 2n, 7n, 8n, 255n, 2n ** 64n, 2n ** 128n - 1n, 2n ** 252n - 1n, 2n ** 252n, (L - 1n) / 2n, (L + 1n) / 2n, L - 2n, L - 1n].map(withTorsion);
  }

  /** A key; `torsion` false is of prime order, true of mixed order. */
  key(torsion: boolean): Known {
    return this.dice.pick(this.dice.pick(this.#keys).slice(torsion ? 1 : 0, torsion ? 8 : 1));
  }
  nonce(torsion: boolean): Known {
    return this.dice.pick(this.dice.pick(this.#nonces).slice(torsion ? 1 : 0, torsion ? 8 : 1));
  }
  boundary(): Known {
    return this.dice.pick(this.dice.pick(this.#boundaries));
  }
  coin(): boolean {
    return this.dice.below(2) === 0;
  }

  /** Signs messages until one is `wanted`, or gives up and takes the last. */
  sign(A: Known, R: Known, wanted: (k: bigint, wide: bigint) => boolean, length = 32): Signed {
    let message: Uint8Array, wide: bigint;
    let tries = 0;
    do {
      message = this.dice.bytes(length);
      wide = wideK(R.bytes, A.bytes, message);
    } while (!wanted(wide % L, wide) && ++tries < MOST_TRIES);
    return { publicKey: A.bytes, message, R: R.bytes, S: mod(R.scalar + (wide % L) * A.scalar, L) };
  }

  /** Half of these satisfy the equation as it stands; the other half only when it is multiplied by the cofactor, if A or R can do so. */
  signEitherWay(A: Known, R: Known): Signed {
    const isValid = this.coin();
    return this.sign(A, R, (k) => holds(A, R, k) === isValid);
  }

  honest(length = 32): Signed {
    return this.sign(this.key(false), this.nonce(false), () => true, length);
  }

  /** A signature that is valid as it stands: of a key of prime order, or of mixed order. */
  valid(): Signed {
    if (this.coin()) return this.honest();
    const A = this.key(true);
    const R = this.nonce(false);
    return this.sign(A, R, (k) => holds(A, R, k));
  }
}

const flipBit = (bytes: Uint8Array, bit: number): Uint8Array => bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
const negated = (bytes: Uint8Array): Uint8Array => flipBit(bytes, 255);

/** Each makes one case; about half of a kind are valid, or as many as the kind allows. */
const FORGERIES = {
  'A of mixed order': (forge) => forge.signEitherWay(forge.key(true), forge.nonce(false)),
  'R of mixed order': (forge) => forge.signEitherWay(forge.key(forge.dice.below(8) > 0), forge.nonce(true)),
  'A of small order': (forge) => forge.signEitherWay(forge.dice.pick(SMALL), forge.nonce(forge.coin())),
  'R of small order': (forge) => forge.signEitherWay(forge.key(forge.coin()), forge.dice.pick(SMALL)),
  'A and R of small order': (forge) => forge.signEitherWay(forge.dice.pick(SMALL), forge.dice.pick(SMALL)),
  'A not canonical': (forge) => {
    const R = forge.dice.pick([forge.nonce(forge.coin()), forge.dice.pick(SMALL)]);
    if (forge.dice.below(8) === 0) return { publicKey: forge.dice.pick(NON_CANONICAL_LARGE), message: forge.dice.bytes(32), R: R.bytes, S: forge.dice.scalar() };
    return forge.signEitherWay(forge.dice.pick(NON_CANONICAL_SMALL), R);
  },
  'R not canonical': (forge) => {
    // The equation holds for the point, whose canonical encoding is a valid R. k is hashed over the bytes that are sent, or over the
    // canonical ones.
    const A = forge.dice.pick([forge.key(forge.coin()), forge.dice.pick(SMALL)]);
    const R = forge.dice.pick(NON_CANONICAL_SMALL);
    const canonical: Known = { ...R, bytes: (SMALL[Number(R.torsion)] as Known).bytes };
    const sent = forge.coin() ? R : canonical;
    const signed = forge.sign(A, forge.coin() ? sent : canonical, (k) => holds(A, R, k));
    return { ...signed, R: sent.bytes };
  },
  'A and R not canonical': (forge) => {
    const A = forge.dice.pick(NON_CANONICAL_SMALL);
    const R = forge.dice.pick([...NON_CANONICAL_SMALL, ...SMALL]);
    return forge.sign(A, R, (k) => holds(A, R, k));
  },
  'S + nL': (forge) => {
    const signed = forge.valid();
    const n = forge.dice.pick([0n, 0n, 1n, 2n, 7n, 8n, 14n]);
    return { ...signed, S: signed.S + n * L };
  },
  'S at an end of its range': (forge) => {
    const A = forge.dice.pick(SMALL);
    const R = forge.boundary();
    const signed = forge.sign(A, R, (k) => holds(A, R, k));
    return forge.coin() ? signed : { ...signed, S: forge.dice.pick([signed.S + L, L, 2n ** 255n + signed.S, 2n ** 256n - 1n, mod(L - signed.S, L), signed.S ^ 1n]) };
  },
  'another k': (forge) => {
    // Valid only if k is not reduced by L, or only if −k is written L − k: with a key of mixed order that is another point.
    const A = forge.key(true);
    const R = forge.nonce(forge.coin());
    return forge.dice.pick([
      () => forge.sign(A, R, (k) => holds(A, R, k)),
      () => forge.sign(A, R, (k, wide) => !holds(A, R, k) && holds(A, R, wide)),
      () => forge.sign(A, R, (k) => !holds(A, R, k) && holds(A, R, k - L)),
    ])();
  },
  'one bit flipped': (forge) => {
    const signed = forge.honest();
    return forge.dice.pick<() => Signed>([
      () => signed,
      () => signed,
      () => ({ ...signed, publicKey: flipBit(signed.publicKey, forge.dice.below(256)) }),
      () => ({ ...signed, R: flipBit(signed.R, forge.dice.below(256)) }),
      () => ({ ...signed, S: signed.S ^ (1n << BigInt(forge.dice.below(256))) }),
      () => ({ ...signed, message: flipBit(signed.message, forge.dice.below(256)) }),
    ])();
  },
  'A or R negated': (forge) => {
    const A = forge.key(false);
    const R = forge.nonce(false);
    const signed = forge.sign(forge.coin() ? { ...A, scalar: -A.scalar, bytes: negated(A.bytes) } : A, forge.coin() ? { ...R, scalar: -R.scalar, bytes: negated(R.bytes) } : R, () => true);
    return forge.dice.pick<() => Signed>([() => signed, () => signed, () => ({ ...signed, publicKey: negated(signed.publicKey) }), () => ({ ...signed, R: negated(signed.R) }), () => ({ ...signed, S: L - signed.S })])();
  },
  'messages of every length, or bytes at random': (forge) => {
    const signed = forge.honest(forge.dice.below(300));
    return forge.dice.pick<() => Signed>([
      () => signed,
      () => signed,
      () => signed,
      () => ({ ...signed, message: concatBytes(signed.message, new Uint8Array(1)) }),
      () => ({ ...signed, publicKey: forge.dice.bytes(32) }),
      () => ({ ...signed, R: forge.dice.bytes(32) }),
      () => ({ ...signed, S: forge.dice.scalar() }),
    ])();
  },
} satisfies Record<string, (forge: Forge) => Signed>;

export type EdgeKind = keyof typeof FORGERIES | 'honest';
export const EDGE_KINDS: readonly EdgeKind[] = ['honest', ...(Object.keys(FORGERIES) as (keyof typeof FORGERIES)[])];

/** All the cases of a seed, kind after kind: a thousand honest signatures, then ten thousand constructed ones. */
export function makeEdgeCases(seed: number): readonly EdgeCase[] {
  const forge = new Forge(seed);
  const cases = Array.from({ length: HONEST }, () => assemble('honest', forge.honest()));
  for (const [kind, make] of Object.entries(FORGERIES)) {
    for (let i = 0; i < CONSTRUCTED_OF_EACH_KIND; i++) cases.push(assemble(kind as EdgeKind, make(forge)));
  }
  return cases;
}

/** SHA-512 of all cases: of each the key, the signature, the length of the message (two bytes, little-endian) and the message. */
export function hashEdgeCases(cases: readonly EdgeCase[]): Uint8Array {
  const hash = sha512.create();
  for (const { publicKey, signature, message } of cases) hash.update(concatBytes(publicKey, signature, Uint8Array.of(message.length & 0xff, message.length >> 8), message));
  return hash.digest();
}
