import { fromCallback, fromPromise } from 'xstate';
import { verifierMachine, type VerdictCommand, type VerifierTally } from '../../machines/verifier.ts';
import type { Outlet, Peer } from '../../src/link/index.ts';
import type { Verdict } from '../../src/registry/index.ts';
import type { Finding, Report } from '../report.ts';
import type { ActorWorld } from '../world.ts';
import { VerdictMemo } from './memo.ts';
import type { FindingsService, VerdictService, VerifierService } from './service.ts';
import { Verification } from './verification.ts';

/** Verdicts that are remembered: a portal re-sends every entry when it is subscribed again, and other portals send it too. */
const MEMORIZED = 16_384;

/**
 * How many reports are gone through before what was found is passed on: a native verdict takes a tenth of a millisecond or two, during which the actors
 * that take it in would have nothing to do. As many as a message of a pipe needs to go beside another.
 */
const AT_A_TIME = 8;

interface Batch {
  readonly reports: readonly Report[];
  readonly done: () => void;
}

/** The entries actor, which findings are for. */
type FindingsPeer = Pick<Peer<Pick<FindingsService, 'pipes'>>, 'pipe' | 'close'>;

/** The verifier actor's machine, as its host uses it. */
interface VerifierActor {
  send(event: { readonly type: 'BATCH'; readonly batch: number }): void;
  getSnapshot(): { readonly status: string };
}

/** What the verifier actor does besides its machine: batches of reports, verdicts on them, and who is told of those. */
export class VerifierHost {
  readonly #scheduler: ActorWorld['scheduler'];
  readonly #verdict: Pick<Verdict, 'engine' | 'verify'>;
  readonly #verification: Verification;
  readonly #batches = new Map<number | undefined, Batch>();
  #numbered = 0;
  #entries: { readonly connection: FindingsPeer; readonly findings: Outlet<Finding> } | undefined;
  /** What was found before the entries actor was introduced. */
  readonly #early: ((findings: Outlet<Finding>) => void)[] = [];
  /** Of batches whose findings wait to be sent. */
  readonly #passing: Batch['done'][] = [];
  #actor: VerifierActor | undefined;

  constructor({ scheduler }: Pick<ActorWorld, 'scheduler'>, verdict: Pick<Verdict, 'engine' | 'verify'>) {
    this.#scheduler = scheduler;
    this.#verdict = verdict;
    this.#verification = new Verification(verdict, new VerdictMemo(MEMORIZED));
  }

  /** The machine, with this to do what it says. */
  readonly logic = verifierMachine.provide({
    actors: {
      chooseEngine: fromPromise<string>(() => this.#verdict.engine()),
      verdict: fromCallback<VerdictCommand>(({ self, sendBack, receive }) => {
        receive((command) => {
          if (command.type === 'FAIL') throw command.error;
          void this.#verifyBatch(command.batch).then(
            (found) => sendBack({ type: 'VERIFIED', ...found }),
            (error: unknown) => self.send({ type: 'FAIL', error }),
          );
        });
      }),
    },
  });

  /** For the entries actor, to ask about what comes from elsewhere than a portal. */
  readonly verify: VerdictService['calls']['verify'] = (entry) => this.#verification.verify(entry);

  /** For the portal actor. */
  readonly service: VerifierService = {
    pipes: {
      reports: (reports) =>
        new Promise((done) => {
          if (reports.length === 0 || this.#actor?.getSnapshot().status !== 'active') return done(); // nothing to do, or nothing any more
          this.#batches.set(++this.#numbered, { reports, done });
          this.#actor.send({ type: 'BATCH', batch: this.#numbered });
        }),
    },
  };

  /** Where batches are told of. */
  attach(actor: VerifierActor): void {
    this.#actor = actor;
  }

  /** Connects to the entries actor, or to the one that took its place. */
  connectEntries(connection: FindingsPeer): void {
    this.#entries?.connection.close(); // a browser does not say that the other side of a port is gone; who waits for it would wait for ever
    const onWaiting = (waiting: number): void => {
      if (waiting === 0) for (const done of this.#passing.splice(0)) done();
    };
    this.#entries = { connection, findings: connection.pipe('findings', this.#scheduler, onWaiting) };
    for (const goOn of this.#early.splice(0)) goOn(this.#entries.findings);
  }

  async #verifyBatch(number: number | undefined): Promise<VerifierTally> {
    const { reports, done } = this.#batches.get(number) as Batch; // the machine names what it was told of, once
    this.#batches.delete(number);
    const tally = { served: 0, forged: 0 };
    for (let from = 0; ; ) {
      const found = await this.#verification.findings(reports.slice(from, (from += AT_A_TIME)));
      for (const { kind } of found) if (kind === 'served' || kind === 'forged') tally[kind]++;
      const isLast = from >= reports.length;
      // The next batch is verified while this one waits to be sent; the portal actor waits for both.
      const goOn = (to: Outlet<Finding>): void => this.#pass(found, to, isLast ? done : undefined);
      if (this.#entries === undefined) this.#early.push(goOn);
      else goOn(this.#entries.findings);
      if (isLast) return tally;
      await new Promise<void>((resolve) => void this.#scheduler.setTimeout(resolve, 0));
    }
  }

  #pass(findings: readonly Finding[], to: Outlet<Finding>, done: (() => void) | undefined): void {
    if (done !== undefined) this.#passing.push(done);
    // If the entries actor is gone, so is what was found for it; its successor asks again.
    for (const finding of findings) to.push(finding);
  }
}
