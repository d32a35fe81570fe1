// Cold verified reads: every read is of an entry that this process has never seen.
import { verify, createPublicKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { createRuntime, hashEntry } from 'secure-registry';
import { hex, keyOf, pathOf, SPKI_PREFIX } from '../entries.mjs';
import { throughput } from '../throughput.mjs';

/** Whoever reads them all sooner has less time measured. */
const ENTRIES = 40_000;
/** Those who keep nothing may be asked for the same again: w3name's and pkarr's records come round. Theirs are records of their own kinds. */
const NAMES = 2_000;

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
    const response = await fetch(url + pathOf({ pubkey, datakey }));
    const { data, revision, signature } = await response.json();
    const hash = hashEntry({ pubkey, datakey, data: Buffer.from(data, 'hex'), revision: BigInt(revision) });
    if (!verify(null, hash, publicKeyOf(pubkey), Buffer.from(signature, 'hex'))) throw new Error('forged');
  };
  return { read, close: async () => {} };
}

/** Its limiter, of three reads a second, is off. */
async function w3name(url) {
  const { resolve } = await import('w3name');
  const { default: W3NameService } = await import('w3name/service');
  const { nameOf } = await import('../ipns.mjs');
  const resolver = new W3NameService(new URL(url), async () => {});
  const names = await Promise.all(Array.from({ length: NAMES + 1 }, (_, number) => nameOf(number)));
  const read = async (name) => {
    const { value } = await resolve(name, resolver);
    if (!value.startsWith('/ipfs/entry-')) throw new Error('this was another value');
  };
  return { read, keys: names.slice(0, NAMES), forged: names[NAMES], close: async () => {} };
}

async function pkarr(url) {
  const { Pkarr } = await import('pkarr');
  const { packetKeysOf } = await import('../pkarr.mjs');
  const keys = Array.from({ length: NAMES + 1 }, (_, number) => packetKeysOf(number).publicKey);
  const read = async (publicKey) => {
    const packet = await Pkarr.relayGet(url, publicKey);
    if (packet.packet().answers.length !== 1) throw new Error('this was another packet');
  };
  return { read, keys: keys.slice(0, NAMES), forged: keys[NAMES], close: async () => {} };
}

async function measure({ open, isCacheless = false }, url, inFlight) {
  const { read, keys = entryKeys(), forged = keyOf(ENTRIES), close } = await open(url);
  const isRefused = await read(forged).then(
    () => false,
    () => true,
  );
  if (!isRefused) throw new Error('it took a forged entry');
  const figures = await throughput((number) => read(keys[number % keys.length]), inFlight, isCacheless ? Infinity : ENTRIES);
  await close();
  return figures;
}

const entryKeys = () => Array.from({ length: ENTRIES }, (_, number) => keyOf(number));

const READERS = {
  'secure-registry': { open: ours },
  'skynet-js 4.3.0': { open: skynetJs },
  'w3name 1.1.3': { open: w3name, isCacheless: true, service: { script: 'ipns-service.mjs', args: [NAMES] } },
  'pkarr 1.3.0': { open: pkarr, isCacheless: true, service: { script: 'pkarr-relay.mjs', args: [NAMES] } },
  'floor: fetch + node:crypto': { open: floor },
};

export const contenders = Object.fromEntries(
  [1, 32].flatMap((inFlight) =>
    Object.entries(READERS).map(([name, reader]) => [
      `${name}, ${inFlight}`,
      { group: `cold verified reads, ${inFlight} in flight`, name, run: (url) => measure(reader, url, inFlight), ...(reader.service && { service: reader.service }) },
    ]),
  ),
);

export const bars = [
  {
    text: 'cold verified reads, 32 in flight: at least 30 × skynet-js',
    figure: (summaries) => summaries['secure-registry, 32'].median / summaries['skynet-js 4.3.0, 32'].median,
    holds: (ratio) => ratio >= 30,
    unit: ' ×',
  },
  {
    text: 'cold verified reads, 32 in flight: at least 70 % of fetch and one native verify',
    figure: (summaries) => (100 * summaries['secure-registry, 32'].median) / summaries['floor: fetch + node:crypto, 32'].median,
    holds: (percent) => percent >= 70,
    unit: ' %',
  },
];
