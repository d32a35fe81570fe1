import { assign, emit, setup, stateIn } from 'xstate';

/** Whether a query is answered at once, or told news until it is closed. */
export type QueryKind = 'once' | 'subscription';

export interface QueryInput {
  /** For an answer, in milliseconds since it was asked. */
  readonly queryDeadline: number;
  /** For portals to take what one of them has accepted, in milliseconds. */
  readonly fanout: number;
  /** The reason that is given where the deadline passes: of a write the outcome is unknown then, of a read there is none. */
  readonly late: string;
}

/** What is asked, and of whom, stays with the host. */
export interface QueryContext extends QueryInput {
  /** Undefined while it is unasked. */
  readonly method: string | undefined;
  readonly kind: QueryKind | undefined;
  /** The answer that is due once the write has spread. */
  readonly accepted: unknown;
}

export type QueryEvent =
  /** A kernel's messages. */
  | { readonly type: 'ASKED'; readonly method: string; readonly kind: QueryKind }
  | { readonly type: 'CLOSE' }
  /** Of what answers it: news will come; they came; a first portal took what is written, all have answered; the answer, or why there is none. */
  | { readonly type: 'OPENED' }
  | { readonly type: 'TOLD'; readonly data: unknown }
  | { readonly type: 'ACCEPTED'; readonly data: unknown }
  | { readonly type: 'SPREAD' }
  | { readonly type: 'DONE'; readonly data: unknown }
  | { readonly type: 'FAILED'; readonly reason: string };

/** What the caller is told: any number of UPDATED, and exactly one of the others as the last. */
export type QueryEmitted =
  | { readonly type: 'UPDATED'; readonly data: unknown }
  | { readonly type: 'ANSWERED'; readonly data: unknown }
  | { readonly type: 'REFUSED'; readonly reason: string };

/** The event that an action is for: the states below name it for no others. */
type Of<T extends QueryEvent['type']> = Extract<QueryEvent, { readonly type: T }>;

/** One query of a kernel, from the question to its one answer. */
export const queryMachine = setup({
  types: {
    context: {} as QueryContext,
    events: {} as QueryEvent,
    emitted: {} as QueryEmitted,
    input: {} as QueryInput,
  },
  guards: {
    isSubscription: ({ context }) => context.kind === 'subscription',
    isAccepted: stateIn({ asked: 'spreading' }),
  },
  delays: {
    queryDeadline: ({ context }) => context.queryDeadline,
    fanout: ({ context }) => context.fanout,
  },
  actions: {
    noteQuestion: assign(({ event }) => {
      const { method, kind } = event as Of<'ASKED'>;
      return { method, kind };
    }),
    noteAccepted: assign(({ event }) => ({ accepted: (event as Of<'ACCEPTED'>).data })),
    update: emit(({ event }) => ({ type: 'UPDATED' as const, data: (event as Of<'TOLD'>).data })),
    answer: emit(({ event }) => ({ type: 'ANSWERED' as const, data: (event as Of<'DONE'>).data })),
    answerAccepted: emit(({ context }) => ({ type: 'ANSWERED' as const, data: context.accepted })),
    answerClosed: emit({ type: 'ANSWERED' as const, data: { closed: true } }),
    refuse: emit(({ event }) => ({ type: 'REFUSED' as const, reason: (event as Of<'FAILED'>).reason })),
    refuseLate: emit(({ context }) => ({ type: 'REFUSED' as const, reason: context.late })),
  },
}).createMachine({
  id: 'query',
  context: ({ input }) => ({ ...input, method: undefined, kind: undefined, accepted: undefined }),
  initial: 'unasked',
  states: {
    unasked: {
      on: { ASKED: { target: 'asked', actions: 'noteQuestion' } },
    },
    asked: {
      after: {
        queryDeadline: [
          { guard: 'isAccepted', target: 'answered', actions: 'answerAccepted' },
          { target: 'answered', actions: 'refuseLate' },
        ],
      },
      initial: 'working',
      states: {
        working: {
          on: {
            OPENED: { guard: 'isSubscription', target: '#query.open' },
            ACCEPTED: { target: 'spreading', actions: 'noteAccepted' },
            DONE: { target: '#query.answered', actions: 'answer' },
            FAILED: { target: '#query.answered', actions: 'refuse' },
            CLOSE: { guard: 'isSubscription', target: '#query.answered', actions: 'answerClosed' },
          },
        },
        /** A kernel may end our worker with the answer: what was not sent to the other portals by then would never be. */
        spreading: {
          on: { SPREAD: { target: '#query.answered', actions: 'answerAccepted' } },
          after: { fanout: { target: '#query.answered', actions: 'answerAccepted' } },
        },
      },
    },
    open: {
      on: {
        TOLD: { actions: 'update' },
        FAILED: { target: 'answered', actions: 'refuse' },
        CLOSE: { target: 'answered', actions: 'answerClosed' },
      },
    },
    answered: { type: 'final' },
  },
});
