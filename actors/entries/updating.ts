import { aborted, closed, fromWire, hasCode, RegistryError, toWire, type WireError } from '../../src/error.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import { compareChecked, nameOf, type CheckedEntry } from '../../src/registry/index.ts';
import type { Leases } from '../../src/storage/index.ts';
import { commonFailure } from './common-failure.ts';
import type { ResultBody } from './result.ts';
import { resultOf } from './result-of.ts';
import type { Heard, Row } from './row.ts';
import type { EntryTable } from './table.ts';
import { Turns } from './turns.ts';
import type { TableWorld } from './world.ts';
import { SURELY_UNSENT, unconfirmed, type WriteOutcome, type Writing } from './writing.ts';

export interface TurnRequest {
  /** The update's number, of the runtime's. */
  readonly update: number;
  /** {@link nameOf} the entry's key. */
  readonly name: string;
}

export interface BaseRequest {
  /** {@link nameOf} the entry's key. */
  readonly name: string;
  /** The how manieth one this is, from 1 on: from the second on there is a pause before. */
  readonly attempt: number;
}

/** What an update is made of, and a stamp as in an `Update`. */
export interface Base {
  readonly result: ResultBody;
  readonly at: number;
}

export interface SwapRequest {
  readonly entry: CheckedEntry;
  /** The entry that it is to take the place of; `null` for none. */
  readonly replaces: CheckedEntry | null;
  /** How often it was sent before, with nobody knowing what became of it. */
  readonly again: number;
  /** How many origins have to be seen to serve it, besides. */
  readonly confirmations: number;
}

export type SwapOutcome =
  /** `isGuarded`: the portal says that it would not have been, had it held another entry than the one that was named. */
  | ({ readonly kind: 'taken'; readonly isGuarded: boolean } & WriteOutcome)
  /** It was not taken, and never will be: another entry took the place of the one that was named. */
  | { readonly kind: 'lost' }
  /** It was sent, and nobody knows yet what became of it. */
  | { readonly kind: 'unsure'; readonly error: WireError };

/** The pause before the second attempt, in milliseconds, doubled each time up to the second number: of it a random part. */
const PAUSE = [25, 250] as const;

/** How often a portal that serves less than is known is sent that, and read again. */
const MOST_REPAIRS = 3;

/** Updates entries at the portal that decides which of two concurrent updates comes first. */
export class Updating {
  readonly #world: TableWorld;
  readonly #table: EntryTable;
  readonly #writing: Writing;
  readonly #turns: Turns;
  /** Its URL. */
  readonly #portal: string;
  #isClosed = false;

  constructor(world: TableWorld, table: EntryTable, writing: Writing, leases: (owner: Bytes) => Promise<Leases | undefined>) {
    this.#world = world;
    this.#table = table;
    this.#writing = writing;
    this.#turns = new Turns({ clock: world.clock, random: world.random, leases });
    this.#portal = world.policy.updatePortal ?? (world.portals[0] as string);
  }

  /** @throws RegistryError `ABORTED`, `CLOSED` */
  async turn({ update, name }: TurnRequest, signal: AbortSignal): Promise<void> {
    if (this.#isClosed) throw closed();
    await this.#turns.take(update, name, signal);
  }

  endTurn(update: number): void {
    this.#turns.end(update);
  }

  /** Nobody waits for a turn any more. */
  close(): void {
    this.#isClosed = true;
    this.#turns.close();
  }

  /** Resolves when others may have their turns. */
  drained(): Promise<void> {
    return this.#turns.drained();
  }

  /**
   * What the portal serves, which is the newest that is known: where it serves less, it is sent that first.
   * @throws RegistryError why the portal gave no answer: `UNREACHABLE`, `TIMEOUT`, `FORBIDDEN`, `THROTTLED`, `TOO_LARGE`; `STALE` if it does not take what is known; `ABORTED`,
   * `CLOSED`
   */
  async base({ name, attempt }: BaseRequest, signal: AbortSignal): Promise<Base> {
    await this.#pause(attempt - 1);
    return this.#using(name, signal, async (row) => {
      for (let repairs = 0; ; repairs++) {
        const before = row.latest;
        const { served, failures } = await this.#table.rows.askPortal(row, this.#portal);
        this.#refuse(signal);
        const { latest } = row;
        if (served === undefined) throw this.#silence(failures, latest);
        // What became known since it was asked, it may have itself by now: it is told by the condition, not to be lagging.
        if (before === undefined || latest === undefined || (served !== 'missing' && compareChecked(served, before) >= 0)) return { result: this.#resultOf(row), at: this.#table.stamp() };
        if (repairs === MOST_REPAIRS) throw new RegistryError('STALE', 'the portal for updates does not take the newest known entry', { portal: this.#portal, current: latest });
        await this.#world.portal.post(this.#portal, latest);
      }
    });
  }

  /**
   * Sends an entry under the condition that the portal still holds what it is to replace. Once it is taken, the other portals are sent it, too.
   * @throws RegistryError `BAD_SIGNATURE`, `REJECTED`, `ABORTED`, `CLOSED`, or why the portal surely has not got it; `UNCONFIRMED` where something newer is served, so that nobody
   * can tell whether it was taken before
   */
  async swap(request: SwapRequest, signal: AbortSignal): Promise<SwapOutcome> {
    const { entry, again } = request;
    await this.#pause(again);
    return this.#using(nameOf(entry), signal, async (row) => {
      if (!(await this.#world.verify(entry))) throw new RegistryError('BAD_SIGNATURE', 'the signer did not sign what it was asked to', { field: 'request.signer' });
      this.#refuse(signal);
      return again === 0 ? this.#send(row, request) : this.#sendAgain(row, request);
    });
  }

  async #send(row: Row, request: SwapRequest): Promise<SwapOutcome> {
    const { entry, replaces } = request;
    const reply = await this.#world.portal.post(this.#portal, entry, replaces);
    if (reply.kind === 'failed') {
      const error = fromWire(reply.error);
      if (hasCode(error, ...SURELY_UNSENT)) throw commonFailure([error], 'the portal for updates could not be reached', { portal: this.#portal });
      return { kind: 'unsure', error: reply.error };
    }
    if (reply.kind === 'accepted' && reply.isGuarded) return this.#taken(row, request, true);
    if (reply.kind === 'refused' && reply.status === 412) return { kind: 'lost' };
    const fate = await this.#readBack(row, entry, replaces);
    if (fate === 'unchanged' && reply.kind === 'refused') throw new RegistryError('REJECTED', `the portal for updates does not take the entry (status ${reply.status})`, { portal: this.#portal });
    return this.#outcome(row, request, fate, NOT_SERVED);
  }

  /** It may have been taken before: a refusal says nothing then, and only what is served tells. */
  async #sendAgain(row: Row, request: SwapRequest): Promise<SwapOutcome> {
    const { entry, replaces } = request;
    const before = await this.#readBack(row, entry, replaces);
    if (before !== 'unchanged' && before !== 'behind') return this.#outcome(row, request, before, NOT_SERVED);
    const reply = await this.#world.portal.post(this.#portal, entry, replaces);
    if (reply.kind === 'accepted' && reply.isGuarded) return this.#taken(row, request, true);
    return this.#outcome(row, request, await this.#readBack(row, entry, replaces), reply.kind === 'failed' ? reply.error : NOT_SERVED);
  }

  /** What is served may be another writer's who made the very same entry: that it was guarded, only an acceptance says. */
  #outcome(row: Row, request: SwapRequest, fate: Fate, error: WireError): SwapOutcome | Promise<SwapOutcome> {
    if (fate === 'taken') return this.#taken(row, request, false);
    return fate === 'replaced' ? { kind: 'lost' } : { kind: 'unsure', error };
  }

  async #taken(row: Row, { entry, confirmations }: SwapRequest, isGuarded: boolean): Promise<SwapOutcome> {
    return { kind: 'taken', isGuarded, ...(await this.#writing.spread(row, entry, { url: this.#portal, confirmations })) };
  }

  /** @throws RegistryError `UNCONFIRMED` where something newer is served: it may have been made of the entry */
  async #readBack(row: Row, entry: CheckedEntry, replaces: CheckedEntry | null): Promise<Fate> {
    const { served } = await this.#table.rows.askPortal(row, this.#portal);
    if (served === undefined) return 'unknown';
    if (served === 'missing') return replaces === null ? 'unchanged' : 'behind';
    if (served.revision > entry.revision) throw unconfirmed('the portal serves what is newer, and may have taken the entry before', undefined, served);
    if (served.revision === entry.revision) return compareChecked(served, entry) === 0 ? 'taken' : 'replaced';
    return replaces !== null && compareChecked(served, replaces) === 0 ? 'unchanged' : 'behind';
  }

  async #using<T>(name: string, signal: AbortSignal, work: (row: Row) => Promise<T>): Promise<T> {
    const row = this.#table.rows.demand(name);
    row.writes++;
    try {
      await this.#table.rows.recalled(row);
      this.#refuse(signal);
      return await work(row);
    } finally {
      row.writes--;
      this.#table.rows.done(row);
    }
  }

  #refuse(signal: AbortSignal): void {
    if (this.#isClosed) throw closed();
    if (signal.aborted) throw aborted();
  }

  #silence(failures: Heard['failures'], current: CheckedEntry | undefined): RegistryError {
    return commonFailure(failures.map(fromWire), 'the portal for updates gave no usable answer', { portal: this.#portal, current, hint: 'no other portal takes its place: two that decide would lose updates' });
  }

  #resultOf(row: Row): ResultBody {
    const now = this.#world.clock.now();
    return resultOf(row.facts, { now, maxStaleness: this.#world.policy.maxStaleness }, 'portal') ?? { exists: false, claimedBy: [this.#portal], confirmedAt: now, status: 'cached' };
  }

  /** Longer each time, and never as long as another one's who was as late. */
  #pause(times: number): Promise<void> | undefined {
    if (times < 1) return undefined;
    const longest = Math.min(PAUSE[1], PAUSE[0] * 2 ** times);
    return new Promise((resolve) => void this.#world.clock.setTimeout(resolve, longest * this.#world.random()));
  }
}

/**
 * What a portal that was sent an entry serves: `taken`, the entry; `unchanged`, what it was to replace; `replaced`, another one of its revision, that was faster; `behind`, neither, and
 * less than the entry, which says nothing: that comes from a cache, or passes, and the entry may have been taken all the same; `unknown`, nothing usable.
 */
type Fate = 'taken' | 'unchanged' | 'replaced' | 'behind' | 'unknown';

const NOT_SERVED = toWire(new Error('the portal does not serve the entry'));
