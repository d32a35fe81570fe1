import { expect, onTestFinished, test } from 'vitest';
import {
  bufToHex,
  computeRegistrySignature,
  deriveRegistryEntryID,
  progressiveFetch,
  taggedRegistryEntryKeys,
  verifyRegistryReadResponse,
  verifyRegistrySignature,
  verifyRegistryWriteResponse,
} from '@skynetlabs/libskynet';
import { compareBytes } from '../../src/registry/bytes.ts';
import { entryId, hashDatakey, signEntry, takeSignedEntry, verifyEntry, workHash } from '../../src/registry/index.ts';
import { createPortal } from '../../src/portal/index.ts';
import { PlainClient } from '../../src/portal/conformance/client.ts';

const [keypair, , keyError] = taggedRegistryEntryKeys(new Uint8Array(16).fill(3), 'a key for the interop tests');
const pubkey = Uint8Array.from(keypair.publicKey);
const secretKey = Uint8Array.from(keypair.secretKey);

/** Reads and writes as the kernel's registry module does with libskynet. */
async function setUp() {
  const portal = await createPortal();
  onTestFinished(() => portal.close());
  expect(keyError).toBeNull();
  return {
    ours: new PlainClient(portal.url, undefined),
    async read(datakey: Uint8Array) {
      const endpoint = `/skynet/registry?publickey=ed25519%3A${bufToHex(pubkey)}&datakey=${bufToHex(datakey)}`;
      return await progressiveFetch(endpoint, {}, [portal.url], (response: Response) => verifyRegistryReadResponse(response, pubkey, datakey));
    },
    async write(datakey: Uint8Array, data: Uint8Array, revision: bigint) {
      const [signature, error] = computeRegistrySignature(secretKey, datakey, data, revision);
      expect(error).toBeNull();
      const body = JSON.stringify({
        publickey: { algorithm: 'ed25519', key: Array.from(pubkey) },
        datakey: bufToHex(datakey),
        revision: Number(revision),
        data: Array.from(data),
        signature: Array.from(signature),
      });
      const result = await progressiveFetch('/skynet/registry', { method: 'POST', body }, [portal.url], verifyRegistryWriteResponse);
      return { result, signature };
    },
  };
}

const text = (value: string) => new TextEncoder().encode(value);

test.each([0n, 1n, 2n ** 53n - 1n])('libskynet writes and reads revision %d, and what it signed verifies with us', async (revision) => {
  const { read, write } = await setUp();
  const datakey = hashDatakey('kernel');
  const { result, signature } = await write(datakey, text('from libskynet'), revision);
  expect(result.success).toBe(true);
  expect(verifyEntry({ pubkey, datakey, data: text('from libskynet'), revision, signature: Uint8Array.from(signature) })).toBe(true);
  const answer = await read(datakey);
  expect(answer.logs).toEqual([]);
  expect(answer.success).toBe(true);
});

test('libskynet verifies what we sign, and names entries alike', async () => {
  const { read, ours } = await setUp();
  const datakey = hashDatakey('ours');
  const entry = takeSignedEntry(signEntry({ pubkey, datakey, data: text('ours'), revision: 2n ** 64n - 1n }, secretKey));
  expect(verifyRegistrySignature(pubkey, datakey, entry.data, entry.revision, entry.signature)).toBe(true);
  expect(Array.from(deriveRegistryEntryID(pubkey, datakey)[0])).toEqual(Array.from(entryId(entry)));
  expect((await ours.write(entry)).status).toBe(204);
  expect((await read(datakey)).success).toBe(true);
});

test('libskynet sees that an entry is missing', async () => {
  const { read } = await setUp();
  const answer = await read(hashDatakey('nobody'));
  expect(answer.success).toBe(false);
  expect(answer.responsesFailed[0]?.status).toBe(404);
  expect(answer.messagesFailed[0]).toContain('registry entry not found');
});

test('libskynet is refused a lower revision, and the loser of a tie', async () => {
  const { write } = await setUp();
  const datakey = hashDatakey('tie');
  const work = (data: Uint8Array) => workHash({ pubkey, datakey, data, revision: 1n });
  const [winner, loser] = [text('one'), text('other')].sort((a, b) => compareBytes(work(a), work(b)));
  for (const data of [loser!, winner!]) expect((await write(datakey, data, 1n)).result.success).toBe(true);
  const lost = (await write(datakey, loser!, 1n)).result;
  expect([lost.success, lost.responsesFailed[0]?.status, lost.messagesFailed[0]]).toEqual([false, 400, expect.stringContaining("doesn't have enough pow")]);
  const older = (await write(datakey, winner!, 0n)).result;
  expect([older.success, older.responsesFailed[0]?.status, older.messagesFailed[0]]).toEqual([false, 400, expect.stringContaining('provided revision number is invalid')]);
});
