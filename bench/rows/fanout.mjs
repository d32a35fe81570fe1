// Fan-out: from a POST of a new revision until the last of 5,000 WebSockets has it, all of which watch the one entry.
import { entryOf, hex, writeText } from '../entries.mjs';
import { openWatchers } from '../hot-sockets.mjs';
import { startService } from '../processes.mjs';
import { medianOf } from '../summary.mjs';

const SOCKETS = 5_000;
/** Revision 1 is what a subscription answers, 2 … 4 warm up, of the others the median counts. */
const MEASURED_FROM = 5;
const REVISIONS = 13;

export const unit = 'ms';

async function ours() {
  const portal = await startService('portal.mjs', [1]);
  const { url } = portal.ready;
  const watchers = await openWatchers(SOCKETS, url, entryOf(0, 1));
  const times = [];
  for (let revision = 2; revision <= REVISIONS; revision++) {
    const entry = entryOf(0, revision);
    const told = watchers.map((watcher) => watcher.told(hex(entry.signature)));
    const write = { method: 'POST', body: writeText(entry) };
    const begun = performance.now();
    const posted = fetch(`${url}/skynet/registry`, write);
    await Promise.all(told);
    if (revision >= MEASURED_FROM) times.push(performance.now() - begun);
    const { status } = await posted;
    if (status !== 204) throw new Error('the portal refused an entry');
  }
  watchers.forEach((watcher) => watcher.close());
  portal.kill();
  return { value: medianOf(times), worst: Math.max(...times) };
}

export const contenders = {
  'secure-registry': { group: `fan-out of a hot entry to ${SOCKETS.toLocaleString('en')} WebSockets, POST to the last`, name: 'secure-registry (portal)', run: ours },
};

export const bars = [
  {
    text: 'fan-out of a hot entry to 5,000 WebSockets, POST to the last: below 150 ms',
    figure: (summaries) => summaries['secure-registry'].median,
    holds: (milliseconds) => milliseconds < 150,
    unit: ' ms',
  },
];
