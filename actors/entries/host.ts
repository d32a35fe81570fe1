import type { AnyActorRef } from 'xstate';
import type { EntriesEvent } from '../../machines/entries.ts';
import type { Policy } from '../../src/policy.ts';
import type { Peer } from '../../src/link/index.ts';
import { isBytes } from '../../src/registry/bytes.ts';
import { takeSignedEntry, type CheckedEntry } from '../../src/registry/index.ts';
import { FloorStore, type StorageAdapter, type StorageState } from '../../src/storage/index.ts';
import type { PortalService } from '../portal/service.ts';
import type { Incident } from '../../src/incident.ts';
import type { Feed } from '../feed.ts';
import type { Finding } from '../report.ts';
import type { FindingsService, VerdictService } from '../verifier/service.ts';
import { MemoryFloors } from './memory-floors.ts';
import { OpeningFloors } from './opening-floors.ts';
import { RemotePortal } from './remote-portal.ts';
import { Readers } from './readers.ts';
import type { EntriesService, ReadAnswer, UpdatesService } from './service.ts';
import { SharedFloors } from './shared-floors.ts';
import { EntryTable, type Update } from './table.ts';
import { Verdicts } from './verdicts.ts';
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

/** What works for a while yet when the actor is to end. */
interface Part {
  /** Refuses what waits, and whatever comes. */
  close(): void;
  /** Resolves when nothing is under way. */
  drained(): Promise<unknown>;
}

/** What the entries actor does besides its machine. */
export class EntriesHost {
  readonly #verdicts = new Verdicts();
  readonly #portal: RemotePortal;
  readonly #floors: HostFloors;
  readonly #table: EntryTable;
  readonly #readers: Readers;
  readonly #writing: Writing;
  readonly #tableWorld: TableWorld;
  /** What has to come to its end before the actor does. */
  readonly #parts: Part[];
  #actor: AnyActorRef | undefined;
  #fail: (error: unknown) => void = () => {};
  /** Rejects with why an entry's actor failed. */
  readonly failed = new Promise<never>((_resolve, reject) => (this.#fail = reject));
  #isCountDue = false;

  constructor(world: EntriesWorld, storage: StorageAdapter | undefined, { policy, portals, predecessors }: EntriesActorInput) {
    this.#portal = new RemotePortal(world.scheduler);
    const floors = storage === undefined ? new MemoryFloors(world.clock, policy.maxFloors) : this.#openFloors(storage, world, policy);
    this.#floors = world.aroundFloors?.(floors) ?? floors;
    const tableWorld = {
      clock: world.clock,
      scheduler: world.scheduler,
      random: world.random,
      policy,
      floors: this.#floors,
      portal: this.#portal,
      portals,
      predecessors,
      subscriptions: world.subscriptions ?? ALL,
      verify: this.#verify,
      parent: () => this.#self.getSnapshot().children.table ?? this.#self,
      onError: (error: unknown) => this.#fail(error),
      onDue: () => this.#send({ type: 'TICK' }),
      onCount: () => this.#countSoon(),
    };
    this.#table = new EntryTable(tableWorld);
    this.#readers = new Readers(this.#table, world.scheduler);
    this.#writing = new Writing(tableWorld, this.#table);
    this.#tableWorld = tableWorld;
    this.#parts = [this.#writing];
  }

  #openFloors(storage: StorageAdapter, { clock, openBroadcast }: EntriesWorld, { maxFloors, healInterval }: Policy): HostFloors {
    const openStore = (onState: (state: StorageState) => void): Promise<FloorStore> =>
      FloorStore.open(storage, { verify: (entry) => this.#verify(takeSignedEntry(entry)), clock, maxFloors, onState });
    const onHealed = (): void => this.#table.rows.lookAtAll();
    const { identity } = storage;
    if (openBroadcast === undefined || identity === undefined) return new OpeningFloors(openStore, clock, healInterval, onHealed);
    const world = {
      open: openBroadcast,
      identity,
      verify: this.#verify,
      isNews: (name: string, entry: CheckedEntry) => (this.#table.rows.named(name)?.compare(entry) ?? 0) > 0,
      onForeign: (name: string, floor: Floor) => this.#adopt(name, floor),
    };
    return new SharedFloors(world, openStore, clock, healInterval, onHealed);
  }

  /** Adds what else is done with the table of entries: updates, or what a kernel asks for. */
  addPart<P extends Part>(make: (world: TableWorld, table: EntryTable, writing: Writing, leases: HostFloors['leases']) => P): P {
    const part = make(this.#tableWorld, this.#table, this.#writing, (owner) => this.#floors.leases(owner));
    this.#parts.push(part);
    return part;
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
    void connection.gone.then(() => this.#table.disconnect());
    this.#table.rows.renew();
    this.#table.lags.renew();
    this.#table.incidents.renew();
  }

  /** What was under way through a verifier actor is lost with it: all is asked anew. */
  renew(): void {
    this.#table.doubt();
    this.#table.rows.renew();
  }

  /** Connects to a verifier actor, or to the one that took its place, which has the same name. */
  connectVerifier(name: string, verifier: Peer<VerdictService>): void {
    this.#verdicts.connect(name, verifier);
  }

  /** For verifier actors. */
  readonly findings: Pick<FindingsService, 'pipes'> = {
    pipes: {
      findings: (findings) => {
        this.#send({ type: 'FINDINGS', findings });
        return this.#table.drained();
      },
    },
  };

  /** For the runtime. */
  readonly service: Pick<EntriesService, 'pipes'> & { readonly calls: Omit<EntriesService['calls'], keyof UpdatesService['calls']> } = {
    pipes: {
      reads: (commands) => {
        for (const command of commands) {
          if (command.kind === 'read') this.#readers.begin(command);
          else this.#readers.abandon(command.read);
        }
      },
      watches: (commands) => {
        for (const { kind, name } of commands) this.#table[kind](name);
      },
    },
    calls: {
      write: ({ entry, ...rest }, { signal }) => this.#writing.write({ ...rest, entry: takeSignedEntry(entry) }, signal),
      recall: (entries) => {
        const recalled = this.#recall(entries.map((entry) => takeSignedEntry(entry)));
        this.#floors.handOn(recalled);
        return recalled;
      },
      close: () => this.#close(),
    },
  };

  /** What becomes of watched entries, of reads, and what portals and holders of keys are seen to do. */
  get feeds(): { readonly updates: Feed<Update>; readonly answers: Feed<readonly ReadAnswer[]>; readonly incidents: Pick<Feed<Incident>, 'subscribe'> } {
    return { updates: this.#table.updates, answers: this.#readers.answers, incidents: this.#table.incidents };
  }

  /** Nobody's word is taken for a floor, not even the runtime's. */
  async #recall(entries: readonly CheckedEntry[]): Promise<void> {
    const verdicts = await Promise.all(entries.map((entry) => this.#verify(entry)));
    await this.#floors.raise(entries.filter((_, i) => verdicts[i]));
  }

  readonly #verify = (entry: CheckedEntry): Promise<boolean> => this.#verdicts.verify(entry);

  absorb(findings: readonly Finding[]): void {
    this.#table.absorb(findings).catch(this.#fail);
  }

  /** Another process on this storage has seen a newer entry. */
  #adopt(name: string, floor: Floor): void {
    const row = this.#table.rows.named(name);
    if (row !== undefined && row.compare(floor.entry) > 0) this.#table.adopt(row, floor);
  }

  sweep(): void {
    this.#table.sweep();
  }

  /** Whoever sends the event may send anything; a throw would be the end of the actor. */
  release({ pubkey, datakey }: { readonly pubkey: unknown; readonly datakey: unknown }): void {
    if (!isBytes(pubkey) || !isBytes(datakey) || pubkey.length !== 32 || datakey.length !== 32) return;
    const row = this.#table.rows.get({ pubkey, datakey });
    if (row !== undefined) this.#table.rows.release(row);
  }

  refuse(): void {
    for (const part of this.#parts) part.close();
    this.#table.close();
  }

  async drain(): Promise<void> {
    await Promise.all([this.#table.drained(), ...this.#parts.map((part) => part.drained())]);
    await this.#floors.close();
  }

  async #close(): Promise<void> {
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
      this.#send({ type: 'COUNTED', ...this.#table.counts });
    });
  }
}
