import type { Port } from '../../src/link/index.ts';
import type { CheckedEntry } from '../../src/registry/index.ts';
import type { Finding, Report } from '../report.ts';

/** What the verifier actor answers to, for the portal actor. */
export interface VerifierService {
  readonly pipes: {
    /** Taken in when what was found is on its way to the entries actor, which takes in only so much at a time: until then, more would pile up. */
    reports(reports: readonly Report[]): Promise<void>;
  };
}

/** What the verifier actor answers to, for the entries actor. */
export interface VerdictService {
  readonly calls: {
    /** Whether the entry is what its key signed. */
    verify(entry: CheckedEntry): Promise<boolean>;
  };
}

/** What the entries actor answers to, for the verifier actor. */
export interface FindingsService {
  readonly pipes: {
    /** Taken in when they are applied. */
    findings(findings: readonly Finding[]): Promise<void>;
  };
  readonly calls: {
    /** Takes a port on which the verifier answers to {@link VerdictService}. */
    verdicts(port: Port): void;
  };
}
