import type { AnyStateMachine } from 'xstate';
import { connectionMachine, consentMachine, entriesMachine, entryMachine, portalMachine, queryMachine, vaultMachine, verifierMachine } from '../machines.ts';
import { compareChecked, type CheckedEntry } from '../registry/index.ts';

const order = (context: { readonly latest: unknown }, event: object): number | undefined => {
  const [entry, latest] = [(event as { readonly entry?: CheckedEntry }).entry, context.latest as CheckedEntry | undefined];
  if (entry === undefined) return undefined;
  return latest === undefined ? 1 : compareChecked(entry, latest);
};

const nothing = (): void => {};

/** The machines of this package as they decide, and with nothing of what they do. */
export const knownMachines = (): readonly AnyStateMachine[] => [
  portalMachine,
  connectionMachine,
  entriesMachine.provide({ actions: { absorb: nothing, sweep: nothing, release: nothing, refuse: nothing } }),
  entryMachine.provide({
    guards: {
      isNewer: ({ context, event }) => (order(context, event) ?? 0) > 0,
      isSame: ({ context, event }) => context.latest !== undefined && order(context, event) === 0,
    },
  }),
  verifierMachine,
  vaultMachine,
  queryMachine,
  consentMachine,
];
