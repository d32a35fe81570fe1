import { createRequire } from 'node:module';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { hexToBytes } from '@noble/hashes/utils.js';
import type * as SkynetJs from 'skynet-js';
import { hashDatakey, resolverLink, signEntry, verifyEntry, workHash, type SignedEntry } from '../../src/registry/index.ts';
import { compareBytes } from '../../src/registry/bytes.ts';
import { createPortal } from '../../src/portal/index.ts';
import { PlainClient } from '../../src/portal/conformance/client.ts';

/** Its ES modules do not load in Node. */
const { SkynetClient, genKeyPairFromSeed, getEntryLink, signEntry: skynetSign } = createRequire(import.meta.url)('skynet-js') as typeof SkynetJs;

const { publicKey, privateKey } = genKeyPairFromSeed('a seed for the interop tests');
const pubkey = hexToBytes(publicKey);
const secretKey = hexToBytes(privateKey);

async function setUp() {
  const portal = await createPortal();
  onTestFinished(() => portal.close());
  return { skynet: new SkynetClient(portal.url).registry, ours: new PlainClient(portal.url, undefined) };
}

const fromTheirs = (dataKey: string, entry: SkynetJs.RegistryEntry, signature: Uint8Array): SignedEntry => ({
  pubkey,
  datakey: hashDatakey(dataKey),
  data: entry.data,
  revision: entry.revision,
  signature: Uint8Array.from(signature),
});

beforeAll(() => {
  expect(pubkey).toHaveLength(32);
});

test.each([0n, 1n, 2n ** 53n + 1n, 2n ** 64n - 1n])('skynet-js sets and gets revision %d, and what it signed verifies with us', async (revision) => {
  const { skynet } = await setUp();
  const entry = { dataKey: 'app', data: new TextEncoder().encode('from skynet-js'), revision };
  await skynet.setEntry(privateKey, entry);
  const got = await skynet.getEntry(publicKey, 'app');
  expect(got.entry).toMatchObject({ dataKey: 'app', revision });
  expect(new TextDecoder().decode(got.entry?.data)).toBe('from skynet-js');
  expect(verifyEntry(fromTheirs('app', entry, got.signature!))).toBe(true);
  expect(getEntryLink(publicKey, 'app')).toBe(`sia://${resolverLink({ pubkey, datakey: hashDatakey('app') })}`);
});

test('skynet-js gets what we wrote, verified by it', async () => {
  const { skynet, ours } = await setUp();
  const entry = { ...signEntry({ pubkey, datakey: hashDatakey('ours'), data: new Uint8Array(113).fill(9), revision: 2n ** 63n }, secretKey), type: 1 as const };
  expect((await ours.write(entry as never)).status).toBe(204);
  const got = await skynet.getEntry(publicKey, 'ours');
  expect(got.entry).toMatchObject({ revision: 2n ** 63n });
  expect([...got.entry!.data]).toEqual([...entry.data]);
});

test('skynet-js sees that an entry is missing', async () => {
  const { skynet } = await setUp();
  expect(await skynet.getEntry(publicKey, 'nobody')).toEqual({ entry: null, signature: null });
});

test('skynet-js is refused a lower revision, with the text it knows', async () => {
  const { skynet } = await setUp();
  await skynet.setEntry(privateKey, { dataKey: 'app', data: new Uint8Array(1), revision: 5n });
  await expect(skynet.setEntry(privateKey, { dataKey: 'app', data: new Uint8Array(1), revision: 4n })).rejects.toThrow('provided revision number is invalid');
  await skynet.setEntry(privateKey, { dataKey: 'app', data: new Uint8Array(1), revision: 5n }); // identical
});

test('of two entries of one revision the smaller work hash wins for skynet-js too', async () => {
  const { skynet } = await setUp();
  const [winner, loser] = ['one', 'other']
    .map((text) => ({ dataKey: 'tie', data: new TextEncoder().encode(text), revision: 1n }))
    .sort((a, b) => {
      const work = (e: typeof a) => workHash({ pubkey, datakey: hashDatakey('tie'), data: e.data, revision: 1n });
      return compareBytes(work(a), work(b));
    });
  await skynet.setEntry(privateKey, loser!);
  await skynet.setEntry(privateKey, winner!);
  await expect(skynet.setEntry(privateKey, loser!)).rejects.toThrow("doesn't have enough pow");
  expect((await skynet.getEntry(publicKey, 'tie')).entry?.data).toEqual(winner!.data);
});

test('both sign alike', async () => {
  const entry = { dataKey: 'same', data: new Uint8Array([1, 2, 3]), revision: 7n };
  const theirs = await skynetSign(privateKey, entry, false);
  expect(theirs).toEqual(signEntry({ pubkey, datakey: hashDatakey('same'), data: entry.data, revision: 7n }, secretKey).signature);
});
