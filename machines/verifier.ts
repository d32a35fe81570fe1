import { assign, emit, fromCallback, fromPromise, sendTo, setup, type DoneActorEvent } from 'xstate';

/** Numbers only: what is being verified stays with the host, since a claim is nobody's value yet. */
export interface VerifierContext {
  /** Which implementation gives the verdicts; undefined while it is chosen. */
  readonly engine: string | undefined;
  /** Batches that wait or are being verified, by the host's numbers, the oldest first. */
  readonly batches: readonly number[];
  readonly served: number;
  readonly forged: number;
}

/** What came of a batch. */
export interface VerifierTally {
  readonly served: number;
  readonly forged: number;
}

export type VerifierEvent =
  | { readonly type: 'BATCH'; readonly batch: number }
  /** The oldest batch has got its verdicts. */
  | ({ readonly type: 'VERIFIED' } & VerifierTally);

/** What the verdict is told: to verify this batch, or that it failed to. */
export type VerdictCommand = { readonly type: 'VERIFY'; readonly batch: number | undefined } | { readonly type: 'FAIL'; readonly error: unknown };

export type VerifierEmitted = { readonly type: 'batch.verified' } & VerifierTally;

type ChosenEvent = DoneActorEvent<string, 'chooseEngine'>;

/** The event that an action is for: the states below name it for no others. */
type Of<T extends VerifierEvent['type']> = Extract<VerifierEvent, { readonly type: T }>;

/** Batches of reports, verified one after the other so that findings keep the order of reports. */
export const verifierMachine = setup({
  // Stryker disable next-line ObjectLiteral: it is for the compiler alone
  types: {
    context: {} as VerifierContext,
    events: {} as VerifierEvent | ChosenEvent,
    emitted: {} as VerifierEmitted,
    children: {} as { chooseEngine: 'chooseEngine'; verdict: 'verdict' },
  },
  actors: {
    /** Probes the native engine and answers the name of the one that will be asked. */
    chooseEngine: fromPromise<string>(() => Promise.reject(new Error('the verifier machine was started without engines'))),
    /**
     * Verifies a batch it is given, its claims side by side, passes its findings on, and sends VERIFIED. Where it fails, so does the verifier: findings
     * would be lost. Another takes its place, and all is asked anew.
     */
    verdict: fromCallback<VerdictCommand>(({ receive }) => {
      receive(() => {
        throw new Error('the verifier machine was started without a verdict');
      });
    }),
  },
  guards: {
    isWaiting: ({ context }) => context.batches.length > 0,
    isAnotherWaiting: ({ context }) => context.batches.length > 1,
  },
  actions: {
    enqueue: assign(({ context, event }) => ({ batches: [...context.batches, (event as Of<'BATCH'>).batch] })),
    noteEngine: assign(({ event }) => ({ engine: (event as ChosenEvent).output })),
    count: assign(({ context, event }) => {
      const { served, forged } = event as Of<'VERIFIED'>;
      return { batches: context.batches.slice(1), served: context.served + served, forged: context.forged + forged };
    }),
    verifyOldest: sendTo('verdict', ({ context }) => ({ type: 'VERIFY' as const, batch: context.batches[0] })),
    report: emit(({ event }) => {
      const { served, forged } = event as Of<'VERIFIED'>;
      return { type: 'batch.verified' as const, served, forged };
    }),
  },
}).createMachine({
  id: 'verifier',
  context: () => ({ engine: undefined, batches: [], served: 0, forged: 0 }),
  // One for all batches: to start one for each would cost as much as two messages.
  invoke: { id: 'verdict', src: 'verdict' },
  on: { BATCH: { actions: 'enqueue' } },
  initial: 'starting',
  states: {
    starting: {
      invoke: {
        id: 'chooseEngine',
        src: 'chooseEngine',
        onDone: [
          { guard: 'isWaiting', target: 'verifying', actions: ['noteEngine', 'verifyOldest'] },
          { target: 'idle', actions: 'noteEngine' },
        ],
      },
    },
    idle: {
      on: { BATCH: { target: 'verifying', actions: ['enqueue', 'verifyOldest'] } },
    },
    verifying: {
      on: {
        VERIFIED: [
          { guard: 'isAnotherWaiting', actions: ['count', 'report', 'verifyOldest'] },
          { target: 'idle', actions: ['count', 'report'] },
        ],
      },
    },
  },
});
