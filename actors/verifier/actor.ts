import { fromCallback, fromPromise } from 'xstate';
import { verifierMachine, type VerifierTally, type VerdictCommand } from '../../machines/verifier.ts';
import { Caller, channelLike, defineActor, serve, type Outlet, type Port, type Serving } from '../../src/link/index.ts';
import { Verdict } from '../../src/registry/index.ts';
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

/** The verifier actor: reports in, findings out, in order. */
export function makeVerifierActor(world: Pick<ActorWorld, 'clock' | 'scheduler'>, verdict: Pick<Verdict, 'engine' | 'verify'> = new Verdict()) {
  const verification = new Verification(verdict, new VerdictMemo(MEMORIZED));
  const batches = new Map<number | undefined, Batch>();
  let numbered = 0;
  let entries: { readonly connection: Caller<FindingsService>; readonly findings: Outlet<Finding> } | undefined;
  let verdicts: Serving | undefined;
  /** What was found before the entries actor was introduced. */
  const early: ((findings: Outlet<Finding>) => void)[] = [];
  /** Of batches whose findings wait to be sent. */
  const passing: Batch['done'][] = [];

  const verifyBatch = async (number: number | undefined): Promise<VerifierTally> => {
    const { reports, done } = batches.get(number) as Batch; // the machine names what it was told of, once
    batches.delete(number);
    const tally = { served: 0, forged: 0 };
    for (let from = 0; ; ) {
      const found = await verification.findings(reports.slice(from, (from += AT_A_TIME)));
      for (const { kind } of found) if (kind === 'served' || kind === 'forged') tally[kind]++;
      const isLast = from >= reports.length;
      // The next batch is verified while this one waits to be sent; the portal actor waits for both.
      const goOn = (to: Outlet<Finding>): void => pass(found, to, isLast ? done : undefined);
      if (entries === undefined) early.push(goOn);
      else goOn(entries.findings);
      if (isLast) return tally;
      await new Promise<void>((resolve) => void world.scheduler.setTimeout(resolve, 0));
    }
  };
  const pass = (findings: readonly Finding[], to: Outlet<Finding>, done: (() => void) | undefined): void => {
    if (done !== undefined) passing.push(done);
    // If the entries actor is gone, so is what was found for it; its successor asks again.
    for (const finding of findings) to.push(finding);
  };
  const onWaiting = (waiting: number): void => {
    if (waiting === 0) for (const done of passing.splice(0)) done();
  };

  const offerVerdicts = (asker: Caller<FindingsService>, port: Port): Serving => {
    const [near, far] = channelLike(port);
    const service: VerdictService = { calls: { verify: (entry) => verification.verify(entry) } };
    const serving = serve(near, service);
    asker.call('verdicts', far, { transfer: [far] }).catch(() => {}); // one that is gone asks nothing; its successor is offered another
    return serving;
  };

  const definition = defineActor({
    name: 'verifier',
    logic: verifierMachine.provide({
      actors: {
        chooseEngine: fromPromise<string>(() => verdict.engine()),
        verdict: fromCallback<VerdictCommand>(({ self, sendBack, receive }) => {
          receive((command) => {
            if (command.type === 'FAIL') throw command.error;
            void verifyBatch(command.batch).then(
              (found) => sendBack({ type: 'VERIFIED', ...found }),
              (error: unknown) => self.send({ type: 'FAIL', error }),
            );
          });
        }),
      },
    }),
    onPort(name, port, actor) {
      if (name === 'entries') {
        entries?.connection.close(); // a browser does not say that the other side of a port is gone; who waits for it would wait for ever
        const connection = new Caller<FindingsService>(port, { clock: world.clock, deadline: Infinity });
        entries = { connection, findings: connection.pipe('findings', world.scheduler, onWaiting) };
        verdicts?.close();
        verdicts = offerVerdicts(connection, port);
        for (const goOn of early.splice(0)) goOn(entries.findings);
        return;
      }
      const service: VerifierService = {
        pipes: {
          reports: (reports) =>
            new Promise((done) => {
              if (reports.length === 0 || actor.getSnapshot().status !== 'active') return done(); // nothing to do, or nothing any more
              batches.set(++numbered, { reports, done });
              actor.send({ type: 'BATCH', batch: numbered });
            }),
        },
      };
      serve(port, service);
    },
  });
  return { definition, input: undefined };
}
