import { bytesToHex } from '@noble/hashes/utils.js';
import { createActor, type ActorRefFrom, type AnyActorRef } from 'xstate';
import { entryMachine, type EntryInput } from '../../machines/entry.ts';
import { compareChecked, type CheckedEntry } from '../../src/registry/index.ts';
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

/** What befalls so many at once that those that rest are not woken for it: the end of the connection, or that a portal serves what is known, which confirms it. */
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
  readonly #after = new Map<string, EntryFacts['value'] | undefined>();

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

  /** The state that this leads to, where a portal serves what is known; undefined for the end of the connection if that does more than to lead there. */
  after(event: CommonEvent, state: EntryFacts['value']): EntryFacts['value'] | undefined {
    const question = event + JSON.stringify(state);
    if (!this.#after.has(question)) this.#after.set(question, stateAfter(event, state));
    return this.#after.get(question);
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
  const entry = { type: 1, revision: 0n, data: new Uint8Array() } as CheckedEntry;
  const before = orderedEntry.resolveState({ value, context: { latest: entry, floor: 'volatile', confirmedAt: 0, confirmedBy: [], claimedBy: [] } });
  // All that this machine's actions do is to change what is known.
  const actor = createActor(goingOn, { input: undefined, snapshot: before }).start();
  actor.send({ type, entry, floor: 'volatile', portal: '', at: 0 });
  const after = actor.getSnapshot();
  actor.stop();
  return type !== 'DISCONNECTED' || after.context === before.context ? sharedState(after.value) : undefined;
}

const idOf = ({ id }: Named): string => `entry.${bytesToHex(id)}`;
