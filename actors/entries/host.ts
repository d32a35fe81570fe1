import type { AnyActorRef } from 'xstate';
import type { EntriesEvent } from '../../machines/entries.ts';
import type { Policy } from '../../src/policy.ts';
import type { Peer } from '../../src/link/index.ts';
import { isBytes } from '../../src/registry/bytes.ts';
import type { CheckedEntry } from '../../src/registry/index.ts';
import type { PortalService } from '../portal/service.ts';
import type { Finding } from '../report.ts';
import type { FindingsService } from '../verifier/service.ts';
import type { FloorsOwner } from './opened-floors.ts';
import type { Overseen, Oversight } from './oversight.ts';
import { RemotePortal } from './remote-portal.ts';
import { EntryTable } from './table.ts';
import type { EntriesWorld, Floor, HostFloors, Subscriptions, TableWorld } from './world.ts';
import { Writing } from './writing.ts';

/** What the entries actor is started with. */
export interface EntriesActorInput {
  readonly policy: Policy;
  /** URLs of all portals, in order of preference. */
  readonly portals: readonly string[];
  /** How many entries actors there were before this one: inquiries are numbered across them. */
  readonly predecessors: number;
}

/** All that are used are subscribed, and all of them linger. */
const ALL: Subscriptions = { of: 'used', mostLingering: Infinity };

/** What makes one host do more than another. */
export interface EntriesParts<O extends Oversight> {
  /** Whether an entry is what its key signed: a verifier's verdict. */
  readonly verify: (entry: CheckedEntry) => Promise<boolean>;
  /** Opens the floors; it may call its owner later, and not at once. */
  readonly openFloors: (owner: FloorsOwner) => HostFloors;
  /** What is done about what portals do. */
  readonly oversee: (overseen: Overseen) => O;
}

/** What works for a while yet when the actor is to end. */
interface Part {
  /** Refuses what waits, and whatever comes. */
  close(): void;
  /** Resolves when nothing is under way. */
  drained(): Promise<unknown>;
}

/** What the entries actor does besides its machine. */
export class EntriesHost<O extends Oversight = Oversight> {
  readonly #portal: RemotePortal;
  readonly floors: HostFloors;
  readonly table: EntryTable<O>;
  readonly writing: Writing;
  /** What the table stands on. */
  readonly world: TableWorld;
  /** What has to come to its end before the actor does. */
  readonly #parts: Part[];
  #actor: AnyActorRef | undefined;
  #fail: (error: unknown) => void = () => {};
  /** Rejects with why an entry's actor failed. */
  readonly failed = new Promise<never>((_resolve, reject) => (this.#fail = reject));
  #isCountDue = false;

  constructor(world: EntriesWorld, { policy, portals, predecessors }: EntriesActorInput, { verify, openFloors, oversee }: EntriesParts<O>) {
    this.#portal = new RemotePortal(world.scheduler);
    this.floors = openFloors({
      verify,
      isNews: (name, entry) => (this.table.rows.named(name)?.compare(entry) ?? 0) > 0,
      onForeign: (name, floor) => this.#adopt(name, floor),
      onHealed: () => this.table.rows.lookAtAll(),
    });
    const tableWorld = {
      clock: world.clock,
      scheduler: world.scheduler,
      random: world.random,
      policy,
      floors: this.floors,
      portal: this.#portal,
      portals,
      predecessors,
      subscriptions: world.subscriptions ?? ALL,
      verify,
      parent: () => this.#self.getSnapshot().children.table ?? this.#self,
      onError: (error: unknown) => this.#fail(error),
      onDue: () => this.#send({ type: 'TICK' }),
      onCount: () => this.#countSoon(),
    };
    this.table = new EntryTable(tableWorld, oversee);
    this.writing = new Writing(tableWorld, this.table);
    this.world = tableWorld;
    this.#parts = [this.writing];
  }

  /** Adds what else is done with the table of entries, and has to come to its end before the actor does. */
  addPart(part: Part): void {
    this.#parts.push(part);
  }

  /** Whose child every entry is, and where events go. */
  attach(actor: AnyActorRef): void {
    this.#actor = actor;
  }

  get #self(): AnyActorRef {
    if (this.#actor === undefined) throw new Error('the entries actor has not been started');
    return this.#actor;
  }

  /** What comes after the end, from timers and from other actors, is nobody's business any more. */
  #send(event: EntriesEvent<Finding>): void {
    if (this.#self.getSnapshot().status === 'active') this.#self.send(event);
  }

  /** Connects to the portal actor, or to the one that took its place and knows nothing of what is wanted. */
  connectPortal(connection: Peer<PortalService>): void {
    this.#portal.connect(connection);
    void connection.gone.then(() => this.table.disconnect());
    this.table.rows.renew();
    this.table.oversight.renew();
  }

  /** What was under way through a verifier actor is lost with it: all is asked anew. */
  renew(): void {
    this.table.doubt();
    this.table.rows.renew();
  }

  /** For verifier actors. */
  readonly findings: Pick<FindingsService, 'pipes'> = {
    pipes: {
      findings: (findings) => {
        this.#send({ type: 'FINDINGS', findings });
        return this.table.drained();
      },
    },
  };

  absorb(findings: readonly Finding[]): void {
    this.table.absorb(findings).catch(this.#fail);
  }

  /** Another process on this storage has seen a newer entry. */
  #adopt(name: string, floor: Floor): void {
    const row = this.table.rows.named(name);
    if (row !== undefined && row.compare(floor.entry) > 0) this.table.adopt(row, floor);
  }

  sweep(): void {
    this.table.sweep();
  }

  /** Whoever sends the event may send anything; a throw would be the end of the actor. */
  release({ pubkey, datakey }: { readonly pubkey: unknown; readonly datakey: unknown }): void {
    if (!isBytes(pubkey) || !isBytes(datakey) || pubkey.length !== 32 || datakey.length !== 32) return;
    const row = this.table.rows.get({ pubkey, datakey });
    if (row !== undefined) this.table.rows.release(row);
  }

  refuse(): void {
    for (const part of this.#parts) part.close();
    this.table.close();
  }

  async drain(): Promise<void> {
    await Promise.all([this.table.drained(), ...this.#parts.map((part) => part.drained())]);
    await this.floors.close();
  }

  /** Commits what is being committed, closes the storage, and refuses everything from now on. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#self.subscribe({ complete: resolve, error: () => resolve() });
    });
    this.#send({ type: 'CLOSE' });
    await closed;
  }

  /** Ten thousand entries that are wanted in one turn are counted once. */
  #countSoon(): void {
    if (this.#isCountDue) return;
    this.#isCountDue = true;
    queueMicrotask(() => {
      this.#isCountDue = false;
      this.#send({ type: 'COUNTED', ...this.table.counts });
    });
  }
}
