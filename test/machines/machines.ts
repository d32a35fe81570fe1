import type { AnyStateMachine } from 'xstate';
import { connectionMachine } from '../../machines/connection.ts';
import { consentMachine } from '../../machines/consent.ts';
import { entriesMachine } from '../../machines/entries.ts';
import { portalMachine } from '../../machines/portal.ts';
import { queryMachine } from '../../machines/query.ts';
import { vaultMachine } from '../../machines/vault.ts';
import { verifierMachine } from '../../machines/verifier.ts';
import type { Walk } from '../../src/testing/model/index.ts';
import type { BenchName } from './benches.ts';
import { connectionWalk } from './connection-walk.ts';
import { consentWalk } from './consent-walk.ts';
import { entriesWalk } from './entries-walk.ts';
import { orderedEntry } from './entry-bench.ts';
import { entryWalk } from './entry-walk.ts';
import { portalWalk } from './portal-walk.ts';
import { queryWalk } from './query-walk.ts';
import { vaultWalk } from './vault-walk.ts';
import { verifierWalk } from './verifier-walk.ts';

/** A walk, whatever its machine remembers, is told, and shows. */
export type AnyWalk = Walk<unknown, { readonly type: string }, unknown, unknown>;

/** A machine, and how it is walked: cell by cell, and along simple paths where those are others. */
export interface AnyMachine {
  readonly machine: AnyStateMachine;
  readonly walk: AnyWalk;
  readonly simple: AnyWalk;
}

const of = (machine: AnyStateMachine, walk: unknown, simple = walk): AnyMachine => ({ machine, walk: walk as AnyWalk, simple: simple as AnyWalk });

export const machines: Readonly<Record<BenchName, AnyMachine>> = {
  connection: of(connectionMachine, connectionWalk),
  consent: of(consentMachine, consentWalk),
  entries: of(entriesMachine, entriesWalk),
  // By all that is known of it there are more simple paths than anybody walks; by its state alone they are a thousand.
  entry: of(orderedEntry, entryWalk, { ...entryWalk, situation: ({ state }: { readonly state: string }) => state }),
  portal: of(portalMachine, portalWalk),
  query: of(queryMachine, queryWalk),
  vault: of(vaultMachine, vaultWalk),
  verifier: of(verifierMachine, verifierWalk),
};
