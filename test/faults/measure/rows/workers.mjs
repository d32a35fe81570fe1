// F15: workers that are killed, and that spin.
import { Worker } from 'node:worker_threads';
import { codeOf, connected, entryOf, follow, isLive, keyOf, pause, put, timed, withRuntime } from '../client.mjs';
import { startFaulty } from '../processes.mjs';

const ACTORS = ['portal', 'entries', 'verifier'];

/** Workers that can be lost: `lose.kill('portal')`. */
function workersToLose() {
  const newest = {};
  let started = 0;
  return {
    count: () => started,
    factory(actor) {
      const name = `${actor} ${++started}`;
      const worker = new Worker(new URL('../hangable-worker.mjs', import.meta.url), { workerData: { name, file: new URL(`../../../../dist/node/${actor}.worker.js`, import.meta.url).href } });
      newest[actor] = { name, worker };
      return worker;
    },
    kill: (actor) => newest[actor].worker.terminate(),
    hang(actor) {
      const channel = new BroadcastChannel('hang a worker');
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
      channel.postMessage(newest[actor].name);
      channel.close();
    },
  };
}

/** How long a read that is under way takes after a worker is lost that it needs. */
async function lost(actor, how) {
  const portal = await startFaulty();
  await put(portal.url, entryOf(0, 1));
  await put(portal.url, entryOf(1, 1));
  const workers = workersToLose();
  return withRuntime({ portals: [portal.url], workers: workers.factory, policy: { verifiers: 1 } }, async (runtime) => {
    const watched = follow(runtime, keyOf(1));
    await Promise.all([watched.until(isLive), connected(runtime, portal.url)]);
    await pause(500);
    await portal.call('fault', { held: true, sockets: 'mute' });
    const read = runtime.read(keyOf(0), { maxStaleness: 0 });
    await pause(100);
    const took = timed(() => read);
    workers[how](actor);
    await portal.call('fault', {});
    return took;
  });
}

/** How often one of the workers is replaced while so many entries come to be watched, and one after the other is read. */
async function mistaken(count) {
  const portal = await startFaulty();
  const workers = workersToLose();
  return withRuntime({ portals: [portal.url], workers: workers.factory, policy: { verifiers: 1 } }, async (runtime) => {
    await pause(500);
    const before = workers.count();
    const until = performance.now() + 8_000;
    for (let i = 0; i < count; i++) runtime.watch(keyOf(i)).subscribe(() => {});
    for (let i = 0; performance.now() < until; i = (i + 1) % count) await codeOf(runtime.read(keyOf(i), { maxStaleness: 0 }));
    return workers.count() - before;
  });
}

export const measures = [
  ...ACTORS.flatMap((actor) =>
    ['kill', 'hang'].map((how) => ({ row: 'F15', promise: `a read under way when the ${actor} worker ${how === 'kill' ? 'is killed' : 'hangs'} is answered`, unit: 'ms', most: 1_000, run: () => lost(actor, how) })),
  ),
  ...[100, 1_000, 10_000].map((count) => ({ row: 'F15', promise: `workers taken for hung that are only busy, with ${count.toLocaleString('en')} entries`, unit: '', most: 0, rounds: 1, run: () => mistaken(count) })),
];
