import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { Verdict, verifyByReference } from '../../src/registry/verdict/index.ts';
import { GO_CASES_HASH, GO_VERDICTS } from '../vectors/go-verdicts.ts';
import { EDGE_KINDS, hashEdgeCases } from './edge-cases.ts';
import { judgedCases } from './go-cases.ts';

const cases = judgedCases();
const verdict = new Verdict();

describe('threat 28: given the cases that Go was asked about', () => {
  it('then they are the same ones still, eleven thousand of them', () => {
    expect(bytesToHex(hashEdgeCases(cases))).toBe(GO_CASES_HASH);
    expect(cases).toHaveLength(11_080);
    expect(GO_VERDICTS).toHaveLength(2 * Math.ceil(cases.length / 8));
  });

  it('then this host answers natively, so that not only the reference is asked', async () => {
    expect(await verdict.engine()).toBe('process' in globalThis ? 'node:crypto' : 'webcrypto');
  });
});

describe.each(EDGE_KINDS)('given the cases with %s', (kind) => {
  const ofKind = cases.filter((edgeCase) => edgeCase.kind === kind);

  it('then Go accepts some and refuses some, except of honest signatures', () => {
    const accepted = ofKind.filter(({ valid }) => valid).length;
    expect({ accepted: accepted > 100, refused: ofKind.length - accepted > 100 }).toEqual({ accepted: true, refused: kind !== 'honest' });
  });

  it('then the reference says what Go says', () => {
    const disagreements = ofKind.filter(({ signature, message, publicKey, valid }) => verifyByReference(signature, message, publicKey) !== valid);
    expect(disagreements.map(({ index }) => index)).toEqual([]);
  });

  it('then the verdict says what Go says, however it is asked', async () => {
    const later = await Promise.all(ofKind.map(async ({ signature, message, publicKey }) => verdict.verify(signature, message, publicKey)));
    expect(ofKind.filter(({ valid }, i) => later[i] !== valid).map(({ index }) => index)).toEqual([]);
    // At once it is the reference again in a browser, of which a part is enough.
    const part = ofKind.filter((_, i) => 'process' in globalThis || i % 20 === 0);
    expect(part.filter(({ signature, message, publicKey, valid }) => verdict.verifyAtOnce(signature, message, publicKey) !== valid).map(({ index }) => index)).toEqual([]);
  });
});
