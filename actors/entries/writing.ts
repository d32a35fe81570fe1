import type { FloorKind } from '../../machines/entry.ts';
import { fromWire, RegistryError, type ErrorCode } from '../../src/error.ts';
import { compareChecked, MAX_REVISION, nameOf, packEntry, type CheckedEntry } from '../../src/registry/index.ts';
import type { PortalReply } from '../portal/service.ts';
import { commonFailure } from './common-failure.ts';
import type { Row } from './row.ts';
import { closed } from './rows.ts';
import type { EntryTable } from './table.ts';
import type { TableWorld } from './world.ts';

export interface WriteRequest {
  readonly entry: CheckedEntry;
  /** Whether the revision may leap, or be the last there is. */
  readonly isFinal: boolean;
}

/** What is known of a write when the first portal has accepted it. */
export interface WriteOutcome {
  /** 32 bytes. */
  readonly entryId: Uint8Array;
  readonly acceptedBy: readonly string[];
  readonly floor: FloorKind;
  /** The entry, and a stamp as in an `Update`; undefined where one is known that replaces it. */
  readonly told: { /** What `packEntry` made. */ readonly packed: string; readonly at: number } | undefined;
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
   * Resolves at the first acceptance; the other portals are sent it all the same.
   * @throws RegistryError `BAD_SIGNATURE`, `REVISION_LIMIT`, `CONFLICT`, `REJECTED`, `UNREACHABLE`, `UNCONFIRMED`, `ABORTED`, `CLOSED`
   */
  async write({ entry, isFinal }: WriteRequest, signal: AbortSignal): Promise<WriteOutcome> {
    const row = this.#table.rows.demand(nameOf(entry));
    row.writes++;
    try {
      await row.recalled;
      if (!(await this.#world.verify(entry))) throw new RegistryError('BAD_SIGNATURE', 'the entry is not what its key signed', { field: 'entry.signature' });
      this.#refuseOld(row, entry);
      if (!isFinal) this.#refuseLeap(row, entry);
      if (this.#isClosed) throw closed();
      if (signal.aborted) throw new RegistryError('ABORTED', 'the write was aborted before it was sent');
      return await this.#send(row, entry);
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

  /** Whoever gives up from here on is not told what became of it: the portals have it, or will. */
  #send(row: Row, entry: CheckedEntry): Promise<WriteOutcome> {
    return new Promise((resolve, reject) => {
      const timer = this.#world.clock.setTimeout(() => {
        const winner = this.#winnerOver(row, entry);
        fail(winner === undefined ? unconfirmed('no portal answered in time') : conflict(winner));
      }, this.#world.policy.writeDeadline);
      const end = (settle: () => void): void => {
        this.#world.clock.clearTimeout(timer);
        this.#underWay.delete(fail);
        settle();
      };
      const fail = (reason: RegistryError): void => end(() => reject(reason));
      this.#underWay.add(fail);
      const accepted = async (url: string): Promise<void> => {
        const floor = await this.#adopt(row, entry);
        const told = this.#winnerOver(row, entry) === undefined ? { packed: packEntry(entry), at: this.#table.stamp() } : undefined;
        end(() => resolve({ entryId: row.id, acceptedBy: [url], floor, told }));
      };
      const posted = this.#postToAll(row, entry, accepted).then((failure) => {
        this.#posts.delete(posted);
        if (failure !== undefined) fail(failure);
        return failure;
      });
      this.#posts.add(posted);
    });
  }

  /** Takes in what one portal has accepted, and sends it to the others, which nobody waits for. */
  async spread(row: Row, entry: CheckedEntry, url: string): Promise<WriteOutcome> {
    const others = this.#world.portals.filter((other) => other !== url);
    const posted = this.#postToAll(row, entry, async () => {}, others).finally(() => this.#posts.delete(posted));
    this.#posts.add(posted);
    const floor = await this.#adopt(row, entry);
    const told = this.#winnerOver(row, entry) === undefined ? { packed: packEntry(entry), at: this.#table.stamp() } : undefined;
    return { entryId: row.id, acceptedBy: [url], floor, told };
  }

  /** Answers why nobody accepted, once all have answered. */
  async #postToAll(row: Row, entry: CheckedEntry, accepted: (url: string) => Promise<void>, urls = this.#world.portals): Promise<RegistryError | undefined> {
    const replies = await Promise.all(
      urls.map(async (url) => {
        const reply = await this.#world.portal.post(url, entry);
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
    const floor = raised?.durability ?? 'volatile';
    row.adopt(raised?.entry ?? entry, floor);
    this.#table.changed(row);
    return floor;
  }
}

/** It was sent, and what became of it is not known. */
export const unconfirmed = (message: string, cause?: Error, current?: CheckedEntry): RegistryError =>
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
