// Tests of a program that shows an entry: hours in simulated time, and real ports that misbehave.
import assert from 'node:assert/strict';
import { createRuntime } from 'secure-registry';
import { FaultyPortal, SimulatedWorld } from 'secure-registry/testing';

/** The program: shows the newest value of an entry. */
function showNewest(runtime, key, show) {
  return runtime.watch(key).subscribe((result) => show(result.exists ? new TextDecoder().decode(result.data) : 'nothing'));
}

// In simulated time: the portal in use hangs for an hour, and the program goes on through another.
const world = new SimulatedWorld({ seed: 1, portals: 3 });
const author = world.author('ada');
const shown = [];
const runtime = await world.run(createRuntime({ portals: world.urls, workers: world.host() }));
showNewest(runtime, author.key('news'), (text) => shown.push(text));
world.put(author.entry('news', 1n, 'good morning'));
await world.pass(1_000);
world.portal(0).faults = { halfOpen: true };
world.portal(1).put(author.entry('news', 2n, 'good evening'));
await world.pass(3_600_000);
await world.run(runtime.close());
assert.deepEqual(shown.slice(-2), ['good morning', 'good evening']);

// On real ports: a portal that forges is passed over.
const [liar, honest] = [await FaultyPortal.start(), await FaultyPortal.start()];
for (const portal of [liar, honest]) await portal.put(author.entry('news', 1n, 'good morning'));
liar.faults = { reads: 'forge', sockets: 'forge' };
const other = await createRuntime({ portals: [liar.url, honest.url] });
const result = await other.read(author.key('news'));
assert.deepEqual(result.confirmedBy, [honest.url]);
await Promise.all([other.close(), liar.close(), honest.close()]);

console.log(shown.slice(-2).join(', '), '|', new TextDecoder().decode(result.data), 'by the honest portal');
