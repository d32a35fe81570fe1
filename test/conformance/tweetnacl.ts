import tweetnacl from 'tweetnacl';
import { describe, expect, it } from 'vitest';
import { EDGE_KINDS } from '../registry/edge-cases.ts';
import { judgedCases } from '../registry/go-cases.ts';
import { isBelowL } from '../registry/scalar.ts';

/** Registers the tests that have tweetnacl judge every second case, which takes it a minute or more: each half has a file of its own, so that they run side by side. */
export function itJudges(half: 0 | 1): void {
  describe.each(EDGE_KINDS)('given all cases with %s', (kind) => {
    it('then tweetnacl, told that S must be below L, says what Go says', () => {
      const cases = judgedCases().filter((edgeCase) => edgeCase.kind === kind && edgeCase.index % 2 === half);
      const disagreements = cases.filter(({ signature, message, publicKey, valid }) => (isBelowL(signature) && tweetnacl.sign.detached.verify(message, signature, publicKey)) !== valid);
      expect(cases.length).toBeGreaterThan(0);
      expect(disagreements.map(({ index }) => index)).toEqual([]);
    });
  });
}
