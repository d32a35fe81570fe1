// F12, F14, F17: what becomes of writes, of storages, and of memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Bytes that a thread holds after runtimes came and went, in percent of what it held before. */
async function leftOver() {
  const service = await startService('portal.mjs', [1_000]);
  const cycle = () =>
    withRuntime({ portals: [service.ready.url] }, (runtime) => Promise.all(Array.from({ length: 1_000 }, (_, i) => follow(runtime, keyOf(i)).until(isLive))));
  for (let i = 0; i < 3; i++) await cycle();
  const before = await collectedMemory();
  for (let i = 0; i < 3; i++) await cycle();
  const after = await collectedMemory();
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
  { row: 'F17', promise: 'memory that is left when runtimes were closed', unit: '%', most: 1, run: leftOver },
];
