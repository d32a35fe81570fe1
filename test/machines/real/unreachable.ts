import type { RealMachine } from './tales.ts';

/** Transitions that no world can bring about, and why: the machine is safe without it, and the hosted machine alone shows them. */
export const UNREACHABLE: Readonly<Partial<Record<RealMachine, Readonly<Record<string, string>>>>> = {
  connection: {
    'connection.open.testing FOLLOW 0': 'The portal machine tells a connection to follow in the turn in which it is proven, and then it is fresh.',
    'connection.open.listening FOLLOW 0': 'The same.',
    'connection.open.probing FOLLOW 0': 'The same.',
  },
  query: {
    'query.asked.working CLOSE 0': 'A subscription is open in the turn in which it is asked for: what closes it comes later.',
  },
  vault: {
    'vault.opening ENDED 2': 'Whoever looks first has tried no password.',
    'vault.creating ENDED 3': 'Whoever makes a vault tries no password.',
    'vault.unlocked.changing ENDED 3': 'A task that takes the keys at hand away has not tried a wrong password: with that they stay.',
  },
};
