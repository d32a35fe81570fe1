import tweetnacl from 'tweetnacl';
import { describe, expect, it } from 'vitest';
import { EDGE_KINDS } from '../registry/edge-cases.ts';
import { judgedCases } from '../registry/go-cases.ts';
import { isBelowL } from '../registry/scalar.ts';

describe.each(EDGE_KINDS)('given all cases with %s', (kind) => {
  it('then tweetnacl, told that S must be below L, says what Go says', () => {
    const disagreements = judgedCases()
      .filter((edgeCase) => edgeCase.kind === kind)
      .filter(({ signature, message, publicKey, valid }) => (isBelowL(signature) && tweetnacl.sign.detached.verify(message, signature, publicKey)) !== valid);
    expect(disagreements.map(({ index }) => index)).toEqual([]);
  });
});
