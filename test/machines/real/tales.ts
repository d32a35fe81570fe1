import type { StateValue } from 'xstate';
import type { EntryContext } from '../../../machines/entry.ts';
import type { PortalContext } from '../../../machines/portal.ts';
import type { QueryContext } from '../../../machines/query.ts';
import type { CheckedEntry } from '../../../src/registry/index.ts';
import { wordOf } from '../bench.ts';
import { beginConnection, connectionOracle, type ConnectionHappening, type ConnectionModel } from '../connection-table.ts';
import { beginEntries, entriesOracle, type EntriesHappening, type EntriesModel } from '../entries-table.ts';
import { beginEntry, entryOracle, type EntryHappening, type EntryModel } from '../entry-table.ts';
import { shortened, statesIn } from '../portal-bench.ts';
import { beginPortal, portalOracle, type PortalHappening, type PortalModel } from '../portal-table.ts';
import { beginQuery, queryOracle, type QueryHappening, type QueryModel } from '../query-table.ts';
import { beginVault, vaultOracle, type VaultHappening, type VaultModel } from '../vault-table.ts';
import { beginVerifier, verifierOracle, type VerifierHappening, type VerifierModel } from '../verifier-table.ts';
import type { AnyTale, Tale } from './follower.ts';

/** An event as it reached a machine, with whatever came along. */
type Told = Readonly<Record<string, unknown>> & { readonly type: string };

/** What XState tells a machine of itself: that it starts, and that a child of it has ended where that leads nowhere. */
const withoutXState = (event: Told): Told | undefined => (event.type.startsWith('xstate.') ? undefined : event);

const verifier: Tale<VerifierModel, VerifierHappening> = {
  oracle: verifierOracle,
  begin: beginVerifier,
  read(event) {
    const told = event as Told;
    if (told.type === 'xstate.done.actor.chooseEngine') return { type: 'CHOSEN', engine: told['output'] as string };
    if (told.type === 'xstate.error.actor.chooseEngine') return { type: 'NOT CHOSEN' };
    if (told.type === 'xstate.error.actor.verdict') return { type: 'NOT VERIFIED' };
    if (told.type === 'VERIFIED') return { type: 'VERIFIED', tally: { served: told['served'] as number, forged: told['forged'] as number } };
    return withoutXState(told) as VerifierHappening | undefined;
  },
  shows: ({ engine, waiting, served, forged }) => ({ engine, batches: waiting, served, forged }),
  sees: ({ context }) => context,
};

const entries: Tale<EntriesModel, EntriesHappening> = {
  oracle: entriesOracle,
  begin: beginEntries,
  read(event) {
    if (event.type === 'xstate.done.actor.drain') return { type: 'DRAINED' };
    if (event.type === 'xstate.error.actor.drain') return { type: 'NOT DRAINED' };
    return withoutXState(event) as EntriesHappening | undefined;
  },
  shows: ({ entries: count, watched, connectedTo }) => ({ entries: count, watched, connectedTo }),
  sees: ({ context }) => context,
};

/** Nobody signs two entries of one revision here. */
const rankOf = (entry: unknown): number | undefined => (entry === undefined ? undefined : Number((entry as CheckedEntry).revision));

const entry: Tale<EntryModel, EntryHappening> = {
  oracle: entryOracle,
  begin(snapshot) {
    const { latest, ...context } = snapshot.context as EntryContext;
    return { ...beginEntry(undefined), ...context, state: wordOf(snapshot.value) as EntryModel['state'], latest: rankOf(latest) };
  },
  read(event) {
    const told = withoutXState(event);
    if (told === undefined || !('entry' in told)) return told as EntryHappening | undefined;
    const { entry: carried, ...rest } = told;
    return { ...rest, rank: rankOf(carried) } as unknown as EntryHappening;
  },
  shows: ({ latest, floor, confirmedAt, confirmedBy, claimedBy }) => ({ latest, floor, confirmedAt, confirmedBy: [...confirmedBy].sort(), claimedBy: [...claimedBy].sort() }),
  sees(snapshot) {
    const { latest, floor, confirmedAt, confirmedBy, claimedBy } = snapshot.context as EntryContext;
    return { latest: rankOf(latest), floor, confirmedAt, confirmedBy: [...confirmedBy].sort(), claimedBy: [...claimedBy].sort() };
  },
};

const PORTAL_TIMERS: readonly (readonly [string, PortalHappening['type']])[] = [
  ['xstate.after.backoff.', 'BACKOFF OVER'],
  ['xstate.after.hurryPause.', 'PAUSE OVER'],
  ['xstate.after.returnInterval.', 'RETURN DUE'],
  ['xstate.after.checkInterval.', 'CHECK DUE'],
  ['xstate.done.actor.check', 'CHECK ENDED'],
  ['xstate.error.actor.check', 'CHECK FAILED'],
];
/** How long a quarantine lasts is for the plays: the table has times of its own. */
const untimed = (portals: PortalContext['portals']): unknown => shortened(portals).map(({ term: _term, ...portal }) => portal);

const portal: Tale<PortalModel, PortalHappening> = {
  oracle: portalOracle,
  begin: (snapshot) => ({ ...beginPortal(), portals: (snapshot.context as PortalContext).portals }),
  read(event, { begun }) {
    const told = event as Told;
    const timer = PORTAL_TIMERS.find(([name]) => told.type.startsWith(name));
    if (timer !== undefined) return { type: timer[1] } as PortalHappening;
    const named = withoutXState(told);
    return (named === undefined || !('connection' in named) ? named : { ...named, age: begun.length - (named['connection'] as number) }) as PortalHappening | undefined;
  },
  shows: ({ portals, connections, tried, rounds, preferred, checked, isOffline }) => ({ portals: untimed(portals), connections, tried, rounds, preferred, checked, isOffline }),
  sees(snapshot) {
    const { portals, connections, tried, rounds, preferred, checked, isOffline } = snapshot.context as PortalContext;
    return { portals: untimed(portals), connections, tried, rounds, preferred, checked, isOffline };
  },
};

const connection: Tale<ConnectionModel, ConnectionHappening> = {
  oracle: connectionOracle,
  begin: beginConnection,
  read(event) {
    const told = event as Told;
    if (told.type.startsWith('xstate.after.suspicion.')) return { type: 'SUSPICION' };
    if (told.type.startsWith('xstate.after.')) return { type: 'TIME UP' };
    if (told.type === 'xstate.error.actor.socket') return { type: 'SOCKET THREW' };
    return withoutXState(told) as ConnectionHappening | undefined;
  },
  shows: () => undefined,
  sees: () => undefined,
};

const vault: Tale<VaultModel, VaultHappening> = {
  oracle: vaultOracle,
  begin: beginVault,
  read(event) {
    const told = event as Told;
    if (told.type === 'xstate.after.wait.vault.locked.delayed') return { type: 'TIME UP' };
    if (told.type === 'xstate.error.actor.work') return { type: 'WORK THREW' };
    if (told.type !== 'ENDED') return withoutXState(told) as VaultHappening | undefined;
    const { type, ...standing } = told;
    return { type, standing } as unknown as VaultHappening;
  },
  shows: ({ wait, progress }) => ({ wait, progress }),
  sees: ({ context }) => context,
};

const query: Tale<QueryModel, QueryHappening> = {
  oracle: queryOracle,
  begin: beginQuery,
  read(event) {
    if (event.type.startsWith('xstate.after.queryDeadline.')) return { type: 'DEADLINE' };
    if (event.type.startsWith('xstate.after.fanout.')) return { type: 'FANOUT' };
    return withoutXState(event) as QueryHappening | undefined;
  },
  shows: ({ method, kind, accepted }) => ({ method, kind, accepted }),
  sees(snapshot) {
    const { method, kind, accepted } = snapshot.context as QueryContext;
    return { method, kind, accepted };
  },
};

const asAnyTale = (tale: unknown): AnyTale => tale as AnyTale;

/** What each machine is told, by its id. */
export const tales = { connection: asAnyTale(connection), entries: asAnyTale(entries), entry: asAnyTale(entry), portal: asAnyTale(portal), query: asAnyTale(query), vault: asAnyTale(vault), verifier: asAnyTale(verifier) } as const;
export type RealMachine = keyof typeof tales;

/** The states that a machine is in: of the portal machine there are two at once. */
export const statesOfModel = (machine: RealMachine): ((model: unknown) => readonly string[]) =>
  machine === 'portal' ? (model) => statesIn(model as PortalModel) : (model) => [tales[machine].oracle.stateOf(model)];

/** A state's value, seen from outside, as words. */
export const wordsOf = (value: unknown): readonly string[] => wordOf(value as StateValue).split('+');
