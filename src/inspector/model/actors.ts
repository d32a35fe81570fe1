import type { ActorBirth, EventSeen, SnapshotTaken } from './reports.ts';
import { abridged } from './abridged.ts';

/** Actors that are remembered after their end, and actors at all. */
const MOST_ENDED = 64;
const MOST_ACTORS = 4_096;
/** Values of one actor that are remembered; no machine here has as many. */
const MOST_PASSED = 64;

/** What is known of one actor. */
export interface ActorRecord {
  /** As `portal/x:0`. */
  readonly sessionId: string;
  readonly name: string;
  /** The hosted actor in whose thread it lives: `portal`, `verifier.1`. */
  readonly thread: string;
  readonly parentId: string | undefined;
  /** The id of its machine; of what is no machine, its own. */
  readonly machine: string;
  /** The machine as JSON text. */
  readonly definition: string;
  /** Epoch milliseconds. */
  readonly bornAt: number;
  status: string;
  value: unknown;
  context: unknown;
  /** The event that it took last, and where it was before. */
  last: { readonly type: string; readonly before: unknown } | undefined;
  /** How often it left each value, by the value's JSON: many are over before anything could be drawn. */
  readonly passed: Map<string, number>;
  /** Of another thread than before, or of one that started anew. */
  readonly generation: number;
}

/** An actor where it stands in the tree. */
export interface ActorRow {
  readonly actor: ActorRecord;
  /** 0 for the hosted ones. */
  readonly depth: number;
}

/** The actors of one runtime: those that live, and a few that did. */
export class Actors {
  readonly #actors = new Map<string, ActorRecord>();
  readonly #ended = new Set<string>();
  readonly #latest = new Map<string, string>();
  #births = 0;
  #rows: readonly ActorRow[] | undefined;

  get size(): number {
    return this.#actors.size;
  }

  get(sessionId: string): ActorRecord | undefined {
    return this.#actors.get(sessionId);
  }

  /** The generation of the actor that was born last. */
  get births(): number {
    return this.#births;
  }

  /** Of the actors of a machine in one thread, the one that moved last. @param thread `entries`, of `entries/x:0` */
  latest(thread: string, machine: string): ActorRecord | undefined {
    return this.#actors.get(this.#latest.get(`${thread}/${machine}`) ?? '');
  }

  /** Hosted actors and their descendants, each below its parent. */
  get rows(): readonly ActorRow[] {
    this.#rows ??= this.#inOrder();
    return this.#rows;
  }

  born({ sessionId, name, parentId, definition, snapshot, createdAt }: ActorBirth): void {
    const former = this.#actors.get(sessionId);
    // A thread that started anew: none of its former actors lives.
    if (parentId === undefined && former !== undefined) this.#forgetThread(threadOf(sessionId));
    const { status, value, context } = looseSnapshot(snapshot);
    // Whoever listens anew is told of the living once more.
    const isSame = parentId !== undefined && former?.definition === definition && former.name === name;
    const machine = machineOf(definition, name);
    this.#latest.set(`${threadOf(sessionId)}/${machine}`, sessionId);
    this.#actors.set(sessionId, {
      sessionId,
      name,
      thread: threadOf(sessionId),
      parentId,
      machine,
      definition,
      bornAt: isSame ? former.bornAt : Number(createdAt),
      status,
      value,
      context: abridged(context),
      last: undefined,
      passed: new Map(),
      generation: ++this.#births,
    });
    this.#ended.delete(sessionId);
    this.#rows = undefined;
    if (this.#actors.size > MOST_ACTORS) this.#evict();
  }

  /** @returns the actor, as it is after it; undefined for one that nobody told the birth of */
  took({ sessionId, event, snapshot }: SnapshotTaken): ActorRecord | undefined {
    const actor = this.#actors.get(sessionId);
    if (actor === undefined) return undefined;
    const { status, value, context } = looseSnapshot(snapshot);
    actor.last = { type: event.type, before: actor.value };
    pass(actor, value);
    this.#latest.set(`${actor.thread}/${actor.machine}`, sessionId);
    actor.value = value;
    actor.context = abridged(context);
    if (actor.status !== status) {
      actor.status = status;
      if (status !== 'active') this.#end(sessionId);
    }
    return actor;
  }

  /** Whether the event is the order to stop, after which nothing is heard of an actor. */
  stopping({ sessionId, event }: EventSeen): void {
    const actor = this.#actors.get(sessionId);
    if (event.type !== 'xstate.stop' || actor === undefined || actor.status !== 'active') return;
    actor.status = 'stopped';
    this.#end(sessionId);
  }

  clear(): void {
    this.#actors.clear();
    this.#ended.clear();
    this.#latest.clear();
    this.#rows = undefined;
  }

  #end(sessionId: string): void {
    this.#ended.add(sessionId);
    const [oldest] = this.#ended;
    if (this.#ended.size > MOST_ENDED && oldest !== undefined) this.#delete(oldest);
    this.#rows = undefined;
  }

  #delete(sessionId: string): void {
    this.#actors.delete(sessionId);
    this.#ended.delete(sessionId);
    this.#rows = undefined;
  }

  #forgetThread(thread: string): void {
    for (const actor of this.#actors.values()) if (actor.thread === thread) this.#delete(actor.sessionId);
  }

  #evict(): void {
    for (const { sessionId, parentId } of this.#actors.values()) {
      if (this.#actors.size <= MOST_ACTORS) return;
      if (parentId !== undefined) this.#delete(sessionId);
    }
    for (const sessionId of this.#actors.keys()) {
      if (this.#actors.size <= MOST_ACTORS) return;
      this.#delete(sessionId);
    }
  }

  #inOrder(): readonly ActorRow[] {
    const children = new Map<string | undefined, ActorRecord[]>();
    for (const actor of this.#actors.values()) {
      // One whose parent was forgotten stands by itself.
      const parent = actor.parentId !== undefined && this.#actors.has(actor.parentId) ? actor.parentId : undefined;
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [actor]);
      else siblings.push(actor);
    }
    const rows: ActorRow[] = [];
    const walk = (parent: string | undefined, depth: number): void => {
      for (const actor of children.get(parent) ?? []) {
        rows.push({ actor, depth });
        // Depth is bounded so that ids that go round in a ring, as only a broken report has them, end somewhere.
        if (depth < 16) walk(actor.sessionId, depth + 1);
      }
    };
    children.get(undefined)?.sort((a, b) => rank(a) - rank(b) || a.sessionId.localeCompare(b.sessionId));
    walk(undefined, 0);
    return rows;
  }
}

/** The way of a portal's word: from the portal actor by the verifier to the entries. */
const THREADS = ['portal', 'verifier', 'entries', 'vault'];
const rank = ({ thread }: ActorRecord): number => (THREADS.indexOf(thread.split('.')[0] ?? '') + THREADS.length + 1) % (THREADS.length + 1);

export const threadOf = (sessionId: string): string => sessionId.slice(0, Math.max(0, sessionId.lastIndexOf('/'))) || sessionId;

function pass({ value, passed }: ActorRecord, next: unknown): void {
  const [left, reached] = [JSON.stringify(value) ?? '', JSON.stringify(next) ?? ''];
  if (left === reached) return;
  if (passed.size >= MOST_PASSED) passed.clear();
  passed.set(left, (passed.get(left) ?? 0) + 1);
}

/** Cheap, as entries are born by the thousand: the id is looked for in the text before all of it is read. */
function machineOf(definition: string, name: string): string {
  const [, first] = /^\{"id":"([^"\\]*)"/.exec(definition) ?? [];
  if (first !== undefined) return first;
  try {
    const { id } = JSON.parse(definition) as { readonly id?: unknown };
    return typeof id === 'string' ? id : name;
  } catch {
    return name;
  }
}

function looseSnapshot(snapshot: unknown): { readonly status: string; readonly value: unknown; readonly context: unknown } {
  const { status, value, context } = (typeof snapshot === 'object' && snapshot !== null ? snapshot : {}) as { readonly status?: unknown; readonly value?: unknown; readonly context?: unknown };
  return { status: typeof status === 'string' ? status : 'active', value, context };
}
