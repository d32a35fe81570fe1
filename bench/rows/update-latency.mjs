// The way of one update, where updates come at a steady rate: from a portal's send to the subscriber of the entry.
import { createRuntime } from 'secure-registry';
import { Audience, pushTo } from '../audience.mjs';
import { percentile } from '../throughput.mjs';

const ENTRIES = 1_000;
const RATE = 1_000;
/** Revision 1 is what a subscription answers, 2 and 3 warm up, the others are measured: a second each. */
const WARM_UP = { from: 2, to: 3, rate: RATE };
const MEASURED = { from: 4, to: 8, rate: RATE };

export const service = { script: 'push-server.mjs', args: [ENTRIES, MEASURED.to] };
export const unit = 'ms';

async function ours(url) {
  const shownAt = Array.from({ length: MEASURED.to + 1 }, () => []);
  const runtime = await createRuntime({ portals: [url], storage: 'memory' });
  const audience = new Audience(runtime, ENTRIES, (number, revision) => (shownAt[revision][number] = Number(process.hrtime.bigint()) / 1e6));
  await audience.greeted;
  await pushTo(audience, url, WARM_UP);
  const cpuBefore = process.cpuUsage();
  await pushTo(audience, url, MEASURED);
  const { user, system } = process.cpuUsage(cpuBefore);
  const sentAt = await (await fetch(`${url}/sent`)).json();
  await runtime.close();

  const times = [];
  for (let revision = MEASURED.from; revision <= MEASURED.to; revision++) {
    for (let number = 0; number < ENTRIES; number++) times.push(shownAt[revision][number] - sentAt[revision][number]);
  }
  if (!times.every((time) => time > 0)) throw new Error('an update was shown before it was sent, or not at all');
  times.sort((a, b) => a - b);
  const p99 = percentile(times, 0.99);
  return { value: p99, p50: percentile(times, 0.5), p99, cpu: (user + system) / 1_000 / times.length };
}

export const contenders = {
  'secure-registry': { group: `updates at ${RATE.toLocaleString('en')} a second, portal's send to subscriber, p99`, name: 'secure-registry', run: ours },
};

export const bars = [
  {
    text: `updates at ${RATE.toLocaleString('en')} a second, portal's send to subscriber, p99: at most 5 ms`,
    figure: (summaries) => summaries['secure-registry'].median,
    holds: (milliseconds) => milliseconds <= 5,
    unit: ' ms',
  },
];
