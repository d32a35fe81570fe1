// Verdicts: the hash of an entry and its signature, one after the other in one thread, by every engine that can be had.
import { createPublicKey, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { verifyEvent, finalizeEvent } from 'nostr-tools/pure';
import { hashEntry, MAX_DATA_BYTES, verifyEntry } from 'secure-registry';
import { entryOf, forgedEntryOf, SIGNERS, sha256, SPKI_PREFIX } from '../entries.mjs';
import { throughputAtOnce } from '../throughput.mjs';

/** No engine here remembers verdicts, so that entries may come round again; all of the signers' keys do. */
const ENTRIES = 2 * SIGNERS;

export const unit = 'verdicts/s';

const require = createRequire(import.meta.url);

/** What a browser without Web Crypto, and `verifyEntry` in any browser, runs. */
async function reference() {
  globalThis.navigator ??= { hardwareConcurrency: 1 }; // what a browser has, and Node 20 has not
  const web = await import('../../dist/web/index.js');
  return web.verifyEntry;
}

/** Keys are imported beforehand. */
async function native() {
  const keys = new Map();
  for (let number = 0; number < SIGNERS; number++) {
    const { pubkey } = entryOf(number, 1);
    keys.set(pubkey, createPublicKey({ key: Buffer.concat([SPKI_PREFIX, pubkey]), format: 'der', type: 'spki' }));
  }
  return (entry) => verify(null, hashEntry(entry), keys.get(entry.pubkey), entry.signature);
}

/** As its `getEntry` does, with the packages that it uses; the bytes are laid out by us, which costs next to nothing. */
async function skynetJs() {
  const requireAsSkynet = createRequire(require.resolve('skynet-js'));
  const { blake2b } = requireAsSkynet('blakejs');
  const { sign } = requireAsSkynet('tweetnacl');
  return ({ pubkey, datakey, data, revision, signature }) => {
    const text = Buffer.alloc(48 + data.length);
    text.set(datakey, 0);
    text.writeBigUInt64LE(BigInt(data.length), 32);
    text.set(data, 40);
    text.writeBigUInt64LE(revision, 40 + data.length);
    return sign.detached.verify(blake2b(text, undefined, 32), signature, pubkey);
  };
}

async function libskynet() {
  const { verifyRegistrySignature } = await import('@skynetlabs/libskynet');
  return ({ pubkey, datakey, data, revision, signature }) => verifyRegistrySignature(pubkey, datakey, data, revision, signature);
}

async function ofEntries(open) {
  const judge = await open();
  const entries = Array.from({ length: ENTRIES }, (_, number) => entryOf(number, 1));
  if (judge(forgedEntryOf(ENTRIES, 1))) throw new Error('it took a forged entry');
  return throughputAtOnce((number) => {
    if (!judge(entries[number % ENTRIES])) throw new Error('it refused a genuine entry');
  });
}

/** It marks events that it has judged, and would not judge one twice. */
const judgeEvent = ({ id, pubkey, created_at, kind, tags, content, sig }) => verifyEvent({ id, pubkey, created_at, kind, tags, content, sig });

async function nostr() {
  const events = Array.from({ length: 100 }, (_, number) =>
    finalizeEvent({ kind: 30_078, created_at: 1, tags: [['d', `entry ${number}`]], content: 'x'.repeat(MAX_DATA_BYTES) }, sha256(`nostr signer ${number}`)),
  );
  if (judgeEvent({ ...events[0], content: 'y' })) throw new Error('it took a forged event');
  return throughputAtOnce((number) => {
    if (!judgeEvent(events[number % events.length])) throw new Error('it refused a genuine event');
  });
}

const group = 'verdicts on entries: blake2b-256 and ed25519, one thread';

const ENGINES = {
  'secure-registry': { name: 'secure-registry (verifyEntry)', open: async () => verifyEntry },
  reference: { name: 'its reference, in pure JavaScript', open: reference },
  'skynet-js 4.3.0': { name: 'skynet-js 4.3.0 (blakejs, tweetnacl)', open: skynetJs },
  libskynet: { name: 'libskynet 0.0.48 (verifyRegistrySignature)', open: libskynet },
  native: { name: 'ceiling: hash + node:crypto verify, keys imported', open: native },
};

export const contenders = {
  ...Object.fromEntries(Object.entries(ENGINES).map(([id, { name, open }]) => [id, { group, name, run: () => ofEntries(open) }])),
  nostr: { group: 'not equal work: sha-256 and schnorr over secp256k1', name: 'nostr-tools 2.25 (verifyEvent)', run: nostr },
};

export const bars = [];
