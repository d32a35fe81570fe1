import type { Finding, Report } from '../report.ts';

/** What the verifier actor answers to, for the portal actor. */
export interface VerifierService {
  readonly calls: {
    /** Answers when the entries actor has taken in what was found: until then, more would pile up. */
    report(reports: readonly Report[]): Promise<void>;
  };
}

/** What the entries actor answers to, for the verifier actor. */
export interface FindingsService {
  readonly calls: {
    /** Answers when they are applied. */
    findings(findings: readonly Finding[]): Promise<void>;
  };
}
