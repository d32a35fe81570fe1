// Writes: entries that their portal has not seen, until it says that they are on its disk.
import { createRequire } from 'node:module';
import { createRuntime, signEntry } from 'secure-registry';
import { entryOf, hex, keyOf, pathOf, signerOf, unsignedOf } from '../entries.mjs';
import { scratchDirectory, startService } from '../processes.mjs';
import { throughput } from '../throughput.mjs';

/** Whoever writes them all sooner has less time measured. */
const ENTRIES = 12_000;
/** So many of what was written are read back, from the portal itself. */
const CHECKED = 20;

export const unit = 'writes/s';

/** Signed beforehand. */
async function ours(url) {
  const runtime = await createRuntime({ portals: [url], storage: 'memory' });
  const entries = Array.from({ length: ENTRIES }, (_, number) => entryOf(number, 1));
  return { write: (number) => runtime.write(entries[number]), close: () => runtime.close() };
}

async function oursSigning(url) {
  const runtime = await createRuntime({ portals: [url], storage: 'memory' });
  const write = (number) => runtime.write(signEntry(unsignedOf(number, 1), signerOf(number).secretKey));
  return { write, close: () => runtime.close() };
}

async function skynetJs(url) {
  const { SkynetClient } = createRequire(import.meta.url)('skynet-js'); // its ES modules do not load in Node
  const { registry } = new SkynetClient(url);
  const write = (number) => {
    const { datakey, data, revision } = unsignedOf(number, 1);
    return registry.setEntry(hex(signerOf(number).secretKey), { dataKey: hex(datakey), data, revision }, { hashedDataKeyHex: true });
  };
  return { write, close: async () => {} };
}

async function measure(open, inFlight) {
  const portal = await startService('portal.mjs', [0, scratchDirectory()]);
  const { url } = portal.ready;
  const { write, close } = await open(url);
  let last = 0;
  const figures = await throughput((number) => write((last = number)), inFlight, ENTRIES);
  await close();
  for (let i = 1; i <= CHECKED; i++) await assertWritten(url, Math.floor((last * i) / CHECKED));
  portal.kill();
  return figures;
}

async function assertWritten(url, number) {
  const { data, revision } = await (await fetch(url + pathOf(keyOf(number)))).json();
  if (data !== hex(unsignedOf(number, 1).data) || revision !== 1) throw new Error('what was written is not there');
}

const WRITERS = { 'secure-registry (signEntry, write)': oursSigning, 'secure-registry (write)': ours, 'skynet-js 4.3.0 (setEntry)': skynetJs };

export const contenders = Object.fromEntries(
  [1, 16].flatMap((inFlight) =>
    Object.entries(WRITERS).map(([name, open]) => [`${name}, ${inFlight}`, { group: `writes to a portal with LMDB, ${inFlight} in flight`, name, run: () => measure(open, inFlight) }]),
  ),
);

export const bars = [];
