import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { nativeEngine } from '#native-ed25519';
import { isContested } from '../../src/registry/verdict/encoding.ts';
import { Verdict, verifyByReference } from '../../src/registry/verdict/index.ts';
import type { Vectors } from './folder.ts';

interface Vector {
  readonly suite: 'speccheck' | 'zip215' | 'wycheproof' | 'rfc8032';
  readonly id: number;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly valid: boolean;
}

const bytes = (publicKey: string, signature: string, message: Uint8Array): Pick<Vector, 'publicKey' | 'signature' | 'message'> => ({
  publicKey: hexToBytes(publicKey),
  signature: hexToBytes(signature),
  message,
});

function vectorsOf({ speccheck, zip215, wycheproof, rfc8032 }: Vectors): readonly Vector[] {
  return [
    ...speccheck.map((row, id) => ({ suite: 'speccheck' as const, id, ...bytes(row.pub_key, row.signature, hexToBytes(row.message)), valid: row.expected_go })),
    ...zip215.map((row, id) => ({ suite: 'zip215' as const, id, ...bytes(row.vk_bytes, row.sig_bytes, utf8ToBytes(row.message_utf8)), valid: row.expected_go })),
    ...wycheproof.testGroups.flatMap(({ publicKey, tests }) =>
      tests.map((row) => ({ suite: 'wycheproof' as const, id: row.tcId, ...bytes(publicKey.pk, row.sig, hexToBytes(row.msg)), valid: row.result === 'valid' })),
    ),
    ...rfc8032.map((row, id) => ({ suite: 'rfc8032' as const, id, ...bytes(row.pub, row.sig, hexToBytes(row.msg)), valid: true })),
  ];
}

const name = ({ suite, id }: Vector): string => `${suite} ${id}`;

/** What the published ed25519 vectors say, by the verdicts of Go. */
export function describeEd25519(all: Vectors): void {
  const vectors = vectorsOf(all);
  const { matrix } = all;
  const differing = (answers: readonly boolean[]): readonly string[] => vectors.filter(({ valid }, i) => answers[i] !== valid).map(name);

  describe('threat 28: the published ed25519 vectors', () => {
    it('are all there', () => {
      const count = (suite: Vector['suite']): number => vectors.filter((vector) => vector.suite === suite).length;
      expect([count('speccheck'), count('zip215'), count('wycheproof'), count('rfc8032')]).toEqual([12, 196, 151, 4]);
      expect(vectors.filter(({ valid }) => valid)).toHaveLength(5 + 12 + 88 + 4);
    });

    it('have the verdicts that Go itself gave', () => {
      const go = Object.entries(matrix.results).find(([implementation]) => implementation.startsWith('Go '))?.[1] ?? [];
      const bySuite = (suite: string): readonly number[] => matrix.vectors.flatMap((vector, i) => (vector.suite.startsWith(suite) ? [go[i] as number] : []));
      for (const suite of ['speccheck', 'zip215', 'rfc8032', 'wycheproof'] as const) {
        expect(bySuite(suite)).toEqual(vectors.filter((vector) => vector.suite === suite).map(({ valid }) => Number(valid)));
      }
    });

    it('get Go\'s verdict from the reference', () => {
      expect(differing(vectors.map(({ signature, message, publicKey }) => verifyByReference(signature, message, publicKey)))).toEqual([]);
    });

    it('get Go\'s verdict from the verdict, at once and later', async () => {
      const verdict = new Verdict();
      expect(await verdict.engine()).toBe('node:crypto');
      expect(differing(await Promise.all(vectors.map(async ({ signature, message, publicKey }) => verdict.verify(signature, message, publicKey))))).toEqual([]);
      expect(differing(vectors.map(({ signature, message, publicKey }) => verdict.verifyAtOnce(signature, message, publicKey)))).toEqual([]);
    });

    it('get Go\'s verdict from the native engine wherever it would be asked', () => {
      const engine = nativeEngine();
      const asked = vectors.filter(({ signature, publicKey }) => signature.length === 64 && !isContested(publicKey) && !isContested(signature.subarray(0, 32)));
      expect(asked.length).toBeGreaterThan(120);
      expect(asked.filter(({ signature, message, publicKey, valid }) => engine?.verify(signature, message, publicKey) !== valid).map(name)).toEqual([]);
    });
  });
}
