import { MAX_RAW_BYTES } from '../../src/incident.ts';
import { hashChecked, keyNamed, type CheckedEntry, type Verdict } from '../../src/registry/index.ts';
import { answerBody } from '../../src/registry/wire/index.ts';
import type { Finding, Report, VerifiedClaim } from '../report.ts';
import { VerdictMemo } from './memo.ts';

type Claimed = Extract<Report, { kind: 'claim' }>;

/** The way from reports to findings: every claim gets one verdict, everything else passes as it is, and the order stays. */
export class Verification {
  readonly #verdict: Pick<Verdict, 'verify'>;
  readonly #memo: VerdictMemo;
  /** Verdicts being waited for, so that what several portals say at once is verified once. */
  readonly #underWay = new Map<string, Promise<boolean>>();

  constructor(verdict: Pick<Verdict, 'verify'>, memo: VerdictMemo) {
    this.#verdict = verdict;
    this.#memo = memo;
  }

  /** The findings of a batch of reports, in order. */
  async findings(reports: readonly Report[]): Promise<readonly Finding[]> {
    return Promise.all(reports.map(async (report) => (report.kind === 'claim' ? this.#judge(report) : report)));
  }

  async #judge({ claim, ...word }: Claimed): Promise<Finding> {
    const entry = { ...keyNamed(word.name), ...claim };
    if (!(await this.verify(entry))) return { ...word, kind: 'forged', raw: new TextEncoder().encode(answerBody(entry)).slice(0, MAX_RAW_BYTES) };
    return { ...word, kind: 'served', claim: claim as VerifiedClaim };
  }

  /** Whether the entry is what its key signed. */
  async verify(entry: CheckedEntry): Promise<boolean> {
    const hash = hashChecked(entry);
    const key = VerdictMemo.key(entry.pubkey, entry.signature, hash);
    if (this.#memo.has(key)) return true;
    const underWay = this.#underWay.get(key) ?? this.#ask(key, entry, hash);
    return underWay;
  }

  async #ask(key: string, { signature, pubkey }: CheckedEntry, hash: Uint8Array): Promise<boolean> {
    const asked = this.#verdict.verify(signature, hash, pubkey);
    this.#underWay.set(key, asked);
    try {
      const isValid = await asked;
      if (isValid) this.#memo.add(key);
      return isValid;
    } finally {
      this.#underWay.delete(key);
    }
  }
}
