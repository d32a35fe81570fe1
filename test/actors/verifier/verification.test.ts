import { describe, expect, it } from 'vitest';
import { VerdictMemo } from '../../../actors/verifier/memo.ts';
import { Verification } from '../../../actors/verifier/verification.ts';
import type { Report } from '../../../actors/report.ts';
import { MAX_RAW_BYTES } from '../../../src/incident.ts';
import { nameOf, Verdict, type CheckedEntry } from '../../../src/registry/index.ts';
import { readAnswer } from '../../../src/registry/wire/index.ts';
import { someone } from '../../runtime/fixture/author.ts';

const author = someone();
const claim = (entry: CheckedEntry, key: CheckedEntry = entry): Report => {
  const { data, revision, signature, type } = entry;
  return { kind: 'claim', portal: 'p', origin: { connection: 1, inquiry: undefined }, name: nameOf(key), at: 5, claim: { data, revision, signature, type } };
};

/** Bytes that differ in the last one only. */
const bytes = (length: number, last: number): Uint8Array => new Uint8Array(length).fill(last, length - 1);

/** A verification whose verdicts are counted. */
function open(most = 10) {
  const asked: Uint8Array[] = [];
  const real = new Verdict();
  const verdict = Object.create(real) as Verdict;
  verdict.verify = (signature, hash, pubkey) => {
    asked.push(signature);
    return real.verify(signature, hash, pubkey);
  };
  return { asked, verification: new Verification(verdict, new VerdictMemo(most)) };
}

describe('a Verification', () => {
  it('V1, V2: gives one finding for each report, in order, served only what its key signed', async () => {
    const { verification } = open();
    const good = author.entry(1n);
    const other = author.entry(1n, '', { name: 'other' });
    const reports: Report[] = [
      { kind: 'connected', portal: 'p', connection: 1 },
      claim(good),
      claim({ ...good, revision: 2n }),
      claim({ ...good, signature: new Uint8Array(64) }),
      // Signed, but for another datakey than the one that was asked for; and by another author.
      claim(other, good),
      claim(someone().entry(1n), good),
      { kind: 'missing', portal: 'p', origin: { connection: 1, inquiry: undefined }, name: nameOf(good), at: 5 },
      claim(other),
      { kind: 'disconnected', portal: 'p', connection: 1 },
    ];
    const findings = await verification.findings(reports);
    expect(findings.map(({ kind }) => kind)).toEqual(['connected', 'served', 'forged', 'forged', 'forged', 'forged', 'missing', 'served', 'disconnected']);
    expect(findings[1]).toMatchObject({ name: nameOf(good), claim: { revision: 1n, signature: good.signature }, portal: 'p', origin: { connection: 1, inquiry: undefined }, at: 5 });
    expect(findings[2]).not.toHaveProperty('claim');
  });

  it('V2, I2: says of what is forged what was served, and passes on an offence that is no entry’s', async () => {
    const { verification } = open();
    const forged = { ...author.entry(1n, new Uint8Array(113)), revision: 2n ** 64n - 1n };
    const offence: Report = { kind: 'offended', portal: 'p', offence: 'garbage', at: 7, raw: new Uint8Array([1]) };
    const [finding, same] = await verification.findings([claim(forged), offence]);
    expect(same).toBe(offence);
    if (finding?.kind !== 'forged') throw new Error('it is forged');
    expect(finding.raw.length).toBeLessThanOrEqual(MAX_RAW_BYTES);
    expect(readAnswer(new TextDecoder().decode(finding.raw))).toMatchObject({ revision: 2n ** 64n - 1n, signature: forged.signature, data: forged.data });
  });

  it('V3: verifies identical claims once, at the same time and later', async () => {
    const { verification, asked } = open();
    const report = claim(author.entry(1n));
    const atOnce = await Promise.all([verification.findings([report, report]), verification.findings([report])]);
    const later = await verification.findings([report]);
    expect(asked).toHaveLength(1);
    expect([...atOnce.flat(), ...later].map(({ kind }) => kind)).toEqual(['served', 'served', 'served', 'served']);
    // Another type of the same bytes is another thing to have signed.
    const typed = author.entry(1n, new Uint8Array(20));
    const findings = await verification.findings([claim(typed), claim({ ...typed, type: 2 })]);
    expect(findings.map(({ kind }) => kind)).toEqual(['served', 'forged']);
    expect(asked).toHaveLength(3);
  });

  it('V3: does not remember what is forged', async () => {
    const { verification, asked } = open();
    const report = claim({ ...author.entry(1n), revision: 2n });
    await verification.findings([report]);
    await verification.findings([report]);
    expect(asked).toHaveLength(2);
  });

  it('V2: rejects where no verdict could be given, and asks anew the next time', async () => {
    const { verification } = open();
    const broken = new Verification({ verify: () => Promise.reject(new Error('no engine')) }, new VerdictMemo(1));
    const report = claim(author.entry(1n));
    await expect(broken.findings([report])).rejects.toThrow('no engine');
    await expect(broken.findings([report])).rejects.toThrow('no engine');
    expect(await verification.findings([report])).toMatchObject([{ kind: 'served' }]);
  });
});

describe('a VerdictMemo', () => {
  it('V3: forgets the least recently used beyond its bound', () => {
    const memo = new VerdictMemo(2);
    memo.add('a');
    memo.add('b');
    expect(memo.has('a')).toBe(true);
    memo.add('c');
    expect(['a', 'b', 'c'].map((key) => memo.has(key))).toEqual([true, false, true]);
  });

  it('V3: tells by the key, the signature and the hash, whole', () => {
    const keys = [0, 1].flatMap((a) => [0, 1].flatMap((b) => [0, 1].map((c) => VerdictMemo.key(bytes(32, a), bytes(64, b), bytes(32, c)))));
    expect(new Set(keys).size).toBe(8);
  });
});
