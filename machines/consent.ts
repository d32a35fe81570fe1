import { emit, setup } from 'xstate';

export interface ConsentInput {
  /** How long the question has to be in sight without a break before an answer counts, in milliseconds. */
  readonly steady: number;
  /** How long the user may take, in milliseconds. */
  readonly patience: number;
}

export type ConsentEvent =
  /** The whole question is in sight, and nothing covers it; or not any more. */
  | { readonly type: 'SHOWN' }
  | { readonly type: 'HIDDEN' }
  /** What the user does. */
  | { readonly type: 'ALLOW' }
  | { readonly type: 'DENY' }
  /** Of what ALLOW began: the vault is open, and the port there; or not, as with a wrong password. */
  | { readonly type: 'OPENED' }
  | { readonly type: 'FAILED' }
  /** Who asked wants it no more, or is gone. */
  | { readonly type: 'WITHDRAWN' };

/** How a question ends. */
export type ConsentAnswer = 'granted' | 'denied' | 'withdrawn' | 'expired';

/** What its host is to do: open the vault and grant the port; exactly one answer, as the last. */
export type ConsentEmitted = { readonly type: 'OPEN' } | { readonly type: 'ANSWERED'; readonly answer: ConsentAnswer };

/** One question to the user, whether a page may sign with keys of the vault. Who asks, which keys, and passwords stay with the host. */
export const consentMachine = setup({
  types: {
    context: {} as ConsentInput,
    events: {} as ConsentEvent,
    emitted: {} as ConsentEmitted,
    input: {} as ConsentInput,
  },
  delays: {
    steady: ({ context }) => context.steady,
    patience: ({ context }) => context.patience,
  },
  actions: {
    open: emit({ type: 'OPEN' as const }),
    answerGranted: emit({ type: 'ANSWERED' as const, answer: 'granted' as const }),
    answerDenied: emit({ type: 'ANSWERED' as const, answer: 'denied' as const }),
    answerWithdrawn: emit({ type: 'ANSWERED' as const, answer: 'withdrawn' as const }),
    answerExpired: emit({ type: 'ANSWERED' as const, answer: 'expired' as const }),
  },
}).createMachine({
  id: 'consent',
  context: ({ input }) => input,
  initial: 'pending',
  states: {
    pending: {
      on: {
        DENY: { target: 'denied', actions: 'answerDenied' },
        WITHDRAWN: { target: 'withdrawn', actions: 'answerWithdrawn' },
      },
      after: { patience: { target: 'expired', actions: 'answerExpired' } },
      initial: 'asked',
      states: {
        asked: { on: { SHOWN: 'steadying' } },
        /** A click that was meant for what stood here a moment ago is none. */
        steadying: {
          on: { HIDDEN: 'asked' },
          after: { steady: 'ready' },
        },
        ready: {
          on: {
            HIDDEN: 'asked',
            ALLOW: { target: 'opening', actions: 'open' },
          },
        },
        opening: {
          on: {
            OPENED: { target: '#consent.granted', actions: 'answerGranted' },
            // Whether it is still in sight its host says anew.
            FAILED: 'asked',
          },
        },
      },
    },
    granted: { type: 'final' },
    denied: { type: 'final' },
    withdrawn: { type: 'final' },
    expired: { type: 'final' },
  },
});
