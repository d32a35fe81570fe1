// F12, F14, F17: what becomes of writes, of storages, and of memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { getHeapSnapshot } from 'node:v8';
import { collectedMemory } from '../../../../bench/memory.mjs';
import { runContender, startService } from '../../../../bench/processes.mjs';
import { codeOf, entryOf, follow, isLive, keyOf, pause, put, timed, withRuntime } from '../client.mjs';
import { startFaulty, startPlain } from '../processes.mjs';

const DEADLINE = 2_000;
const HEAL = 1_000;

/** How long a write takes to be refused with this code, at two portals of which these are the faults. */
async function refused(code, faults, options, stored = []) {
  const portals = await Promise.all([startFaulty(), startFaulty()]);
  for (const { url } of portals) for (const entry of stored) await put(url, entry);
  for (const [i, portal] of portals.entries()) await portal.call('fault', faults[i]);
  return withRuntime({ portals: portals.map(({ url }) => url), policy: { writeDeadline: DEADLINE } }, async (runtime) => {
    let told;
    const took = await timed(async () => (told = await codeOf(runtime.write(entryOf(0, 2), options))));
    if (told !== code) throw new Error(`it ended with ${told}`);
    return took;
  });
}

/** Entries that each runtime watches, runtimes that come and go before it counts, and while it does. */
const WATCHED = 300;
const WARM_UP = 3;
const CYCLES = 10;

/** What a heap holds that is the engine's own: code that it compiled, and what it noted to compile it. That grows for as long as anything runs, whatever that leaves. */
const ENGINE = new Set(['code', 'hidden', 'object shape']);

/** Bytes of this thread's objects, texts, functions and buffers, once its garbage is collected. */
async function heldMemory() {
  await collectedMemory();
  const { snapshot, nodes } = await json(getHeapSnapshot());
  const { node_fields: fields, node_types: [types] } = snapshot.meta;
  let held = 0;
  for (let i = 0; i < nodes.length; i += fields.length) if (!ENGINE.has(types[nodes[i + fields.indexOf('type')]])) held += nodes[i + fields.indexOf('self_size')];
  return held;
}

/** What a thread holds after runtimes came and went, in percent of what it held before. Of the last one some is freed only with the next: the least of three looks counts. */
async function leftOver() {
  const service = await startService('portal.mjs', [WATCHED]);
  const cycle = () =>
    withRuntime({ portals: [service.ready.url] }, (runtime) => Promise.all(Array.from({ length: WATCHED }, (_, i) => follow(runtime, keyOf(i)).until(isLive))));
  const least = async () => {
    const looks = [];
    for (let i = 0; i < 3; i++) {
      await cycle();
      looks.push(await heldMemory());
    }
    return Math.min(...looks);
  };
  for (let i = 0; i < WARM_UP; i++) await cycle();
  const before = await least();
  for (let i = 0; i < CYCLES - 3; i++) await cycle();
  const after = await least();
  service.kill('SIGKILL');
  return Math.max(0, (after / before - 1) * 100);
}

async function bytes(contender) {
  const service = await startService('portal.mjs', [10_000]);
  try {
    return (await runContender('heap', contender, service.ready.url)).value;
  } finally {
    service.kill('SIGKILL');
  }
}

export const measures = [
  { row: 'F12', promise: `a portal that drops what it accepted: UNCONFIRMED, with a writeDeadline of ${DEADLINE} ms`, unit: 'ms', most: DEADLINE + 500, run: () => refused('UNCONFIRMED', [{}, { writes: 'lose' }], { confirmations: 2 }) },
  { row: 'F12', promise: 'portals that store it and say nothing: UNCONFIRMED', unit: 'ms', most: DEADLINE + 500, run: () => refused('UNCONFIRMED', [{ writes: 'mute' }, { writes: 'mute' }]) },
  { row: 'F12', promise: 'an entry that lost: CONFLICT', unit: 'ms', most: 500, run: () => refused('CONFLICT', [{}, {}], {}, [entryOf(0, 3)]) },
  {
    row: 'F14',
    promise: `a storage that works again is used, with a healInterval of ${HEAL} ms`,
    unit: 'ms',
    most: HEAL + 500,
    async run() {
      const folder = mkdtempSync(join(tmpdir(), 'faults-'));
      const path = join(folder, 'state');
      writeFileSync(path, 'no folder');
      const portal = await startPlain();
      let revision = 1;
      await put(portal.url, entryOf(0, revision));
      try {
        return await withRuntime({ portals: [portal.url], storage: { path }, policy: { healInterval: HEAL } }, async (runtime) => {
          const { floor } = await runtime.read(keyOf(0), { maxStaleness: 0 });
          if (floor !== 'volatile') throw new Error('a file was taken for a folder');
          await pause(HEAL / 3);
          rmSync(path);
          return timed(async () => {
            for (let floorNow = floor; floorNow === 'volatile'; await pause(20)) {
              await put(portal.url, entryOf(0, ++revision));
              floorNow = (await runtime.read(keyOf(0), { maxStaleness: 0 })).floor;
            }
          });
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  { row: 'F17', promise: 'memory of a watched entry, 10,000 of them', unit: 'bytes', most: 4_096, run: () => bytes('watched 10000') },
  { row: 'F17', promise: 'memory of an entry that was read and is kept, 10,000 of them', unit: 'bytes', most: 450, run: () => bytes('cached') },
  { row: 'F17', promise: `memory that is left when ${CYCLES} more runtimes were closed, after ${WARM_UP + 3} to warm up, without the engine's own`, unit: '%', most: 1, rounds: 1, run: leftOver },
];
