// Verified updates: from a portal's socket to the subscriber of an entry, as fast as they are taken.
import { createPublicKey, verify } from 'node:crypto';
import { createRuntime, hashEntry } from 'secure-registry';
import { entryOf, keyOf, SPKI_PREFIX } from '../entries.mjs';

const ENTRIES = 5_000;
/** Revision 1 is what a subscription answers, 2 and 3 warm up, the others are measured. */
const MEASURED = { from: 4, to: 7 };
const UPDATES = ENTRIES * (MEASURED.to - MEASURED.from + 1);

export const service = { script: 'push-server.mjs', args: [ENTRIES, MEASURED.to] };
export const unit = 'updates/s';

/** Counts what the subscribers of all entries are shown, and knows when all have been shown a revision. */
class Audience {
  shown = 0;
  #arrivals = new Map();

  take({ exists, revision }) {
    if (!exists) throw new Error('an entry vanished');
    this.shown++;
    const arrival = this.#arrivals.get(revision);
    if (arrival !== undefined && ++arrival.count === ENTRIES) arrival.resolve();
  }

  all(revision) {
    return new Promise((resolve) => void this.#arrivals.set(BigInt(revision), { count: 0, resolve }));
  }
}

async function ours(url) {
  const runtime = await createRuntime({ portals: [url], storage: 'memory' });
  const audience = new Audience();
  const push = async ({ from, to }) => {
    const arrived = audience.all(to);
    const pushed = fetch(`${url}/push?from=${from}&to=${to}`, { method: 'POST' });
    await Promise.all([pushed, arrived]);
  };
  const greeted = audience.all(1);
  for (let number = 0; number < ENTRIES; number++) runtime.watch(keyOf(number)).subscribe((result) => audience.take(result));
  await greeted;
  await push({ from: 2, to: MEASURED.from - 1 });

  const shownBefore = audience.shown;
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  await push(MEASURED);
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  // Of each entry a subscriber who falls behind is shown the newest: what was skipped was verified, but is not counted.
  const shown = audience.shown - shownBefore;
  await runtime.close();
  return { value: shown / seconds, cpu: (user + system) / 1_000 / shown, skipped: UPDATES - shown };
}

/** The verdicts alone, one after the other, the keys imported beforehand: what one core can do at most. */
async function native() {
  const entries = Array.from({ length: UPDATES }, (_, i) => entryOf(i % ENTRIES, MEASURED.from + Math.floor(i / ENTRIES)));
  const imported = new Map(entries.map(({ pubkey }) => [pubkey, createPublicKey({ key: Buffer.concat([SPKI_PREFIX, pubkey]), format: 'der', type: 'spki' })]));
  const judge = (entry) => {
    if (!verify(null, hashEntry(entry), imported.get(entry.pubkey), entry.signature)) throw new Error('forged');
  };
  entries.slice(0, ENTRIES).forEach(judge); // warms up
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  entries.forEach(judge);
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { value: UPDATES / seconds, cpu: (user + system) / 1_000 / UPDATES };
}

const group = 'verified updates, socket to subscriber';

export const contenders = {
  'secure-registry': { group, name: 'secure-registry', run: ours },
  native: { group, name: 'ceiling: hash + node:crypto verify, one core', run: native },
};

export const bars = [];
