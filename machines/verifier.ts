import { assign, emit, fromPromise, setup, type DoneActorEvent } from 'xstate';

/** Numbers only: what is being verified stays with the host, since a claim is nobody's value yet. */
export interface VerifierContext {
  /** Which implementation gives the verdicts; undefined while it is chosen. */
  readonly engine: string | undefined;
  /** Batches that wait or are being verified, by the host's numbers, the oldest first. */
  readonly batches: readonly number[];
  readonly served: number;
  readonly forged: number;
}

export type VerifierEvent = { readonly type: 'BATCH'; readonly batch: number };

/** What came of a batch. */
export interface VerifierTally {
  readonly served: number;
  readonly forged: number;
}

export type VerifierEmitted = { readonly type: 'batch.verified' } & VerifierTally;

type ChosenEvent = DoneActorEvent<string, 'chooseEngine'>;
type VerifiedEvent = DoneActorEvent<VerifierTally, 'verifyBatch'>;

/** Batches of reports, verified one after the other so that findings keep the order of reports. */
export const verifierMachine = setup({
  types: {
    context: {} as VerifierContext,
    events: {} as VerifierEvent | ChosenEvent | VerifiedEvent,
    emitted: {} as VerifierEmitted,
    children: {} as { chooseEngine: 'chooseEngine'; verifyBatch: 'verifyBatch' },
  },
  actors: {
    /** Probes the native engine and answers the name of the one that will be asked. */
    chooseEngine: fromPromise<string>(() => Promise.reject(new Error('the verifier machine was started without engines'))),
    /** Verifies one batch, its claims side by side, and passes its findings on. */
    verifyBatch: fromPromise<VerifierTally, { batch: number | undefined }>(() => Promise.reject(new Error('the verifier machine was started without a verdict'))),
  },
  guards: {
    isWaiting: ({ context }) => context.batches.length > 0,
    isAnotherWaiting: ({ context }) => context.batches.length > 1,
  },
  actions: {
    enqueue: assign(({ context, event }) => (event.type === 'BATCH' ? { batches: [...context.batches, event.batch] } : {})),
    noteEngine: assign(({ event }) => (event.type === 'xstate.done.actor.chooseEngine' ? { engine: event.output } : {})),
    count: assign(({ context, event }) => {
      if (event.type !== 'xstate.done.actor.verifyBatch') return {};
      const { served, forged } = event.output;
      return { batches: context.batches.slice(1), served: context.served + served, forged: context.forged + forged };
    }),
    report: emit(({ event }) => {
      const { served, forged } = event.type === 'xstate.done.actor.verifyBatch' ? event.output : { served: 0, forged: 0 };
      return { type: 'batch.verified' as const, served, forged };
    }),
  },
}).createMachine({
  id: 'verifier',
  context: () => ({ engine: undefined, batches: [], served: 0, forged: 0 }),
  on: { BATCH: { actions: 'enqueue' } },
  initial: 'starting',
  states: {
    starting: {
      invoke: {
        id: 'chooseEngine',
        src: 'chooseEngine',
        onDone: [
          { guard: 'isWaiting', target: 'verifying', actions: 'noteEngine' },
          { target: 'idle', actions: 'noteEngine' },
        ],
      },
    },
    idle: {
      on: { BATCH: { target: 'verifying', actions: 'enqueue' } },
    },
    verifying: {
      invoke: {
        id: 'verifyBatch',
        src: 'verifyBatch',
        input: ({ context }) => ({ batch: context.batches[0] }),
        onDone: [
          { guard: 'isAnotherWaiting', target: 'verifying', reenter: true, actions: ['count', 'report'] },
          { target: 'idle', actions: ['count', 'report'] },
        ],
      },
    },
  },
});
