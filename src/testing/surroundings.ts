import type { CheckedEntry } from '../registry/index.ts';
import type { Chance } from './chance.ts';
import type { SimulatedClock } from './clock.ts';

/** Something that reached a client, or a portal; entries are named as `nameOf` names their keys. */
export type WorldEvent =
  /** A client was told an entry whose signature holds, over HTTP or through a socket. */
  | { readonly kind: 'served'; readonly portal: string; readonly name: string; readonly entry: CheckedEntry; readonly at: number; readonly socket?: number | undefined }
  /** A client was told that there is none. */
  | { readonly kind: 'missing'; readonly portal: string; readonly name: string; readonly at: number; readonly socket?: number | undefined }
  /** A client opens a socket, whose number no other one has, or asks over HTTP. The client is a process of the world, by its number, or none. */
  | { readonly kind: 'asked'; readonly portal: string; readonly client: number | undefined; readonly what: 'socket' | 'GET' | 'POST'; readonly socket?: number | undefined; readonly at: number }
  /** A frame came out of a socket. */
  | { readonly kind: 'heard'; readonly portal: string; readonly socket: number; readonly at: number }
  /** A client knows that a socket is closed. */
  | { readonly kind: 'closed'; readonly portal: string; readonly socket: number; readonly at: number }
  /** A client was told that its entry was stored, be it true or not. */
  | { readonly kind: 'accepted'; readonly portal: string; readonly entry: CheckedEntry; readonly at: number }
  /** A portal has a newer entry than before. */
  | { readonly kind: 'stored'; readonly portal: string; readonly entry: CheckedEntry; readonly at: number }
  /** The storage has committed a record, as src/storage lays it out, in place of one or of none. */
  | { readonly kind: 'kept'; readonly key: Uint8Array; readonly record: Uint8Array; readonly replaced: Uint8Array | undefined; readonly at: number }
  /** Anything else that passed the network. */
  | { readonly kind: 'passed'; readonly portal: string; readonly what: string; readonly at: number };

/** What a portal of a simulated world stands in. */
export interface Surroundings {
  readonly clock: SimulatedClock;
  readonly chance: Chance;
  /** Whether anything passes between clients and portals. */
  readonly isOnline: boolean;
  /** Tells the other portals of an entry. */
  spread(from: string, entry: CheckedEntry): void;
  numberSocket(): number;
  note(event: WorldEvent): void;
}

/** How long one message is under way between a client and a portal, in milliseconds: from, to. */
export const UNDER_WAY = [5, 45] as const;
