import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { computeRegistrySignature, defaultPortalList, downloadSkylink, parseJSON, parseSkylinkBitfield, progressiveFetch, resolverLink as theirResolverLink, taggedRegistryEntryKeys, verifyResolverLinkProofs } from '@skynetlabs/libskynet';
import { entryId, resolverLink, type CheckedEntry } from '../../src/registry/index.ts';
import { buildBaseSector, fileLink, formatSkylink, packBackup, packSkylink, parseSkylink, sectorRoot } from '../../src/skylink/index.ts';
import { createPortal } from '../../src/portal/index.ts';
import { PlainClient } from '../../src/portal/conformance/client.ts';

const [keypair] = taggedRegistryEntryKeys(new Uint8Array(16).fill(9), 'files for the interop tests');
const pubkey = Uint8Array.from(keypair.publicKey);
const text = (value: string) => new TextEncoder().encode(value);

/** A portal in the place of those that libskynet knows by heart. */
async function setUp() {
  const portal = await createPortal();
  onTestFinished(() => portal.close());
  const ownFetch = globalThis.fetch;
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
    const known = defaultPortalList.find((origin) => url.startsWith(origin));
    asked.push(known === undefined ? url : url.slice(known.length));
    return ownFetch(known === undefined ? url : portal.url + url.slice(known.length), init);
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return { portal, asked, ours: new PlainClient(portal.url, undefined) };
}

/** As its kernel uploads a module: metadata in its own case, a backup in place of a form. */
async function restore(file: Uint8Array) {
  const used = buildBaseSector({ metadata: text('{"Filename":"index.js"}'), file });
  const link = fileLink(sectorRoot(used), used.length);
  const body = packBackup({ skylink: link, sector: used });
  const result = await progressiveFetch('/skynet/restore', { method: 'POST', body }, [...defaultPortalList], async (response: Response) => {
    const { skylink } = (await response.clone().json()) as { skylink: string };
    return skylink === formatSkylink(link) ? null : 'another link';
  });
  expect([result.success, result.logs]).toEqual([true, []]);
  return link;
}

async function point(ours: PlainClient, datakey: Uint8Array, data: Uint8Array, revision: bigint): Promise<CheckedEntry> {
  const [signature, error] = computeRegistrySignature(Uint8Array.from(keypair.secretKey), datakey, data, revision);
  expect(error).toBeNull();
  const entry: CheckedEntry = { pubkey, datakey: Uint8Array.from(datakey), data: Uint8Array.from(data), revision, signature: Uint8Array.from(signature), type: 1 };
  expect((await ours.write(entry)).status).toBe(204);
  return entry;
}

describe('libskynet', () => {
  test.each([0, 1, 3000, 100_000])('restores a file of %d bytes, and downloads it with its proof', async (length) => {
    const { asked } = await setUp();
    const file = Uint8Array.from({ length }, (_, i) => i % 251);
    const link = await restore(file);
    const [, offset, fetchSize, err] = parseSkylinkBitfield(packSkylink(link));
    expect([offset, fetchSize, err]).toEqual([BigInt(link.offset), BigInt(link.fetchSize), null]);
    const [downloaded, error] = await downloadSkylink(formatSkylink(link));
    expect(error).toBeNull();
    expect([...downloaded]).toEqual([...file]);
    expect(asked).toContain(`/skynet/trustless/basesector/${formatSkylink(link)}`);
  });

  test('downloads through resolver links, and takes their proofs', async () => {
    const { ours, asked } = await setUp();
    const file = await restore(text('through a link'));
    const one = await point(ours, new Uint8Array(32).fill(1), packSkylink(file), 0n);
    const two = await point(ours, new Uint8Array(32).fill(2), packSkylink(parseSkylink(resolverLink(one))), 1n);
    for (const entry of [one, two]) {
      const link = resolverLink(entry);
      expect(theirResolverLink(entryId(entry))[0]).toBe(link);
      const [downloaded, error] = await downloadSkylink(link);
      expect(error).toBeNull();
      expect(new TextDecoder().decode(downloaded)).toBe('through a link');
      const [proof] = parseJSON((await ours.send('GET', `/skynet/resolve/${link}`)).headers.get('skynet-proof') ?? '');
      const [resolved, failure] = verifyResolverLinkProofs(packSkylink(parseSkylink(link)), proof);
      expect([failure, [...resolved]]).toEqual([null, [...packSkylink(file)]]);
    }
    expect(asked.filter((path) => path.startsWith('/skynet/trustless/'))).toHaveLength(2);
  });

  test('sees that a file is not there', async () => {
    await setUp();
    expect(await downloadSkylink(formatSkylink(fileLink(new Uint8Array(32).fill(1), 10)))).toEqual([new Uint8Array(0), '404']);
  });
});
