import type { QueryEmitted, QueryEvent } from '../../machines/query.ts';
import type { Arrival, ModuleToKernel, Nonce, Response, ResponseNonce, ResponseUpdate } from './protocol.ts';

/** The method whose queries are told news until they are closed. */
const SUBSCRIBE = 'registrySubscribe';

/** What whoever asked is told of a query: what its actor emits, and by who numbers queries, as a kernel does, the number. */
export type Told = QueryEmitted | { readonly type: 'NUMBERED'; readonly nonce: Nonce };

type Reply = Response | ResponseUpdate | ResponseNonce;
type FieldsOf<T> = T extends unknown ? Omit<T, 'type' | 'nonce' | 'method'> : never;
type Of<U extends { readonly type: string }, T> = Extract<U, { readonly type: T }>;

/** A message that arrives: the event that it is for the query of its nonce, and what comes with it. */
type Arriving<A> = { readonly [T in QueryEvent['type']]: { readonly event: T; with(arrival: A): FieldsOf<Of<QueryEvent, T>> } }[QueryEvent['type']] | { readonly event: null };
/** A message that leaves, and its fields beside the nonce. */
type Leaving<T> = { readonly [M in Reply['method']]: { readonly message: M; with(told: T): FieldsOf<Extract<Reply, { readonly method: M }>> } }[Reply['method']];

const NOTHING = { event: null } as const;

const ARRIVES = {
  moduleCall: { event: 'ASKED', with: ({ method }) => ({ method, kind: method === SUBSCRIBE ? 'subscription' : 'once' }) },
  // Whatever it says: there is nothing else that one could say to a subscription.
  queryUpdate: { event: 'CLOSE', with: () => ({}) },
  // Secrets are used and overwritten at the border.
  presentSeed: NOTHING,
  presentKey: NOTHING,
  // The module asks nobody.
  response: NOTHING,
  responseUpdate: NOTHING,
  responseNonce: NOTHING,
} satisfies { readonly [M in Arrival['message']]: Arriving<Extract<Arrival, { readonly message: M }>> };

const LEAVES = {
  UPDATED: { message: 'responseUpdate', with: ({ data }) => ({ data: data ?? {} }) },
  // Neither `undefined`, of which a caller can make nothing, nor `null`, with which a kernel takes the answer for none.
  ANSWERED: { message: 'response', with: ({ data }) => ({ data: data ?? {}, err: null }) },
  REFUSED: { message: 'response', with: ({ reason }) => ({ data: null, err: reason }) },
  NUMBERED: { message: 'responseNonce', with: ({ nonce }) => ({ data: { nonce } }) },
} satisfies { readonly [T in Told['type']]: Leaving<Of<Told, T>> };

/** The events of what answers a query: no message. */
const STAYS = { OPENED: null, TOLD: null, ACCEPTED: null, DONE: null, FAILED: null, SPREAD: null } satisfies Record<Exclude<QueryEvent['type'], (typeof ARRIVES)[Arrival['message']]['event']>, null>;

/**
 * Kernel messages and the events of a query, both ways: the README has the same table. The compiler demands a row for each message that may arrive, for
 * each thing that is told, and for each event.
 */
export const MAPPING = { arrives: ARRIVES, leaves: LEAVES, stays: STAYS } as const;

/** The event that a message is for the query of its nonce, or none. */
export function eventOf(arrival: Arrival): QueryEvent | undefined {
  const row: Arriving<never> = ARRIVES[arrival.message];
  return row.event === null ? undefined : ({ type: row.event, ...row.with(arrival as never) } as QueryEvent);
}

/** The message that tells it to whoever asked by this nonce. */
export function messageOf(nonce: Nonce, told: Told): Reply & ModuleToKernel;
export function messageOf(nonce: Nonce, told: Told): Reply {
  const row: Leaving<never> = LEAVES[told.type];
  return { nonce, method: row.message, ...row.with(told as never) } as Reply;
}
