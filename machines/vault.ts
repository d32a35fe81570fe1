import { assign, emit, fromCallback, sendTo, setup } from 'xstate';

/** Numbers and words only: passwords and keys stay with the host, which knows them by a task's number. */
export interface VaultContext {
  /** How long whoever tried a wrong password last has to wait, in milliseconds. */
  readonly wait: number;
  /** How much of a password's stretching is done, from 0 to 1; 0 while none is stretched. */
  readonly progress: number;
}

/** Something to be done one after the other, by the host's number. */
interface TaskEvent {
  readonly task: number;
}

/** How things stand once a task has ended, well or badly. */
export interface VaultStanding {
  /** What the storage holds: `unknown` where it cannot be read. */
  readonly stands: 'nothing' | 'vault' | 'unknown';
  /** Whether its keys are at hand. */
  readonly isOpen: boolean;
  /** How long whoever tried has to wait after a wrong password, in milliseconds. */
  readonly wait: number;
}

export type PublicVaultEvent = { readonly type: 'LOCK' };
export type VaultEvent =
  | PublicVaultEvent
  /** A vault is to be put where none is; the password is to be tried; something that needs the password anew, or no password but the keys at hand. */
  | ({ readonly type: 'CREATE' | 'UNLOCK' | 'PROVE' | 'CHANGE' } & TaskEvent)
  | ({ readonly type: 'ENDED' } & VaultStanding)
  | { readonly type: 'PROGRESS'; readonly ratio: number }
  /** Nobody has used the keys for so long; the machine slept meanwhile. */
  | { readonly type: 'IDLE' }
  | { readonly type: 'WOKE' };

/** What the work is told. */
export type WorkCommand = { readonly type: 'LOOK' } | ({ readonly type: 'BEGIN' } & TaskEvent) | { readonly type: 'ABORT' } | { readonly type: 'FORGET' };

export type VaultEmitted =
  | { readonly type: 'vault.unlocked' }
  | { readonly type: 'vault.locked'; readonly reason: 'asked' | 'idle' | 'woke' | 'changed' }
  | { readonly type: 'kdf.progress'; readonly ratio: number };

const taskOf = (event: VaultEvent): number => ('task' in event ? event.task : 0);

/** Where a task leads, by how things stand after it. */
const LOCKED_AFTER = [
  { guard: 'isUnknown', target: '#vault.unavailable' },
  { guard: 'isNothing', target: '#vault.empty' },
  { guard: 'isDelayed', target: '#vault.locked.delayed' },
  { target: '#vault.locked.ready' },
] as const;
const settledBy = (actions: readonly ('noteStanding' | 'forget' | 'reportChanged')[]) => LOCKED_AFTER.map((way) => ({ ...way, actions }));

/** A keyring at rest, and for a while at hand: one task at a time, and no key at hand but in `unlocked`. */
export const vaultMachine = setup({
  types: {
    context: {} as VaultContext,
    events: {} as VaultEvent,
    emitted: {} as VaultEmitted,
    children: {} as { work: 'work'; vigil: 'vigil' },
  },
  actors: {
    /**
     * Does a task it is given, sends PROGRESS meanwhile and ENDED after it; LOOK is a task, too. ABORT gives up the one under way, where it is not too late, and
     * those that wait. FORGET wipes the keys at hand, at once.
     */
    work: fromCallback<WorkCommand>(({ receive }) => {
      receive(() => {
        throw new Error('the vault machine was started without a vault');
      });
    }),
    /** Sends IDLE or WOKE when it is time to lock. */
    vigil: fromCallback(() => {
      throw new Error('the vault machine was started without a vigil');
    }),
  },
  guards: {
    isOpen: ({ event }) => event.type === 'ENDED' && event.isOpen,
    isUnknown: ({ event }) => event.type === 'ENDED' && event.stands === 'unknown',
    isNothing: ({ event }) => event.type === 'ENDED' && event.stands === 'nothing',
    isDelayed: ({ event }) => event.type === 'ENDED' && event.wait > 0,
  },
  delays: {
    wait: ({ context }) => context.wait,
  },
  actions: {
    look: sendTo('work', { type: 'LOOK' as const }),
    begin: sendTo('work', ({ event }) => ({ type: 'BEGIN' as const, task: taskOf(event) })),
    abort: sendTo('work', { type: 'ABORT' as const }),
    forget: sendTo('work', { type: 'FORGET' as const }),
    noteStanding: assign(({ event }) => (event.type === 'ENDED' ? { wait: event.wait, progress: 0 } : {})),
    noteProgress: assign(({ event }) => (event.type === 'PROGRESS' ? { progress: event.ratio } : {})),
    reportProgress: emit(({ event }) => ({ type: 'kdf.progress' as const, ratio: event.type === 'PROGRESS' ? event.ratio : 0 })),
    reportUnlocked: emit({ type: 'vault.unlocked' as const }),
    reportLocked: emit(({ event }) => ({ type: 'vault.locked' as const, reason: event.type === 'IDLE' ? ('idle' as const) : event.type === 'WOKE' ? ('woke' as const) : ('asked' as const) })),
    reportChanged: emit({ type: 'vault.locked' as const, reason: 'changed' as const }),
  },
}).createMachine({
  id: 'vault',
  context: () => ({ wait: 0, progress: 0 }),
  // One for all tasks, and across states: a task that is aborted says itself when it has ended, and what it left.
  invoke: { id: 'work', src: 'work' },
  on: { PROGRESS: { actions: ['noteProgress', 'reportProgress'] } },
  initial: 'opening',
  states: {
    opening: {
      entry: 'look',
      on: {
        LOCK: { actions: 'abort' },
        ENDED: settledBy(['noteStanding']),
      },
    },
    /** The storage cannot be read; each task tries again. */
    unavailable: {
      on: {
        CREATE: { target: 'creating', actions: 'begin' },
        UNLOCK: { target: 'unlocking', actions: 'begin' },
        PROVE: { target: 'proving', actions: 'begin' },
      },
    },
    empty: {
      on: {
        CREATE: { target: 'creating', actions: 'begin' },
        UNLOCK: { target: 'unlocking', actions: 'begin' },
        PROVE: { target: 'proving', actions: 'begin' },
      },
    },
    locked: {
      on: {
        CREATE: { target: 'creating', actions: 'begin' },
        UNLOCK: { target: 'unlocking', actions: 'begin' },
        PROVE: { target: 'proving', actions: 'begin' },
      },
      initial: 'ready',
      states: {
        ready: {},
        /** A wrong password was tried. Others than who tried it need not wait. */
        delayed: { after: { wait: 'ready' } },
      },
    },
    creating: {
      on: {
        LOCK: { target: 'locking', actions: 'abort' },
        ENDED: [{ guard: 'isOpen', target: 'unlocked', actions: ['noteStanding', 'reportUnlocked'] }, ...settledBy(['noteStanding'])],
      },
    },
    unlocking: {
      on: {
        LOCK: { target: 'locking', actions: 'abort' },
        ENDED: [{ guard: 'isOpen', target: 'unlocked', actions: ['noteStanding', 'reportUnlocked'] }, ...settledBy(['noteStanding'])],
      },
    },
    /** Something is done that needs the password, and no unlocked vault. */
    proving: {
      on: {
        LOCK: { target: 'locking', actions: 'abort' },
        ENDED: settledBy(['noteStanding']),
      },
    },
    /** What was begun before is given up; it says when it has ended, and whether it was too late to give it up. */
    locking: {
      on: { ENDED: settledBy(['noteStanding', 'forget']) },
    },
    unlocked: {
      invoke: { id: 'vigil', src: 'vigil' },
      initial: 'resting',
      states: {
        resting: {
          on: {
            CREATE: { target: 'changing', actions: 'begin' },
            UNLOCK: { target: 'changing', actions: 'begin' },
            PROVE: { target: 'changing', actions: 'begin' },
            CHANGE: { target: 'changing', actions: 'begin' },
            LOCK: { target: '#vault.locked', actions: ['forget', 'reportLocked'] },
            IDLE: { target: '#vault.locked', actions: ['forget', 'reportLocked'] },
            WOKE: { target: '#vault.locked', actions: ['forget', 'reportLocked'] },
          },
        },
        /** The keys at hand go on signing while what is stored, or the password, is changed. */
        changing: {
          on: {
            LOCK: { target: '#vault.locking', actions: ['abort', 'forget', 'reportLocked'] },
            IDLE: { target: '#vault.locking', actions: ['abort', 'forget', 'reportLocked'] },
            WOKE: { target: '#vault.locking', actions: ['abort', 'forget', 'reportLocked'] },
            ENDED: [{ guard: 'isOpen', target: 'resting', actions: 'noteStanding' }, ...settledBy(['noteStanding', 'reportChanged'])],
          },
        },
      },
    },
  },
});
