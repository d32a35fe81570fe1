// The portal to run oneself: its store alone, and over HTTP, under requests of a process of their own.
import autocannon from 'autocannon';
import { entryId } from 'secure-registry';
import { LmdbStore } from 'secure-registry/portal';
import { answerText, entryOf, keyOf, pathOf, unsignedOf, writeText } from '../entries.mjs';
import { secondsOfProcess } from '../processor-time.mjs';
import { scratchDirectory, startService } from '../processes.mjs';
import { throughput } from '../throughput.mjs';

const IN_FLIGHT = 64;
/** Entries put, written and read. A multiple of {@link IN_FLIGHT}: each connection has as many as any other. */
const ENTRIES = 400 * IN_FLIGHT;
const PUTS = 100_000;

export const unit = '/s';

const NO_SIGNATURE = new Uint8Array(64); // a store does not look at it

const template = unsignedOf(0, 1);

/** Entries that are made in no time: what is measured is the store. Their ids, which are hashes, are spread all the same. */
function putOf(number) {
  const datakey = new Uint8Array(32);
  new DataView(datakey.buffer).setUint32(0, number);
  return { ...template, datakey, revision: BigInt(number), signature: NO_SIGNATURE };
}

async function withStore(use) {
  const store = await LmdbStore.open(scratchDirectory());
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Settles when it is on disk. */
const puts = () =>
  withStore((store) =>
    throughput(
      async (number) => {
        const { outcome } = await store.putIfNewer(putOf(number));
        if (outcome !== 'stored') throw new Error('a new entry was not stored');
      },
      IN_FLIGHT,
      PUTS,
    ),
  );

const gets = () =>
  withStore(async (store) => {
    const entries = Array.from({ length: 10_000 }, (_, number) => putOf(number));
    await Promise.all(entries.map((entry) => store.putIfNewer(entry)));
    const ids = entries.map(entryId);
    return throughput(async (number) => {
      const entry = await store.get(ids[number % ids.length]);
      if (entry?.revision !== BigInt(number % ids.length)) throw new Error('this was another entry');
    }, IN_FLIGHT);
  });

/** Sends requests until all are answered, on so many connections with one under way on each. A tenth of them warms up. */
async function sendAll({ url, pid }, requests, status, verifyBody) {
  const warmUp = requests.length / 10;
  await send(url, requests.slice(0, warmUp), status, verifyBody);
  const measured = requests.slice(warmUp);
  const [serverBefore, cpuBefore] = [secondsOfProcess(pid), process.cpuUsage()];
  const { seconds, latency } = await send(url, measured, status, verifyBody);
  const { user, system } = process.cpuUsage(cpuBefore);
  const server = secondsOfProcess(pid) - serverBefore;
  return {
    value: measured.length / seconds,
    p50: latency.p50,
    p99: latency.p99,
    cpu: (1_000 * server) / measured.length,
    // What sends must not be what is measured: both are shares of a processor.
    serverShare: server / seconds,
    senderShare: (user + system) / 1e6 / seconds,
  };
}

async function send(url, requests, status, verifyBody) {
  const each = requests.length / IN_FLIGHT;
  let connection = 0;
  const setupClient = (client) => client.setRequests(requests.slice(connection++ * each, connection * each));
  const sending = autocannon({ url, connections: IN_FLIGHT, amount: requests.length, setupClient, verifyBody });
  let [begun, ended] = [0, 0]; // it looks once a second whether it is done, and would count until then
  sending.on('start', () => (begun = performance.now()));
  sending.on('response', () => (ended = performance.now()));
  const { latency, statusCodeStats, errors, mismatches } = await sending;
  if (errors + mismatches > 0 || statusCodeStats[status]?.count !== requests.length) throw new Error('a request was not answered as it should be');
  return { seconds: (ended - begun) / 1_000, latency };
}

async function withPortal(args, use) {
  const { ready, kill } = await startService('portal.mjs', args);
  try {
    return await use(ready);
  } finally {
    kill();
  }
}

/** Signed beforehand, each new to the portal. */
const posts = (store) =>
  withPortal([0, store], async (portal) => {
    const requests = Array.from({ length: ENTRIES }, (_, number) => ({ method: 'POST', path: '/skynet/registry', body: writeText(entryOf(number, 1)) }));
    return sendAll(portal, requests, 204);
  });

const reads = () =>
  withPortal([ENTRIES, scratchDirectory()], async (portal) => {
    const requests = Array.from({ length: ENTRIES }, (_, number) => ({ method: 'GET', path: pathOf(keyOf(number)) }));
    const answers = new Set(Array.from({ length: ENTRIES }, (_, number) => answerText(entryOf(number, 1))));
    return sendAll(portal, requests, 200, (body) => answers.has(body));
  });

const group = `portal, POST over HTTP, ${IN_FLIGHT} connections`;

export const contenders = {
  puts: { group: `portal's LMDB store, putIfNewer until it is on disk, ${IN_FLIGHT} in flight`, name: 'secure-registry', run: puts },
  gets: { group: `portal's LMDB store, get, ${IN_FLIGHT} in flight`, name: 'secure-registry', run: gets },
  posts: { group, name: 'secure-registry, LMDB', run: () => posts(scratchDirectory()) },
  'posts, nothing': { group, name: 'the same with a store that stores nothing', run: () => posts('nothing') },
  reads: { group: `portal, GET over HTTP, ${IN_FLIGHT} connections`, name: 'secure-registry, LMDB', run: reads },
};

export const bars = [
  {
    text: "the portal's store, putIfNewer, 64 in flight: at least 10,000 a second on disk",
    figure: ({ puts: { median } }) => median,
    holds: (rate) => rate >= 10_000,
    unit: '/s',
  },
  {
    text: 'portal, POST over HTTP: at least 60 % of the same server with a store that stores nothing',
    figure: (summaries) => (100 * summaries.posts.median) / summaries['posts, nothing'].median,
    holds: (percent) => percent >= 60,
    unit: ' %',
  },
  {
    text: 'portal, GET over HTTP: at least 8,000 a second',
    figure: (summaries) => summaries.reads.median,
    holds: (rate) => rate >= 8_000,
    unit: '/s',
  },
];
