import { randomBytes } from 'node:crypto';

/** One thing an implementation must do. `run` rejects, saying what was seen instead and the seed, if it does not. */
export interface Check {
  readonly name: string;
  run(): Promise<void>;
}

/** Named checks that draw from one seed: the same seed makes the same keys and entries. */
export class CheckList {
  readonly checks: Check[] = [];
  readonly seed: string;

  constructor(seed: string = randomBytes(8).toString('hex')) {
    this.seed = seed;
  }

  add(name: string, body: (seed: string) => Promise<void>): void {
    const run = async () => {
      try {
        await body(`${this.seed} ${name}`);
      } catch (cause) {
        throw new Error(`${cause instanceof Error ? cause.message : String(cause)} (seed ${this.seed})`, { cause });
      }
    };
    this.checks.push({ name, run });
  }
}
