import { createActor, fromPromise } from 'xstate';
import { MemoryFloors } from '../../../actors/entries/memory-floors.ts';
import type { ReadRequest } from '../../../actors/entries/reading.ts';
import type { ResultBody } from '../../../actors/entries/result.ts';
import type { PendingRead } from '../../../actors/entries/row.ts';
import { FullOversight } from '../../../actors/entries/oversight.ts';
import { EntryTable, type Update } from '../../../actors/entries/table.ts';
import type { Floors, PortalSide, PortalNotice, TableWorld } from '../../../actors/entries/world.ts';
import { Writing } from '../../../actors/entries/writing.ts';
import type { PortalReply } from '../../../actors/portal/service.ts';
import type { Finding, VerifiedClaim } from '../../../actors/report.ts';
import { RegistryError, toWire } from '../../../src/error.ts';
import type { Incident } from '../../../src/incident.ts';
import { DEFAULT_POLICY, type Policy } from '../../../src/policy.ts';
import { nameOf, takeSignedEntry, type CheckedEntry, type SignedEntry } from '../../../src/registry/index.ts';
import { FakeClock } from '../../link/fixture/clock.ts';

export const [A, B, C] = ['https://a.example', 'https://b.example', 'https://c.example'] as const;

/** What a portal has of an entry, or does. */
type Stand = SignedEntry | 'missing' | 'down' | 'mute' | 'forged';

/** What a portal does with what it is sent; nothing reaches one that is away. */
export type Posts = 'store' | 'lose' | 'refuse' | 'mute' | 'away';

const LATENCY = 10;
const parent = createActor(fromPromise<never>(() => new Promise(() => {}))).start();

interface Asked {
  readonly inquiry: number;
  readonly name: string;
  /** Portals that are still to be asked. */
  readonly left: string[];
}

interface BenchOptions {
  readonly portals?: readonly string[];
  readonly policy?: Partial<Policy>;
  readonly floors?: (clock: FakeClock) => Floors;
  readonly subscriptions?: TableWorld['subscriptions'];
}

/** A table of entries in simulated time, and portals that do as the test says. */
export class TableBench {
  readonly clock = new FakeClock();
  readonly table: EntryTable<FullOversight>;
  readonly writing: Writing;
  /** What portals have, by their URLs; `missing` where nothing is said. */
  readonly stands = new Map<string, Stand>();
  /** What they do with what they are sent. By default they take it, and serve it. */
  readonly posts = new Map<string, Posts>();
  /** How long they take to answer, in milliseconds. */
  readonly latencies = new Map<string, number>();
  /** The URLs of what was asked, in order. */
  readonly asked: string[] = [];
  readonly posted: string[] = [];
  readonly words: PortalNotice[] = [];
  readonly updates: Update[] = [];
  readonly incidents: Incident[] = [];
  readonly wanted = new Set<string>();
  /** Each time that one was. */
  readonly wants: string[] = [];
  readonly #open = new Map<number, Asked>();

  constructor({ portals = [A, B, C], policy = {}, floors, subscriptions = { of: 'used', mostLingering: Infinity } }: BenchOptions = {}) {
    const { clock } = this;
    const side: PortalSide = {
      want: (name) => {
        this.wanted.add(name);
        this.wants.push(name);
      },
      unwant: (name) => void this.wanted.delete(name),
      ask: (inquiry, name, only) => {
        this.#open.set(inquiry, { inquiry, name, left: only === undefined ? [...portals] : [only] });
        this.#next(inquiry);
      },
      goOn: (inquiry) => this.#next(inquiry),
      settle: (inquiry) => void this.#open.delete(inquiry),
      tell: (word) => void this.words.push(word),
      post: (url, entry) => this.#post(url, entry),
    };
    const world: TableWorld = {
      clock,
      scheduler: clock,
      random: () => 0.5,
      policy: { ...DEFAULT_POLICY, ...policy },
      floors: floors?.(clock) ?? new MemoryFloors(clock, 1_000),
      portal: side,
      predecessors: 0,
      portals,
      verify: () => Promise.resolve(true),
      parent: () => parent,
      onError: (error) => {
        throw error;
      },
      onDue: () => this.table.sweep(),
      subscriptions,
      onCount: () => {},
    };
    this.table = new EntryTable(world, (overseen) => new FullOversight(overseen));
    this.writing = new Writing(world, this.table);
    this.table.updates.subscribe((update) => this.updates.push(update));
    this.table.oversight.incidents.subscribe((incident) => this.incidents.push(incident));
  }

  /** How many questions nobody has answered or given up. */
  get open(): number {
    return this.#open.size;
  }

  /** What the portal actor is told of them. */
  wordsOf(kind: PortalNotice['kind']): readonly string[] {
    return this.words.filter((word) => word.kind === kind).map(({ portal }) => portal);
  }

  read(key: SignedEntry, { confirmations = 1, maxStaleness, compare }: Partial<ReadRequest> = {}): ReadOf {
    return new ReadOf(this.table, key, { confirmations, maxStaleness, compare });
  }

  connect(connection: number, portal: string): Promise<void> {
    return this.table.absorb([{ kind: 'connected', portal, connection }]);
  }
  disconnect(connection: number, portal: string): Promise<void> {
    return this.table.absorb([{ kind: 'disconnected', portal, connection }]);
  }
  /** The portal says this on a connection of this number. */
  push(connection: number, portal: string, ...entries: readonly SignedEntry[]): Promise<void> {
    return this.table.absorb(entries.map((entry) => this.served(portal, entry, { connection, inquiry: undefined })));
  }
  disclaim(connection: number, portal: string, key: SignedEntry): Promise<void> {
    return this.table.absorb([{ kind: 'missing', portal, origin: { connection, inquiry: undefined }, name: nameOf(key), at: this.clock.now() }]);
  }

  served(portal: string, entry: SignedEntry, origin: Extract<Finding, { kind: 'served' }>['origin']): Finding {
    return { kind: 'served', portal, origin, name: nameOf(entry), at: this.clock.now(), claim: takeSignedEntry(entry) as CheckedEntry & VerifiedClaim };
  }

  #next(inquiry: number): void {
    const asked = this.#open.get(inquiry);
    if (asked === undefined) return;
    const portal = asked.left.shift();
    if (portal !== undefined) this.asked.push(portal);
    this.clock.setTimeout(() => {
      if (this.#open.get(inquiry) !== asked) return;
      if (portal === undefined) {
        this.#open.delete(inquiry);
        void this.table.absorb([{ kind: 'concluded', inquiry, name: asked.name, at: this.clock.now() }]);
      } else this.#answer(asked, portal);
    }, portal === undefined ? 0 : (this.latencies.get(portal) ?? LATENCY));
  }

  #answer({ inquiry, name }: Asked, portal: string): void {
    const stand = this.stands.get(portal) ?? 'missing';
    const word = { portal, origin: { inquiry }, name, at: this.clock.now() };
    if (stand === 'mute') return;
    if (stand === 'down') {
      void this.table.absorb([{ kind: 'failed', portal, inquiry, name, error: toWire(new RegistryError('UNREACHABLE', 'down', { portal })) }]);
      return this.#next(inquiry);
    }
    if (stand === 'missing') {
      void this.table.absorb([{ ...word, kind: 'missing' }]);
      return this.#next(inquiry);
    }
    void this.table.absorb([stand === 'forged' ? { ...word, kind: 'forged', raw: new Uint8Array(3_000) } : this.served(portal, stand, { inquiry })]);
  }

  #post(url: string, entry: CheckedEntry): Promise<PortalReply> {
    this.posted.push(`${url} ${entry.revision}`);
    const does = this.posts.get(url) ?? 'store';
    return new Promise((resolve) => {
      if (does === 'mute') return;
      if (does === 'away') return resolve({ kind: 'failed', error: toWire(new RegistryError('UNREACHABLE', 'away', { portal: url })) });
      this.clock.setTimeout(() => {
        if (does === 'store') this.stands.set(url, entry);
        resolve(does === 'refuse' ? { kind: 'refused', status: 400, message: 'no' } : { kind: 'accepted', isGuarded: false });
      }, LATENCY);
    });
  }
}

/** A read, and what became of it. */
export class ReadOf {
  outcome: ResultBody | RegistryError | undefined;
  readonly pending: PendingRead | undefined;

  constructor(table: EntryTable, key: SignedEntry, request: ReadRequest) {
    this.pending = table.read(nameOf(key), request, (outcome) => (this.outcome = outcome));
  }

  /** The code of its failure, or what it resolved with; `waits` before that. */
  get said(): string | ResultBody {
    if (this.outcome === undefined) return 'waits';
    return this.outcome instanceof RegistryError ? this.outcome.code : this.outcome;
  }
}
