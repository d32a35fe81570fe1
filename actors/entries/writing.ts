import type { FloorKind } from '../../machines/entry.ts';
import { closed, fromWire, RegistryError, type ErrorCode } from '../../src/error.ts';
import { compareChecked, MAX_REVISION, nameOf, packEntry, type CheckedEntry } from '../../src/registry/index.ts';
import type { PortalReply } from '../portal/service.ts';
import { commonFailure } from './common-failure.ts';
import type { Wish } from './confirming.ts';
import type { Row } from './row.ts';
import type { EntryTable } from './table.ts';
import type { TableWorld } from './world.ts';

export interface WriteRequest {
  readonly entry: CheckedEntry;
  /** Whether the revision may leap, or be the last there is. */
  readonly isFinal: boolean;
  /** How many origins have to be seen to serve exactly this entry: at most as many as there are. */
  readonly confirmations: number;
}

/** What is known of a write when the first portal has accepted it. */
export interface WriteOutcome {
  /** 32 bytes. */
  readonly entryId: Uint8Array;
  readonly acceptedBy: readonly string[];
  /** URLs of the portals that were seen to serve it, one for each origin; none where nobody wanted to know. */
  readonly confirmedBy: readonly string[];
  readonly floor: FloorKind;
  /** The entry, or the one that is known to replace it, and a stamp as in an `Update`. */
  readonly told: { /** What `packEntry` made. */ readonly packed: string; readonly at: number };
}

/** How long closing waits for portals that are still being sent an entry, in milliseconds. */
const DRAIN_DEADLINE = 1_500;

/** Sends entries to portals, and takes in what they accept. */
export class Writing {
  readonly #world: TableWorld;
  readonly #table: EntryTable;
  /** Ends of the writes whose outcome nobody knows yet. */
  readonly #underWay = new Set<(reason: RegistryError) => void>();
  readonly #posts = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(world: TableWorld, table: EntryTable) {
    this.#world = world;
    this.#table = table;
  }

  /**
   * Resolves at the first acceptance, or when as many origins as are wanted serve it; the other portals are sent it all the same.
   * @param onSpread told that every portal which was sent it has answered, or will not
   * @throws RegistryError `BAD_SIGNATURE`, `REVISION_LIMIT`, `CONFLICT`, `REJECTED`, `UNREACHABLE`, `UNCONFIRMED`, `STORAGE`, `ABORTED`, `CLOSED`
   */
  async write({ entry, isFinal, confirmations }: WriteRequest, signal: AbortSignal, onSpread?: () => void): Promise<WriteOutcome> {
    const row = this.#table.rows.demand(nameOf(entry));
    row.writes++;
    try {
      await this.#table.rows.recalled(row);
      if (!(await this.#world.verify(entry))) throw new RegistryError('BAD_SIGNATURE', 'the entry is not what its key signed', { field: 'entry.signature' });
      this.#refuseOld(row, entry);
      if (!isFinal) this.#refuseLeap(row, entry);
      if (this.#isClosed) throw closed();
      if (signal.aborted) throw new RegistryError('ABORTED', 'the write was aborted before it was sent');
      return await this.#send(row, entry, confirmations, undefined, onSpread);
    } finally {
      row.writes--;
      this.#table.rows.done(row);
    }
  }

  /** What was sent and not answered stays unknown. */
  close(): void {
    this.#isClosed = true;
    const reason = unconfirmed('the runtime was closed while it wrote');
    for (const fail of this.#underWay) fail(reason);
  }

  /** Resolves when all portals have got what they are being sent, or soon: one that is mute holds nobody up. */
  async drained(): Promise<void> {
    let timer: unknown;
    const late = new Promise<void>((resolve) => (timer = this.#world.clock.setTimeout(resolve, DRAIN_DEADLINE)));
    await Promise.race([Promise.allSettled(this.#posts), late]);
    this.#world.clock.clearTimeout(timer);
  }

  /** What is known to be replaced already need not be sent. */
  #refuseOld(row: Row, entry: CheckedEntry): void {
    const { latest } = row;
    if (latest === undefined || compareChecked(entry, latest) >= 0) return;
    throw new RegistryError('CONFLICT', 'a newer entry is known', { current: latest, hint: 'sign again with a revision above the current one' });
  }

  #refuseLeap(row: Row, { revision }: CheckedEntry): void {
    const step = revision - (row.latest?.revision ?? 0n);
    if (step <= this.#world.policy.maxRevisionStep && revision < MAX_REVISION) return;
    throw new RegistryError('REVISION_LIMIT', 'the revision leaps so far that few could follow', { hint: 'a revision can never go back; if this is meant, say final: true' });
  }

  /**
   * Takes in what one portal has accepted, and sends it to the others. Confirmations are waited for until something newer is served, which was made of it.
   * @throws RegistryError `UNCONFIRMED` where they do not come in time
   */
  spread(row: Row, entry: CheckedEntry, { url, confirmations }: { readonly url: string; readonly confirmations: number }): Promise<WriteOutcome> {
    return this.#send(row, entry, confirmations, url);
  }

  /**
   * Whoever gives up from here on is not told what became of it: the portals have it, or will.
   * @param first the URL of a portal that has accepted it already
   */
  #send(row: Row, entry: CheckedEntry, confirmations: number, first?: string, onSpread?: () => void): Promise<WriteOutcome> {
    return new Promise((resolve, reject) => {
      const acceptedBy: string[] = [];
      let wish: Wish | undefined;
      const timer = this.#world.clock.setTimeout(() => {
        const winner = this.#winnerOver(row, entry);
        fail(winner === undefined ? unconfirmed(wish === undefined ? 'no portal answered in time' : 'too few portals served the entry in time') : conflict(winner));
      }, this.#world.policy.writeDeadline);
      const end = (settle: () => void): void => {
        this.#world.clock.clearTimeout(timer);
        this.#underWay.delete(fail);
        if (wish !== undefined) this.#table.confirming.end(wish);
        settle();
      };
      const fail = (reason: RegistryError): void => end(() => reject(reason));
      this.#underWay.add(fail);
      const succeed = (confirmedBy: readonly string[]): void => {
        const told = { packed: packEntry(this.#winnerOver(row, entry) ?? entry), at: this.#table.stamp() };
        end(() => resolve({ entryId: row.id, acceptedBy: [...acceptedBy], confirmedBy, floor: row.floor, told }));
      };
      const since = this.#table.rows.inquiries;
      const accepted = async (url: string): Promise<void> => {
        acceptedBy.push(url);
        this.#table.oversight.accepted(row, url, entry);
        await this.#adopt(row, entry);
        if (confirmations === 0) return succeed([]);
        if (wish !== undefined || !this.#underWay.has(fail)) return;
        const look = (urls: readonly string[]): void => {
          const winner = this.#winnerOver(row, entry);
          if (urls.length >= confirmations || (winner !== undefined && first !== undefined)) succeed(urls);
          else if (winner !== undefined) fail(conflict(winner));
        };
        // That nobody can be reached may pass before the deadline.
        wish = { row, since, acceptsLive: true, look, fail: () => {} };
        this.#table.confirming.begin(wish);
      };
      const posted = this.#postToAll(row, entry, first, accepted).then((failure) => {
        this.#posts.delete(posted);
        onSpread?.();
        if (failure !== undefined) fail(failure);
        return failure;
      });
      this.#posts.add(posted);
    });
  }

  /** Answers why nobody accepted, once all have answered. */
  async #postToAll(row: Row, entry: CheckedEntry, first: string | undefined, accepted: (url: string) => Promise<void>): Promise<RegistryError | undefined> {
    const replies = await Promise.all(
      this.#world.portals.map(async (url): Promise<PortalReply> => {
        const reply: PortalReply = url === first ? { kind: 'accepted', isGuarded: false } : await this.#world.portal.post(url, entry);
        if (reply.kind === 'accepted') await accepted(url);
        // It may have another one. Only itself can be asked for it: the others may serve something older.
        if (reply.kind === 'refused') await this.#table.rows.askPortal(row, url);
        return reply;
      }),
    );
    if (replies.some(({ kind }) => kind === 'accepted')) return undefined;
    return replies.some(({ kind }) => kind === 'refused') ? refusal(replies, this.#winnerOver(row, entry)) : silence(replies);
  }

  #winnerOver(row: Row, entry: CheckedEntry): CheckedEntry | undefined {
    const { latest } = row;
    return latest !== undefined && compareChecked(latest, entry) > 0 ? latest : undefined;
  }

  async #adopt(row: Row, entry: CheckedEntry): Promise<FloorKind> {
    const [raised] = await this.#world.floors.raise([entry], [row.name]).catch(() => []);
    const floor = raised ?? { entry, durability: 'volatile' };
    this.#table.adopt(row, floor);
    return floor.durability;
  }
}

/** It was sent, and what became of it is not known. */
export const unconfirmed = (message: string, cause?: unknown, current?: CheckedEntry): RegistryError =>
  new RegistryError('UNCONFIRMED', message, { cause, current, hint: 'the portals may have stored it; the same bytes may be sent again' });

const conflict = (winner: CheckedEntry): RegistryError =>
  new RegistryError('CONFLICT', 'portals have an entry that replaces this one', { current: winner, hint: 'sign again with a revision above the current one' });

function refusal(replies: readonly PortalReply[], winner: CheckedEntry | undefined): RegistryError {
  if (winner !== undefined) return conflict(winner);
  const statuses = replies.flatMap((reply) => (reply.kind === 'refused' ? [reply.status] : []));
  return new RegistryError('REJECTED', `no portal takes the entry (status ${statuses.join(', ')})`);
}

/** Nobody said yes or no. Where surely nobody stored it, it says why; else its outcome is unknown. */
function silence(replies: readonly PortalReply[]): RegistryError {
  const errors = replies.flatMap((reply) => (reply.kind === 'failed' ? [fromWire(reply.error)] : []));
  const isSurelyUnsent = errors.every((error) => error instanceof RegistryError && SURELY_UNSENT.has(error.code));
  return isSurelyUnsent ? commonFailure(errors, 'no portal could be reached') : unconfirmed('no portal said whether it stored the entry', errors[0]);
}

/** A portal that answers so, or cannot be reached, has not looked at the entry. */
export const SURELY_UNSENT: ReadonlySet<ErrorCode> = new Set(['UNREACHABLE', 'FORBIDDEN', 'THROTTLED']);
