// Resubscription: from SIGKILL of the live portal's process until another portal vouches for each of 10,000 watched entries.
import { createRuntime } from 'secure-registry';
import { keyOf } from '../entries.mjs';
import { startService } from '../processes.mjs';

const ENTRIES = 10_000;

export const unit = 'ms';

/** Knows of how many entries a portal vouches. */
class Vouched {
  #portal;
  #numbers = new Set();
  #resolve;
  all = new Promise((resolve) => void (this.#resolve = resolve));

  constructor(portal) {
    this.#portal = portal;
  }

  take(number, { exists, status, confirmedBy }) {
    if (!exists) throw new Error('an entry vanished');
    if (status === 'live' && confirmedBy.includes(this.#portal)) this.#numbers.add(number);
    else this.#numbers.delete(number);
    if (this.#numbers.size === ENTRIES) this.#resolve();
  }
}

async function ours() {
  const portals = await Promise.all([startService('portal.mjs', [ENTRIES]), startService('portal.mjs', [ENTRIES])]);
  const [first, second] = portals.map(({ ready }) => new Vouched(ready.url));
  const runtime = await createRuntime({ portals: portals.map(({ ready }) => ready.url), storage: 'memory' });
  for (let number = 0; number < ENTRIES; number++) {
    runtime.watch(keyOf(number), { status: true }).subscribe((result) => [first, second].forEach((vouched) => vouched.take(number, result)));
  }
  await first.all;
  const killed = performance.now();
  portals[0].kill('SIGKILL');
  await second.all;
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
