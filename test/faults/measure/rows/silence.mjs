// F3, F7, F16: portals that keep things to themselves, that say nothing, and that come and go.
import { codeOf, connected, entryOf, follow, isAt, isLive, isLiveAt, keyOf, pause, put, timed, withRuntime } from '../client.mjs';
import { startFaulty, startPlain } from '../processes.mjs';

const MUTE = { reads: 'mute', sockets: 'mute' };
const CHECK = 1_000;

const all = (portals, name) => Promise.all(portals.map((portal) => portal.call(name)));

async function twoFaulty() {
  const portals = await Promise.all([startFaulty(), startFaulty()]);
  for (const { url } of portals) await put(url, entryOf(0, 1));
  return portals;
}

export const measures = [
  {
    row: 'F3',
    promise: `checkInterval of ${CHECK} ms: what another portal has is seen within it, and 500 ms`,
    unit: 'ms',
    most: CHECK + 500,
    async run() {
      const [frozen, fresh] = await twoFaulty();
      await frozen.call('fault', { writes: { status: 400, body: '{"message":"no"}' } });
      return withRuntime({ portals: [frozen.url, fresh.url], policy: { checkInterval: CHECK } }, async (runtime) => {
        const watched = follow(runtime, keyOf(0));
        await watched.until(isLive);
        const begun = performance.now();
        await put(fresh.url, entryOf(0, 2));
        return (await watched.until(isAt(2))) - begun;
      });
    },
  },
  {
    row: 'F7',
    promise: 'a read past a mute portal',
    unit: 'ms',
    most: 2_000,
    async run() {
      const [mute, good] = await twoFaulty();
      await mute.call('fault', MUTE);
      return withRuntime({ portals: [mute.url, good.url] }, (runtime) => timed(() => runtime.read(keyOf(0))));
    },
  },
  {
    row: 'F7',
    promise: 'a mute portal is passed over by who wants a live connection',
    unit: 'ms',
    most: 2_000,
    async run() {
      const [mute, good] = await twoFaulty();
      await mute.call('fault', MUTE);
      return withRuntime({ portals: [mute.url, good.url] }, async (runtime) => {
        const begun = performance.now();
        return (await follow(runtime, keyOf(0)).until(isLive)) - begun;
      });
    },
  },
  {
    row: 'F7',
    promise: 'a read where every portal is mute ends',
    unit: 'ms',
    most: 10_100,
    isPatient: true,
    async run() {
      const portals = await twoFaulty();
      for (const portal of portals) await portal.call('fault', MUTE);
      return withRuntime({ portals: portals.map(({ url }) => url) }, async (runtime) => {
        let code;
        const took = await timed(async () => (code = await codeOf(runtime.read(keyOf(0)))));
        if (code !== 'TIMEOUT') throw new Error(`it ended with ${code}`);
        return took;
      });
    },
  },
  {
    row: 'F7',
    promise: 'a live portal that is stopped (SIGSTOP) is replaced, and what is new is shown',
    unit: 'ms',
    most: 10_000,
    isPatient: true,
    async run() {
      const [stopped, next] = await Promise.all([startPlain(), startPlain()]);
      for (const { url } of [stopped, next]) await put(url, entryOf(0, 1));
      return withRuntime({ portals: [stopped.url, next.url] }, async (runtime) => {
        const watched = follow(runtime, keyOf(0));
        await Promise.all([watched.until(isLive), connected(runtime, stopped.url)]);
        const begun = performance.now();
        stopped.signal('SIGSTOP');
        await put(next.url, entryOf(0, 2));
        return (await watched.until(isLiveAt(2))) - begun;
      });
    },
  },
  {
    row: 'F16',
    promise: 'the first new value after portals came and went every second, ten times',
    unit: 'ms',
    most: 3_000,
    isPatient: true,
    async run() {
      const portals = await twoFaulty();
      return withRuntime({ portals: portals.map(({ url }) => url) }, async (runtime) => {
        const watched = follow(runtime, keyOf(0));
        await watched.until(isLive);
        for (let i = 0; i < 10; i++) {
          await all(portals, 'kill');
          await pause(1_000);
          await all(portals, 'revive');
          if (i < 9) await pause(1_000);
        }
        const begun = performance.now();
        for (const { url } of portals) await put(url, entryOf(0, 2));
        return (await watched.until(isLiveAt(2))) - begun;
      });
    },
  },
];
