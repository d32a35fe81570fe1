import { randomBytes } from 'node:crypto';

/** One thing an implementation must do, if it does it at all. */
export interface Check {
  readonly name: string;
  /** Rejects, saying what was seen instead and the seed, if it does not. */
  run(): Promise<void>;
  /** {@link run}, and tells one that held from one that could not be put to the test. */
  judge(): Promise<CheckOutcome>;
}

/** `not-offered`: a part that need not be there is not. */
export type CheckOutcome = 'held' | 'not-offered';

/** What a check's body throws where the part that it is about is not there. */
export class NotOffered extends Error {}

/** Named checks that draw from one seed: the same seed makes the same keys and entries. */
export class CheckList {
  readonly checks: Check[] = [];
  readonly seed: string;

  constructor(seed: string = randomBytes(8).toString('hex')) {
    this.seed = seed;
  }

  add(name: string, body: (seed: string) => Promise<void>): void {
    const judge = async (): Promise<CheckOutcome> => {
      try {
        await body(`${this.seed} ${name}`);
        return 'held';
      } catch (cause) {
        if (cause instanceof NotOffered) return 'not-offered';
        throw new Error(`${cause instanceof Error ? cause.message : String(cause)} (seed ${this.seed})`, { cause });
      }
    };
    this.checks.push({ name, judge, run: async () => void (await judge()) });
  }
}
