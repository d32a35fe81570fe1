import { hexToBytes } from '@noble/hashes/utils.js';
import { GO_VERDICTS } from '../vectors/go-verdicts.ts';
import { EDGE_SEED, makeEdgeCases, type EdgeCase } from './edge-cases.ts';

export interface JudgedCase extends EdgeCase {
  readonly index: number;
  /** Go's verdict. */
  readonly valid: boolean;
}

/** The edge cases, each with the verdict of Go's crypto/ed25519. */
export function judgedCases(): readonly JudgedCase[] {
  const bits = hexToBytes(GO_VERDICTS);
  return makeEdgeCases(EDGE_SEED).map((edgeCase, index) => ({ ...edgeCase, index, valid: (((bits[index >> 3] as number) >> (index & 7)) & 1) === 1 }));
}
