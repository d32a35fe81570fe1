import type { AnyMachineSnapshot } from 'xstate';
import { portalMachine, type PortalContext } from '../../machines/portal.ts';
import { openPortalBench, showPortal } from './portal-bench.ts';
import { beginPortal, portalOracle, TIMES, URLS, type PortalHappening } from './portal-table.ts';
import { walkTable } from './walk.ts';

const [a, b] = URLS;

const timers: Readonly<Record<string, string>> = {
  'online.connecting': 'connectDeadline',
  'online.proving': 'proofDeadline',
  'online.listening': 'livenessInterval',
  'online.probing': 'livenessDeadline',
  waiting: 'backoff',
};

/** XState's own name of the timer that runs. */
function timerOf(snapshot: AnyMachineSnapshot): { readonly type: string } | undefined {
  const [state, delay] = Object.entries(timers).find(([name]) => snapshot.matches(name as never) || snapshot.matches(nested(name) as never)) ?? [];
  return state === undefined ? undefined : { type: `xstate.after.${delay}.portal.${state}` };
}
const nested = (name: string): unknown => {
  const [parent = '', child = ''] = name.split('.');
  return { [parent]: child };
};

walkTable('the portal machine', {
  machine: portalMachine,
  oracle: portalOracle,
  inputs: [{ urls: URLS, times: TIMES }],
  begin: beginPortal,
  open: openPortalBench,
  shows: showPortal,
  samples: [
    ...(['WANTED', 'UNWANTED', 'SOCKET_OPENED', 'HEARD', 'SOCKET_CLOSED', 'SOCKET_THREW', 'TIME UP', 'A MOMENT', 'RETRY_NOW'] as const).map((type) => ({ type })),
    { type: 'SWITCH_TO', url: b },
    { type: 'SWITCH_TO', url: 'https://nobody.example' },
    { type: 'MEASURED', url: a, milliseconds: 100 },
    { type: 'MEASURED', url: 'https://nobody.example', milliseconds: 100 },
  ] satisfies PortalHappening[],
  raw: (event, snapshot) => {
    if (event.type === 'TIME UP') return timerOf(snapshot);
    if (event.type === 'A MOMENT') return undefined;
    return { ...event, type: event.type === 'SOCKET_THREW' ? 'xstate.error.actor.socket' : event.type };
  },
  situation: (snapshot) => {
    const { tried, rounds, current } = snapshot.context as PortalContext;
    return JSON.stringify([snapshot.value, tried, Math.min(rounds, 1), current]);
  },
});
