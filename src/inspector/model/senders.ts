import type { ConnectionEvent, ConsentEvent, EntriesEvent, EntryEvent, PortalEvent, QueryEvent, VaultEvent, VerifierEvent } from '../../machines.ts';

/**
 * Who an event comes from, where XState knows of no actor that sent it: across threads it is the host that hands it in. `caller`: the program that holds the
 * runtime. `outside`: portals, the network, the platform. `itself`: the thread of the actor that gets it: its timers, and its parts.
 */
export type Party = 'caller' | 'entries' | 'portal' | 'verifier' | 'vault' | 'outside' | 'itself';

const PORTAL: Record<PortalEvent['type'], Party> = {
  RETRY_NOW: 'caller',
  SWITCH_TO: 'caller',
  WANTED: 'entries',
  UNWANTED: 'entries',
  PROVEN: 'itself',
  ANSWERED: 'itself',
  TRUSTED: 'itself',
  SLOW: 'itself',
  LOST: 'itself',
  RETIRED: 'itself',
  MEASURED: 'outside',
  LAGGING: 'entries',
  CAUGHT_UP: 'entries',
  // What a signature or a floor shows, the entries actor finds out; see `senderOf` for the rest.
  OFFENDED: 'entries',
  PAROLED: 'itself',
  ONLINE: 'outside',
  OFFLINE: 'outside',
  WOKE: 'outside',
};

const CONNECTION: Record<ConnectionEvent['type'], Party> = {
  SOCKET_OPENED: 'outside',
  SOCKET_CLOSED: 'outside',
  SOCKET_GIVEN_UP: 'itself',
  HEARD: 'outside',
  FOLLOW: 'itself',
  PROVE: 'itself',
  RETIRE: 'itself',
};

const VERIFIER: Record<VerifierEvent['type'], Party> = { BATCH: 'portal', VERIFIED: 'itself' };

const ENTRIES: Record<EntriesEvent['type'], Party> = { RELEASE: 'caller', FINDINGS: 'verifier', TICK: 'itself', COUNTED: 'itself', CLOSE: 'caller' };

/** An entry's events are all of the table that it is in; what they tell came with FINDINGS, or was asked for. */
const ENTRY: Record<EntryEvent['type'], Party> = {
  DEMANDED: 'itself',
  RELEASED: 'itself',
  RECALLED: 'itself',
  PUSHED: 'itself',
  ANSWERED: 'itself',
  ADOPTED: 'itself',
  MISSING: 'itself',
  ABSENT: 'itself',
  FAILED: 'itself',
  DISCONNECTED: 'itself',
};

const VAULT: Record<VaultEvent['type'], Party> = {
  LOCK: 'caller',
  CREATE: 'caller',
  UNLOCK: 'caller',
  PROVE: 'caller',
  CHANGE: 'caller',
  ENDED: 'itself',
  PROGRESS: 'itself',
  IDLE: 'itself',
  WOKE: 'outside',
};

const QUERY: Record<QueryEvent['type'], Party> = {
  ASKED: 'caller',
  CLOSE: 'caller',
  OPENED: 'entries',
  TOLD: 'entries',
  ACCEPTED: 'entries',
  SPREAD: 'entries',
  DONE: 'entries',
  FAILED: 'entries',
};

const CONSENT: Record<ConsentEvent['type'], Party> = {
  SHOWN: 'outside',
  HIDDEN: 'outside',
  ALLOW: 'caller',
  DENY: 'caller',
  OPENED: 'vault',
  FAILED: 'vault',
  WITHDRAWN: 'caller',
};

/** By a machine's id. */
const SENDERS: Readonly<Record<string, Readonly<Record<string, Party>>>> = {
  portal: PORTAL,
  connection: CONNECTION,
  verifier: VERIFIER,
  entries: ENTRIES,
  entry: ENTRY,
  vault: VAULT,
  query: QUERY,
  consent: CONSENT,
};

/** @param machine the id of the machine that gets the event */
export function senderOf(machine: string, event: { readonly type: string; readonly offence?: unknown }): Party {
  if (machine === 'portal' && event.type === 'OFFENDED') return event.offence === 'bad-signature' || event.offence === 'below-floor' ? 'entries' : 'outside';
  const known = Object.hasOwn(SENDERS, machine) ? SENDERS[machine] : undefined;
  return known !== undefined && Object.hasOwn(known, event.type) ? (known[event.type] ?? 'itself') : 'itself';
}

/** Who gets what is sent to an actor: a socket is how its portal is spoken to. */
export const isOutside = (machine: string): boolean => machine === 'socket';
