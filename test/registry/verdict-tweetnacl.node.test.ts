import tweetnacl from 'tweetnacl';
import { describe, expect, it } from 'vitest';
import { EDGE_KINDS } from './edge-cases.ts';
import { judgedCases } from './go-cases.ts';
import { isBelowL } from './scalar.ts';

/** tweetnacl is slow; test/conformance has it judge every case. */
const STEP = 36;

describe.each(EDGE_KINDS)('given a part of the cases with %s', (kind) => {
  it('then tweetnacl, told that S must be below L, says what Go says', () => {
    const part = judgedCases().filter((edgeCase) => edgeCase.kind === kind && edgeCase.index % STEP === 0);
    const disagreements = part.filter(({ signature, message, publicKey, valid }) => (isBelowL(signature) && tweetnacl.sign.detached.verify(message, signature, publicKey)) !== valid);
    expect(part.length).toBeGreaterThanOrEqual(20);
    expect(disagreements.map(({ index }) => index)).toEqual([]);
  });
});
