import type { AnyActorRef } from 'xstate';
import type { Policy } from '../../src/policy.ts';
import type { Scheduler } from '../../src/link/index.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import type { CheckedEntry } from '../../src/registry/index.ts';
import type { StorageSession } from '../../src/storage/index.ts';
import type { Clock, OpenBroadcast } from '../../src/world.ts';
import type { PortalCommand, PortalReply } from '../portal/service.ts';
import type { ActorWorld } from '../world.ts';

/** What the entries actor reaches of the outside, besides its storage. */
export interface EntriesWorld extends Pick<ActorWorld, 'clock' | 'scheduler' | 'random'> {
  /** What other tabs and threads on the same storage say and hear, where there is such a thing. */
  readonly openBroadcast?: OpenBroadcast | undefined;
  /** Default: all that are used are subscribed, and linger. */
  readonly subscriptions?: Subscriptions | undefined;
}

/** A command that says what was found out about a portal. */
export type PortalNotice = Extract<PortalCommand, { readonly portal: string }>;

/** The portal actor, as the entries actor drives it. Entries are named as `nameOf` does. */
export interface PortalSide {
  /** Subscribes, now and on every connection to come. */
  want(name: string): void;
  unwant(name: string): void;
  /**
   * Starts an inquiry of this number: of all portals, or of the one at the URL `only`.
   * @param isNew whether the entry was wanted in this turn, and by nobody before
   */
  ask(inquiry: number, name: string, only: string | undefined, isNew: boolean): void;
  /** Its last answer was judged and is not good enough. */
  goOn(inquiry: number): void;
  /** Nothing more is wanted of it. */
  settle(inquiry: number): void;
  /** What was found out about a portal. */
  tell(notice: PortalNotice): void;
  /**
   * Never rejects.
   * @param replaces the entry that it is to take the place of, or `null` for none, where the portal keeps such a condition
   */
  post(url: string, entry: CheckedEntry, replaces?: CheckedEntry | null): Promise<PortalReply>;
}

/** The highest verified entry of a key, and whether it outlives this process. */
export interface Floor {
  readonly entry: CheckedEntry;
  readonly durability: 'durable' | 'volatile';
  /** The portal that last served it to a process before this, and when (epoch milliseconds), where that can be believed. */
  readonly word?: { readonly portal: string; readonly at: number } | undefined;
}

/** An entry by its names. */
export interface Named {
  /** {@link nameOf} its key. */
  readonly name: string;
  /** entryId, 32 bytes: what storage knows it by. */
  readonly id: Bytes;
}

/** The floors, as the table of entries uses them. */
export interface Floors {
  /** Whether other processes may raise them, too. */
  readonly isShared: boolean;
  getMany(entries: readonly Named[]): Promise<readonly (Floor | undefined)[]>;
  /** @param names {@link nameOf} their keys, in order, where somebody keeps them anyhow, so that they need not be there twice */
  raise(entries: readonly CheckedEntry[], names?: readonly string[]): Promise<readonly Floor[]>;
  pin(entry: Named): void;
  unpin(entry: Named): void;
  /** A floor that is in memory, as `packEntry` makes it, so that nobody else needs to keep one. */
  packed(entry: Named): string | undefined;
}

/** The floors, as the host of the entries actor does. */
export interface HostFloors extends Floors {
  /** @param work raises floors that are known from before; none is read until it is done */
  handOn(work: Promise<unknown>): void;
  /** The way to the storage, for what else is kept in it; undefined where there is none. */
  session(): Promise<StorageSession | undefined>;
  close(): Promise<void>;
}

/** Which entries are subscribed. */
export interface Subscriptions {
  /** Those that somebody watches, or all that are used, and linger. */
  readonly of: 'watched' | 'used';
  /** The most entries that linger: beyond them the one that nobody has used for the longest time is let go of. */
  readonly mostLingering: number;
}

/** What the table of entries stands on. */
export interface TableWorld {
  readonly clock: Clock;
  /** Calls back when the present turn of the event loop is over. */
  readonly scheduler: Scheduler;
  readonly random: ActorWorld['random'];
  readonly policy: Policy;
  readonly floors: Floors;
  readonly portal: PortalSide;
  /** How many entries actors there were before this one. */
  readonly predecessors: number;
  readonly subscriptions: Subscriptions;
  /** URLs of all portals, in order of preference. */
  readonly portals: readonly string[];
  /** The verdict on an entry that is to be written: a verifier's. */
  verify(entry: CheckedEntry): Promise<boolean>;
  /** The parent of every entry's actor. */
  parent(): AnyActorRef;
  /** One of them failed. */
  readonly onError: (error: unknown) => void;
  /** A deadline is due: the table is to be swept. */
  readonly onDue: () => void;
  /** The table's counts are others than before. */
  readonly onCount: () => void;
}
