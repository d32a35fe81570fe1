import { bytesToHex } from '@noble/hashes/utils.js';
import { createActor, type ActorRefFrom, type AnyActorRef } from 'xstate';
import { confirmed, entryMachine, type EntryContext, type EntryInput } from '../../machines/entry.ts';
import { compareChecked } from '../../src/registry/index.ts';
import { Queue } from '../queue.ts';
import { sharedState, type EntryFacts, type RestingEntry } from './resting.ts';
import type { Row } from './row.ts';
import type { Named } from './world.ts';

/** The entry machine with the order of entries. */
const orderedEntry = entryMachine.provide({
  guards: {
    isNewer: ({ context, event }) => 'entry' in event && event.entry !== undefined && (context.latest === undefined || compareChecked(event.entry, context.latest) > 0),
    isSame: ({ context, event }) => 'entry' in event && event.entry !== undefined && context.latest !== undefined && compareChecked(event.entry, context.latest) === 0,
  },
});

/**
 * The machine as an actor goes on with it: a snapshot is taken as it is. One that had been written down would have to be searched for actors to revive,
 * byte by byte, which costs more than the event that the actor is woken for.
 */
const goingOn = Object.create(orderedEntry, { restoreSnapshot: { value: (snapshot: unknown) => snapshot } }) as typeof orderedEntry;

/** A word of what is known already, as such. */
const repeating = Object.create(entryMachine.provide({ guards: { isNewer: () => false, isSame: () => true } }), {
  restoreSnapshot: { value: (snapshot: unknown) => snapshot },
}) as typeof orderedEntry;

/** What befalls so many at once that those that rest are not woken for it: the end of the connection, or that a portal serves what is known. */
export type CommonEvent = 'DISCONNECTED' | 'PUSHED' | 'ANSWERED';

export type EntryActor = ActorRefFrom<typeof entryMachine>;

/** Actors that stay awake for what may come next. Each takes two kilobytes. */
const AWAKE = 256;

/** Looked at for every row that has become quiet, so that they get fewer, though some are busy. */
const LOOKS = 2;

/** The actors of entries that something is happening to, or was until lately; the facts of all others rest. */
export class EntryActors {
  readonly #parent: () => AnyActorRef;
  readonly #failed: { readonly error: (error: unknown) => void };
  readonly #most: number;
  readonly #awake = new Queue<Row>();

  /** The machine's own answers to that question, one for each state. */
  readonly #after = {
    DISCONNECTED: new Map<EntryFacts['value'], EntryFacts['value'] | undefined>(),
    PUSHED: new Map<EntryFacts['value'], EntryFacts['value'] | undefined>(),
    ANSWERED: new Map<EntryFacts['value'], EntryFacts['value'] | undefined>(),
  };

  /**
   * @param parent of all of them
   * @param onError told why one of them failed
   * @param most how many quiet ones stay awake
   */
  constructor(parent: () => AnyActorRef, onError: (error: unknown) => void, most = AWAKE) {
    this.#parent = parent;
    this.#failed = { error: onError };
    this.#most = most;
  }

  /** A new actor, which knows what was known when its entry was let go of. */
  start(row: Row, known: EntryInput): EntryActor {
    return this.#begin(row, createActor(orderedEntry, { parent: this.#parent(), id: idOf(row), input: known }));
  }

  /** An actor that goes on where another one ended. */
  wake(row: Row, { value, context }: RestingEntry): EntryActor {
    const snapshot = orderedEntry.resolveState({ value, context });
    return this.#begin(row, createActor(goingOn, { parent: this.#parent(), id: idOf(row), input: undefined, snapshot }));
  }

  /** The state that this leads to; undefined if it does more than to lead there and, where a portal serves what is known, to confirm that. */
  after(event: CommonEvent, state: EntryFacts['value']): EntryFacts['value'] | undefined {
    const known = this.#after[event];
    if (!known.has(state)) known.set(state, stateAfter(event, state));
    return known.get(state);
  }

  #begin(row: Row, actor: EntryActor): EntryActor {
    this.#awake.push(row);
    actor.subscribe(this.#failed);
    actor.start();
    return actor;
  }

  /** Whatever the row has to tell has been told. Where more are awake than need be, those that are quiet are put to rest. */
  lull(): void {
    for (let looked = 0; looked < LOOKS && this.#awake.length > this.#most; looked++) {
      const row = this.#awake.shift();
      if (row?.isBusy === true) this.#awake.push(row);
      else row?.rest();
    }
  }
}

function stateAfter(type: CommonEvent, value: EntryFacts['value']): EntryFacts['value'] | undefined {
  // What it knows is not looked at, and must stay.
  const context: EntryContext = { latest: {} as never, floor: 'volatile', confirmedAt: 0, confirmedBy: [], claimedBy: [] };
  const word = { floor: 'durable', portal: '', at: 1 } as const;
  // All that this machine's actions do is to change what is known.
  const actor = createActor(repeating, { input: undefined, snapshot: repeating.resolveState({ value, context }) }).start();
  actor.send(type === 'DISCONNECTED' ? { type } : { type, entry: undefined as never, ...word });
  const after = actor.getSnapshot();
  actor.stop();
  const expected = type === 'DISCONNECTED' ? context : { ...context, ...confirmed(context, word) };
  return JSON.stringify(after.context) === JSON.stringify(expected) ? sharedState(after.value) : undefined;
}

const idOf = ({ id }: Named): string => `entry.${bytesToHex(id)}`;
