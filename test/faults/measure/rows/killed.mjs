// F8, F15: processes and workers that are killed.
import { Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { startService } from '../../../../bench/processes.mjs';
import { connected, entryOf, first, follow, isLive, isLiveAt, keyOf, pause, put, timed, withRuntime } from '../client.mjs';
import { startFaulty, startPlain } from '../processes.mjs';

const MANY = 10_000;
const WORKER = fileURLToPath(import.meta.resolve('secure-registry/worker.js'));

/** From SIGKILL of the live portal to a new revision through the next one, with so many entries watched. */
async function replaced(count) {
  const services = await Promise.all([startService('portal.mjs', [count]), startService('portal.mjs', [count])]);
  const [before, after] = services.map(({ ready }) => ready.url);
  const value = await withRuntime({ portals: [before, after] }, async (runtime) => {
    const [watched, ...others] = Array.from({ length: count }, (_, i) => follow(runtime, keyOf(i)));
    await Promise.all([watched, ...others].map((each) => each.until(isLive)));
    await connected(runtime, before);
    await pause(500); // a connection that is used to being alive
    const begun = performance.now();
    services[0].kill('SIGKILL');
    await put(after, entryOf(0, 2));
    return (await watched.until(isLiveAt(2))) - begun;
  });
  for (const { kill } of services) kill('SIGKILL');
  return value;
}

/** From when the only portal is back, after so long, until what it has is shown: of three runtimes the slowest. */
async function back(down) {
  const portal = await startPlain();
  await put(portal.url, entryOf(0, 1));
  let settle;
  const waiting = new Promise((resolve) => (settle = resolve));
  let returned;
  const runs = Array.from({ length: 3 }, () =>
    withRuntime({ portals: [portal.url] }, async (runtime) => {
      const watched = follow(runtime, keyOf(0));
      await watched.until(isLive);
      await waiting;
      return (await watched.until(isLiveAt(2))) - returned;
    }),
  );
  await pause(1_500);
  await portal.kill();
  await pause(down);
  const again = await startPlain(portal.port);
  returned = performance.now();
  settle();
  await put(again.url, entryOf(0, 2));
  return Math.max(...(await Promise.all(runs)));
}

/** Workers that can be killed. */
function killable() {
  const started = [];
  let onStart;
  return {
    workers: (actor) => {
      const worker = new Worker(WORKER, { name: actor });
      started.push({ actor, worker });
      onStart?.();
      return worker;
    },
    kill: (actor) => void started.findLast((each) => each.actor === actor).worker.terminate(),
    again: (actor) => {
      const { length } = started;
      return new Promise((resolve) => (onStart = () => started.slice(length).some((each) => each.actor === actor) && resolve()));
    },
  };
}

const ACTORS = ['portal', 'entries', 'verifier'];

export const measures = [
  { row: 'F8', promise: 'a portal that is killed (SIGKILL) is replaced, 1 entry', unit: 'ms', most: 1_500, run: () => replaced(1) },
  { row: 'F8', promise: 'a portal that is killed (SIGKILL) is replaced, 10,000 entries', unit: 'ms', most: 1_500, run: () => replaced(MANY) },
  { row: 'F8', promise: 'the only portal is back after 1 s', unit: 'ms', most: 2_000, isPatient: true, run: () => back(1_000) },
  { row: 'F8', promise: 'the only portal is back after 45 s', unit: 'ms', most: 2_000, isPatient: true, rounds: 1, run: () => back(45_000) },
  {
    row: 'F8',
    promise: 'retryNow finds a portal that is back',
    unit: 'ms',
    most: 100,
    async run() {
      const portal = await startFaulty();
      await put(portal.url, entryOf(0, 1));
      return withRuntime({ portals: [portal.url], policy: { backoffBase: 30_000, backoffMost: 30_000 } }, async (runtime) => {
        const watched = follow(runtime, keyOf(0));
        await watched.until(isLive);
        await portal.call('kill');
        await first(runtime.portals$, ([view]) => view.state === 'waiting');
        await portal.call('revive');
        const begun = performance.now();
        runtime.retryNow();
        await connected(runtime, portal.url);
        return performance.now() - begun;
      });
    },
  },
  ...ACTORS.map((actor) => ({
    row: 'F15',
    promise: `the ${actor} worker is killed: a read under way settles`,
    unit: 'ms',
    most: 1_000,
    async run() {
      const portal = await startFaulty();
      await put(portal.url, entryOf(0, 1));
      const threads = killable();
      return withRuntime({ portals: [portal.url], workers: threads.workers }, async (runtime) => {
        await portal.call('fault', { held: true, sockets: 'refuse' });
        const read = runtime.read(keyOf(0));
        await portal.call('until', { reads: 1 });
        const begun = performance.now();
        threads.kill(actor);
        await portal.call('fault', {});
        await read;
        return performance.now() - begun;
      });
    },
  })),
  ...ACTORS.map((actor) => ({
    row: 'F15',
    promise: `the ${actor} worker is killed: another one works in its place`,
    unit: 'ms',
    most: 500,
    async run() {
      const portal = await startFaulty();
      await put(portal.url, entryOf(0, 1));
      const threads = killable();
      return withRuntime({ portals: [portal.url], workers: threads.workers, policy: { verifiers: 1 } }, async (runtime) => {
        await follow(runtime, keyOf(0)).until(isLive);
        const again = threads.again(actor);
        return timed(async () => {
          threads.kill(actor);
          await again;
          await runtime.actors[actor].snapshot();
        });
      });
    },
  })),
];
