// Cold verified reads: every read is of an entry that this process has never seen.
import { verify, createPublicKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { createRuntime, hashEntry } from 'secure-registry';
import { hex, keyOf, SPKI_PREFIX } from '../entries.mjs';
import { throughput } from '../throughput.mjs';

/** Whoever reads them all sooner has less time measured. */
const ENTRIES = 40_000;

export const service = { script: 'portal.mjs', args: [ENTRIES] };
export const unit = 'reads/s';

/** Readers reject what was not signed. */
async function ours(url) {
  const runtime = await createRuntime({ portals: [url], storage: 'memory' });
  const read = async (key) => {
    const { exists, source } = await runtime.read(key);
    if (!exists || source !== 'portal') throw new Error('this was no cold read');
  };
  return { read, close: () => runtime.close() };
}

async function skynetJs(url) {
  const { SkynetClient } = createRequire(import.meta.url)('skynet-js'); // its ES modules do not load in Node
  const { registry } = new SkynetClient(url);
  const read = async ({ pubkey, datakey }) => {
    const { entry } = await registry.getEntry(hex(pubkey), hex(datakey), { hashedDataKeyHex: true });
    if (entry === null) throw new Error('there was no entry');
  };
  return { read, close: async () => {} };
}

async function floor(url) {
  const imported = new Map();
  const publicKeyOf = (pubkey) => {
    const known = imported.get(pubkey);
    if (known !== undefined) return known;
    const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, pubkey]), format: 'der', type: 'spki' });
    imported.set(pubkey, key);
    return key;
  };
  const read = async ({ pubkey, datakey }) => {
    const response = await fetch(`${url}/skynet/registry?publickey=ed25519%3A${hex(pubkey)}&datakey=${hex(datakey)}`);
    const { data, revision, signature } = await response.json();
    const hash = hashEntry({ pubkey, datakey, data: Buffer.from(data, 'hex'), revision: BigInt(revision) });
    if (!verify(null, hash, publicKeyOf(pubkey), Buffer.from(signature, 'hex'))) throw new Error('forged');
  };
  return { read, close: async () => {} };
}

async function measure(open, url, inFlight) {
  const { read, close } = await open(url);
  const isRefused = await read(keyOf(ENTRIES)).then(
    () => false,
    () => true,
  );
  if (!isRefused) throw new Error('it took a forged entry');
  const keys = Array.from({ length: ENTRIES }, (_, number) => keyOf(number));
  const figures = await throughput((number) => read(keys[number]), inFlight, ENTRIES);
  await close();
  return figures;
}

const READERS = { 'secure-registry': ours, 'skynet-js 4.3.0': skynetJs, 'floor: fetch + node:crypto': floor };

export const contenders = Object.fromEntries(
  [1, 32].flatMap((inFlight) =>
    Object.entries(READERS).map(([name, open]) => [`${name}, ${inFlight}`, { group: `cold verified reads, ${inFlight} in flight`, name, run: (url) => measure(open, url, inFlight) }]),
  ),
);

export const bars = [
  {
    text: 'cold verified reads, 32 in flight: at least 15 × skynet-js',
    figure: (summaries) => summaries['secure-registry, 32'].median / summaries['skynet-js 4.3.0, 32'].median,
    holds: (ratio) => ratio >= 15,
    unit: '×',
  },
];
