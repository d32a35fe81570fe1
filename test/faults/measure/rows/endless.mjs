// F6, F10: portals that send too much.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pushText } from '../../../../bench/entries.mjs';
import { connected, entryOf, first, follow, isLive, isLiveAt, keyOf, pause, put, withRuntime } from '../client.mjs';
import { startFaulty, startHostile, startPlain } from '../processes.mjs';

const MEGABYTE = 1_048_576;
const ANSWER = 4_096;
const FRAME = 16_384;

/** How much more memory this process, with all its threads, has at most while something is done, in MiB. */
async function growth(work) {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 2);
  try {
    await work();
    await pause(200);
  } finally {
    clearInterval(timer);
  }
  return (Math.max(most, process.memoryUsage.rss()) - before) / MEGABYTE;
}

/** Reads, or watches, an entry past a portal that sends what has no end. */
async function past(what, measure) {
  const [hostile, good] = await Promise.all([startHostile(what === 'frame' ? FRAME : ANSWER, what), startPlain()]);
  await put(good.url, entryOf(0, 1));
  return withRuntime({ portals: [hostile.url, good.url] }, async (runtime) => {
    await runtime.read(keyOf(1)).catch(() => {}); // all that is loaded once is loaded
    return measure(hostile, async () => {
      if (what === 'frame') await follow(runtime, keyOf(0)).until(isLiveAt(1));
      else await runtime.read(keyOf(0));
      await first(runtime.portals$, ([{ quarantined, reason }]) => quarantined && reason === 'oversize');
    });
  });
}

const WHATS = [
  ['a body without an end', 'body'],
  ['a body of JSON a million levels deep', 'json'],
  ['a frame of 90 MB', 'frame'],
];

/** The time that 99 of 100 reads stay below, in milliseconds: asked of a portal each time, one after the other. */
async function p99(runtime, milliseconds) {
  const times = [];
  for (const begun = performance.now(); performance.now() - begun < milliseconds; ) {
    const asked = performance.now();
    await runtime.read(keyOf(0), { maxStaleness: 0 });
    times.push(performance.now() - asked);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)];
}

const forged = (() => {
  const entry = entryOf(0, 2);
  return pushText(entry).replace('"revision":2', '"revision":MARK');
})();

/** A flood of bad signatures at 2,000 a second from the live portal, and something measured meanwhile. A portal that is left is tried again at once: the flood goes on. */
async function flooded(policy, measure) {
  const [flooding, good] = await Promise.all([startFaulty(), startPlain()]);
  for (const { url } of [flooding, good]) await put(url, entryOf(0, 1));
  return withRuntime({ portals: [flooding.url, good.url], policy }, async (runtime) => {
    await follow(runtime, keyOf(0)).until(isLive);
    await connected(runtime, flooding.url);
    return measure(runtime, (milliseconds) => flooding.call('sayOften', forged, 'MARK', 2_000, milliseconds));
  });
}

const AGAIN = { quarantineBase: 100, quarantineMost: 100 };

export const measures = [
  ...WHATS.map(([name, what]) => ({ row: 'F6', promise: `${name}: memory grows by`, unit: 'MiB', most: 32, run: () => past(what, (_hostile, work) => growth(work)) })),
  ...WHATS.map(([name, what]) => ({
    row: 'F6',
    promise: `${name}: after the cap its connection lasts`,
    unit: 'ms',
    most: 100,
    run: () =>
      past(what, async (hostile, work) => {
        await work();
        return hostile.told;
      }),
  })),
  {
    row: 'F10',
    promise: 'bad signatures of 2,000 a second that are looked at before their portal is left',
    unit: '',
    most: 32,
    run: () =>
      flooded({ verifiers: 1 }, async (runtime, flood) => {
        await flood(3_000);
        const { context } = await runtime.actors.verifier.snapshot();
        if (context.forged === 0) throw new Error('there was no flood');
        return context.forged;
      }),
  },
  {
    row: 'F10',
    promise: 'reads through another portal meanwhile, p99 against p99 before',
    unit: '×',
    most: 2,
    run: () =>
      flooded(AGAIN, async (runtime, flood) => {
        await p99(runtime, 1_000);
        const before = await p99(runtime, 2_000);
        const [during] = await Promise.all([p99(runtime, 2_000), flood(2_000)]);
        return during / before;
      }),
  },
  {
    row: 'F10',
    promise: 'the longest task of the main thread meanwhile',
    unit: 'ms',
    most: 16,
    run: () =>
      flooded(AGAIN, async (runtime, flood) => {
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        await flood(2_000);
        delay.disable();
        return delay.max / 1e6;
      }),
  },
];
