import { abridged } from './abridged.ts';
import { threadOf, type Actors } from './actors.ts';
import type { EventSeen, SnapshotTaken } from './reports.ts';
import { Ring } from './ring.ts';
import { isOutside, senderOf, type Party } from './senders.ts';

/** Events that are kept. */
export const MOST_LOGGED = 10_000;

/** Events of one actor that were seen and not yet taken: XState tells of them when they are queued. */
const MOST_PENDING = 64;
/** Actors of which such are known. */
const MOST_EXPECTING = 1_024;

/** Something that happened, as the log shows it. */
export interface Logged {
  /** Counted from 1. */
  readonly number: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Of the actor that it happened to; undefined for what concerns all. */
  readonly sessionId: string | undefined;
  readonly actor: string;
  readonly machine: string;
  readonly type: string;
  readonly event: unknown;
  /** The name of the actor that sent it, where XState knows one. */
  readonly source: string | undefined;
  /** Between whom it went: threads, or what is around them. */
  readonly from: string;
  readonly to: string;
  /** Where the actor was before, and after; undefined while it has not taken it, and for what has no states. */
  readonly before: unknown;
  after: unknown;
  /** Lower case, made when it is first searched. */
  text: string | undefined;
}

/** The newest events of one runtime. */
export class Log {
  readonly #ring = new Ring<Logged>(MOST_LOGGED);
  readonly #pending = new Map<string, Logged[]>();
  #numbered = 0;

  get size(): number {
    return this.#ring.size;
  }

  /** How many there were, kept or not. */
  get total(): number {
    return this.#numbered;
  }

  newest(isWanted?: (logged: Logged) => boolean): readonly Logged[] {
    return this.#ring.newest(isWanted);
  }

  sees({ sessionId, event, sourceId, createdAt }: EventSeen, actors: Actors): void {
    const actor = actors.get(sessionId);
    const thread = threadOf(sessionId);
    const machine = actor?.machine ?? '';
    const party = senderOf(machine, event);
    const logged: Logged = {
      number: ++this.#numbered,
      at: Number(createdAt),
      sessionId,
      actor: actor?.name ?? sessionId,
      machine,
      type: event.type,
      event: abridged(event),
      source: sourceId === undefined ? undefined : (actors.get(sourceId)?.name ?? sourceId),
      from: fromOf(party, sourceId, thread),
      to: isOutside(machine) ? 'outside' : thread,
      before: actor?.value,
      after: undefined,
      text: undefined,
    };
    this.#ring.push(logged);
    this.#expect(sessionId, logged);
  }

  takes({ sessionId, event }: SnapshotTaken, value: unknown): void {
    const pending = this.#pending.get(sessionId);
    const index = pending?.findIndex(({ type }) => type === event.type) ?? -1;
    if (pending === undefined || index < 0) return;
    const [taken] = pending.splice(0, index + 1).slice(-1);
    if (taken !== undefined) taken.after = value;
    if (pending.length === 0) this.#pending.delete(sessionId);
  }

  #expect(sessionId: string, logged: Logged): void {
    const pending = this.#pending.get(sessionId) ?? [];
    if (pending.length === 0) this.#pending.set(sessionId, pending);
    pending.push(logged);
    if (pending.length > MOST_PENDING) pending.shift();
    const [oldest] = this.#pending.size > MOST_EXPECTING ? this.#pending.keys() : [];
    if (oldest !== undefined) this.#pending.delete(oldest);
  }

  /** Of an actor that takes no more. */
  forget(sessionId: string): void {
    this.#pending.delete(sessionId);
  }

  /** Something that is no actor's event: a thread that started anew, events that are missing. */
  note(at: number, type: string, actor: string): void {
    this.#ring.push({ number: ++this.#numbered, at, sessionId: undefined, actor, machine: '', type, event: { type }, source: undefined, from: actor, to: actor, before: undefined, after: undefined, text: undefined });
  }

  /** What is under way of threads that are gone. */
  clearPending(): void {
    this.#pending.clear();
  }
}

/** A socket is one of the thread's own actors, and what it tells is the portal's word. */
function fromOf(party: Party, sourceId: string | undefined, thread: string): string {
  if (party === 'outside') return party;
  if (sourceId !== undefined) return threadOf(sourceId);
  return party === 'itself' ? thread : party;
}

/** What the text filter looks at. */
export function textOf(logged: Logged): string {
  logged.text ??= `${logged.actor} ${logged.type} ${JSON.stringify(logged.event)}`.toLowerCase();
  return logged.text;
}
