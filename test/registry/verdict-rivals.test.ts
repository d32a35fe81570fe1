import * as ed25519 from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { Verdict, verifyByReference } from '../../src/registry/verdict/index.ts';
import type { EdgeKind } from './edge-cases.ts';
import { judgedCases, type JudgedCase } from './go-cases.ts';

type Verify = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

const { Point } = ed25519;
const L = Point.CURVE().n;

function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** Go's rule with one thing done as some other implementation does it. */
function rival(change: {
  readonly cofactor?: boolean;
  readonly anyS?: boolean;
  readonly strictA?: boolean;
  readonly noSmallA?: boolean;
  readonly noSmallR?: boolean;
  readonly decodeR?: boolean;
  readonly wideK?: boolean;
  readonly complementK?: boolean;
}): Verify {
  return (signature, message, publicKey) => {
    try {
      const R = signature.subarray(0, 32);
      const S = fromLittleEndian(signature.subarray(32));
      if (S >= L && change.anyS !== true) return false;
      const A = Point.fromBytes(publicKey, change.strictA !== true);
      if (change.noSmallA === true && A.isSmallOrder()) return false;
      if (change.noSmallR === true && Point.fromBytes(R, true).isSmallOrder()) return false;
      const wide = fromLittleEndian(sha512(concatBytes(R, publicKey, message)));
      const k = wide % L;
      // The eightfold of T is zero: what is left of k beyond L is its remainder by eight.
      const torsion = A.multiplyUnsafe(L - 1n).add(A);
      const kA = A.multiplyUnsafe(k).add(change.wideK === true ? torsion.multiplyUnsafe(((wide - k) / L) % 8n) : Point.ZERO);
      const base = Point.BASE.multiplyUnsafe(S % L);
      const recomputed = change.complementK === true ? base.add(A.multiplyUnsafe(k === 0n ? 0n : L - k)) : base.subtract(kA);
      if (change.cofactor === true) return recomputed.subtract(Point.fromBytes(R, true)).clearCofactor().is0();
      if (change.decodeR === true) return recomputed.equals(Point.fromBytes(R, true));
      return recomputed.toBytes().every((byte, i) => byte === R[i]);
    } catch {
      return false;
    }
  };
}

/** Whether the cases of a kind tell an implementation from Go's. */
const isCaught = (verify: Verify, cases: readonly JudgedCase[]): boolean =>
  cases.some(({ signature, message, publicKey, valid }) => verify(signature, message, publicKey) !== valid);

/** Enough of each kind for every way in which its cases are made. */
const ENOUGH = 60;

describe('given implementations that are known to differ from Go', () => {
  let byKind: (kind: EdgeKind) => readonly JudgedCase[];
  beforeAll(() => {
    const cases = judgedCases();
    byKind = (kind) => cases.filter((edgeCase) => edgeCase.kind === kind).slice(0, ENOUGH);
    ed25519.hashes.sha512 = sha512;
  });

  it('when nothing is changed, then no kind of case tells it from Go', () => {
    for (const kind of ['A of mixed order', 'R not canonical', 'S + nL', 'another k', 'A not canonical'] as const) expect(isCaught(rival({}), byKind(kind))).toBe(false);
  });

  it.each<[string, EdgeKind, Verify]>([
    ['noble as it comes', 'A of mixed order', (signature, message, publicKey) => ed25519.verify(signature, message, publicKey)],
    ['noble as it comes', 'R of mixed order', (signature, message, publicKey) => ed25519.verify(signature, message, publicKey)],
    ['noble, strict', 'A of mixed order', (signature, message, publicKey) => ed25519.verify(signature, message, publicKey, { zip215: false })],
    ['noble, strict', 'A of small order', (signature, message, publicKey) => ed25519.verify(signature, message, publicKey, { zip215: false })],
    ['one that multiplies by the cofactor', 'A of mixed order', rival({ cofactor: true })],
    ['one that multiplies by the cofactor', 'R of mixed order', rival({ cofactor: true })],
    ['one that takes any S', 'S + nL', rival({ anyS: true })],
    ['one that takes any S', 'S at an end of its range', rival({ anyS: true })],
    ['one that decodes A strictly', 'A not canonical', rival({ strictA: true })],
    ['one that decodes A strictly', 'A and R not canonical', rival({ strictA: true })],
    ['one that refuses A of small order', 'A of small order', rival({ noSmallA: true })],
    ['one that refuses R of small order', 'R of small order', rival({ noSmallR: true })],
    ['one that compares R as a point', 'R not canonical', rival({ decodeR: true })],
    ['one that compares R as a point', 'A and R not canonical', rival({ decodeR: true })],
    ['one that does not reduce k', 'another k', rival({ wideK: true })],
    ['one that writes -k as L - k', 'another k', rival({ complementK: true })],
    ['one that says yes', 'one bit flipped', () => true],
    ['one that says no', 'honest', () => false],
  ])('when it is %s, then the cases with %s tell', (_who, kind, verify) => {
    expect(isCaught(verify, byKind(kind))).toBe(true);
  });
});

describe('given what a native engine is asked before it is trusted', () => {
  const probes: Parameters<Verify>[] = [];
  beforeAll(async () => {
    ed25519.hashes.sha512 = sha512;
    const engine = new Verdict({ name: 'webcrypto', verify: (...asked) => probes.push(asked) > 0 && verifyByReference(...asked) });
    expect(await engine.engine()).toBe('webcrypto');
  });

  it('then each question is a signature of 64 bytes and a key of 32', () => {
    expect(probes.map(([signature, , publicKey]) => [signature.length, publicKey.length])).toEqual(Array.from({ length: 7 }, () => [64, 32]));
  });

  it.each<[string, readonly number[], Verify]>([
    ['that says yes', [1, 3, 4, 5, 6], () => true],
    ['that says no', [0, 2], () => false],
    ['that multiplies by the cofactor', [3, 4], rival({ cofactor: true })],
    ['that is noble as it comes', [3, 4], (signature, message, publicKey) => ed25519.verify(signature, message, publicKey)],
    ['that takes any S', [5, 6], rival({ anyS: true })],
    ['that wants S to have no more bits than L', [5], (signature, ...rest) => ((signature[63] ?? 0) & 0xe0) === 0 && rival({ anyS: true })(signature, ...rest)],
  ])('then one %s is found out by each of the questions %j that are about it', (_who, telling, verify) => {
    expect(probes.flatMap((asked, i) => (verify(...asked) === verifyByReference(...asked) ? [] : [i]))).toEqual(telling);
  });
});
