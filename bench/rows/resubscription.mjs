// Resubscription: from SIGKILL of the live portal's process until another portal vouches for each of 10,000 watched entries.
import { createRuntime } from 'secure-registry';
import { keyOf } from '../entries.mjs';
import { startService } from '../processes.mjs';

const ENTRIES = 10_000;

export const unit = 'ms';

/** Milliseconds between two looks. A watcher who is slow may never see that nobody vouched for a moment, so watching alone would not do. */
const LOOK = 20;

/** Resolves when this portal vouches for all of the entries. */
async function vouched(handles, portal) {
  const waiting = new Set(handles);
  for (;;) {
    for (const handle of waiting) {
      const { latest } = handle;
      if (latest?.status === 'live' && latest.confirmedBy.includes(portal)) waiting.delete(handle);
    }
    if (waiting.size === 0) return;
    await new Promise((resolve) => void setTimeout(resolve, LOOK));
  }
}

async function ours() {
  const portals = await Promise.all([startService('portal.mjs', [ENTRIES]), startService('portal.mjs', [ENTRIES])]);
  const [first, second] = portals.map(({ ready }) => ready.url);
  const runtime = await createRuntime({ portals: [first, second], storage: 'memory' });
  const handles = Array.from({ length: ENTRIES }, (_, number) => runtime.entry(keyOf(number)));
  for (const handle of handles) handle.watch().subscribe();
  await vouched(handles, first);
  const killed = performance.now();
  portals[0].kill('SIGKILL');
  await vouched(handles, second);
  const value = performance.now() - killed;
  await runtime.close();
  portals[1].kill();
  return { value };
}

export const contenders = { 'secure-registry': { group: `resubscription of ${ENTRIES.toLocaleString('en')} watched entries after SIGKILL`, name: 'secure-registry', run: ours } };

export const bars = [
  {
    text: 'resubscription of 10,000 watched entries, the slowest round: at most 3,000 ms',
    figure: (summaries) => summaries['secure-registry'].max,
    holds: (milliseconds) => milliseconds <= 3_000,
    unit: ' ms',
  },
];
