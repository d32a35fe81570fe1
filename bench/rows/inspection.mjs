// What an inspector costs the actors it looks at: events that anybody may send, one after the other, and verified updates, with nobody looking and with somebody.
import { createRuntime } from 'secure-registry';
import { reportsOf } from 'secure-registry/inspect';
import { Audience, pushTo } from '../audience.mjs';
import { throughput } from '../throughput.mjs';

const ENTRIES = 2_000;
/** Revision 1 is what a subscription answers, 2 and 3 warm up, the others are measured. */
const MEASURED = { from: 4, to: 7 };
/** Events under way at a time. */
const IN_FLIGHT = 64;
const MOST = 4;

export const service = { script: 'push-server.mjs', args: [ENTRIES, MEASURED.to] };
export const unit = '/s';

/** Looks on, where somebody does; how much was told. */
function look(runtime, isInspected) {
  let told = 0;
  if (isInspected) reportsOf(runtime).subscribe(() => told++);
  return () => told;
}

async function events(url, isInspected) {
  const runtime = await createRuntime({ portals: [url], storage: 'memory' });
  const told = look(runtime, isInspected);
  const nothing = { type: 'RELEASE', pubkey: new Uint8Array(32), datakey: new Uint8Array(32) };
  const figures = await throughput(() => runtime.actors.entries.send(nothing), IN_FLIGHT);
  await runtime.close();
  if (told() > 0 !== isInspected) throw new Error('what was told is not what was asked for');
  return figures;
}

async function updates(url, isInspected) {
  const runtime = await createRuntime({ portals: [url], storage: 'memory' });
  const audience = new Audience(runtime, ENTRIES);
  await audience.greeted;
  const told = look(runtime, isInspected);
  await pushTo(audience, url, { from: 2, to: MEASURED.from - 1 });
  const shownBefore = audience.shown;
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  await pushTo(audience, url, MEASURED);
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  await runtime.close();
  if (told() > 0 !== isInspected) throw new Error('what was told is not what was asked for');
  const shown = audience.shown - shownBefore;
  return { value: shown / seconds, cpu: (user + system) / 1_000 / shown };
}

const sent = 'events sent to an actor in a worker';
const updated = 'verified updates, socket to subscriber';

export const contenders = {
  'events-alone': { group: sent, name: 'nobody looks', run: (url) => events(url, false) },
  'events-inspected': { group: sent, name: 'inspected', run: (url) => events(url, true) },
  'updates-alone': { group: updated, name: 'nobody looks', run: (url) => updates(url, false) },
  'updates-inspected': { group: updated, name: 'inspected', run: (url) => updates(url, true) },
};

const times = (alone, inspected) => (summaries) => summaries[alone].median / summaries[inspected].median;

export const bars = [
  { text: `an event costs at most ${MOST} times as much when it is inspected`, figure: times('events-alone', 'events-inspected'), holds: (factor) => factor <= MOST, unit: ' ×' },
  { text: `a verified update costs at most ${MOST} times as much when it is inspected`, figure: times('updates-alone', 'updates-inspected'), holds: (factor) => factor <= MOST, unit: ' ×' },
];
