import { createPrivateKey, createPublicKey, sign as nodeSign, verify as nodeVerify } from 'node:crypto';
import { createRequire } from 'node:module';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import * as libskynet from '@skynetlabs/libskynet';
import tweetnacl from 'tweetnacl';
import { describe, expect, it } from 'vitest';
import { entryId, hashDatakey, hashEntry, resolverLink, signEntry, verifyEntry, workHash } from '../../src/registry/index.ts';
import { ENTRY_ROWS, HASH_ROWS, SIAD_TIE_BREAK, TIE_BREAK, TYPE2_ROW } from '../vectors/registry.ts';
import { entryOf, ROW, secretKeyOf, type2Entry } from './rows.ts';

interface SkynetEntry {
  readonly dataKey: string;
  readonly data: Uint8Array;
  readonly revision: bigint;
}
interface SkynetJs {
  signEntry(privateKey: string, entry: SkynetEntry, hashedDataKeyHex: boolean): Promise<Uint8Array>;
  getEntryLink(publicKey: string, dataKey: string, options: { hashedDataKeyHex: boolean }): string;
  readonly DELETION_ENTRY_DATA: Uint8Array;
}
interface SkynetCrypto {
  hashRegistryEntry(entry: SkynetEntry, hashedDataKeyHex: boolean): Uint8Array;
  hashDataKey(name: string): Uint8Array;
  hashAll(...parts: Uint8Array[]): Uint8Array;
}

const require = createRequire(import.meta.url);
const skynet = require('skynet-js') as SkynetJs;
const skynetCrypto = require(require.resolve('skynet-js').replace('index.js', 'crypto.js')) as SkynetCrypto;

const u64 = (value: bigint | number): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** What `libskynet` is good for: it knows no type, and at most 86 bytes of data when signing. */
const LIBSKYNET_MOST = 86;

describe.each(ENTRY_ROWS)('given the golden entry "$name"', (row) => {
  const entry = entryOf(row);
  const skynetEntry: SkynetEntry = { dataKey: row.datakey, data: entry.data, revision: entry.revision };

  it('then skynet-js hashes, signs and links it as we do', async () => {
    expect(bytesToHex(Uint8Array.from(skynetCrypto.hashRegistryEntry(skynetEntry, true)))).toBe(row.hash);
    expect(bytesToHex(Uint8Array.from(await skynet.signEntry(row.secretKey, skynetEntry, true)))).toBe(row.signature);
    expect(skynet.getEntryLink(row.pubkey, row.datakey, { hashedDataKeyHex: true })).toBe(`sia://${row.resolverLink}`);
    expect(resolverLink(entry)).toBe(row.resolverLink);
    expect(bytesToHex(hashEntry(entry))).toBe(row.hash);
  });

  it('then libskynet derives its id and link, and verifies what we sign', () => {
    const [id, error] = libskynet.deriveRegistryEntryID(entry.pubkey, entry.datakey);
    expect(error).toBeNull();
    expect(id).toEqual(entryId(entry));
    expect(libskynet.resolverLink(id)[0].replace(/^sia:\/\//, '')).toBe(row.resolverLink);
    const { signature, ...unsigned } = entry;
    const signed = signEntry(unsigned, secretKeyOf(row));
    expect(signed.signature).toEqual(signature);
    expect(libskynet.verifyRegistrySignature(entry.pubkey, entry.datakey, entry.data, entry.revision, signed.signature)).toBe(true);
    const [theirs, tooLong] = libskynet.computeRegistrySignature(secretKeyOf(row), entry.datakey, entry.data, entry.revision);
    if (entry.data.length > LIBSKYNET_MOST) expect(tooLong).toMatch(/at most 86 bytes/);
    else expect(theirs).toEqual(signature);
  });

  it('then tweetnacl and node:crypto sign and verify its hash as we do', () => {
    const seed = secretKeyOf(row).subarray(0, 32);
    const privateKey = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
    expect(bytesToHex(tweetnacl.sign.detached(hashEntry(entry), secretKeyOf(row)))).toBe(row.signature);
    expect(nodeSign(null, hashEntry(entry), privateKey).toString('hex')).toBe(row.signature);
    expect(tweetnacl.sign.detached.verify(hashEntry(entry), entry.signature, entry.pubkey)).toBe(true);
    expect(nodeVerify(null, hashEntry(entry), createPublicKey(privateKey), entry.signature)).toBe(true);
    expect(verifyEntry(entry)).toBe(true);
  });
});

describe('given what no library of today knows about type 2', () => {
  it('then siad\'s layout, hashed by skynet-js\' blake2b and signed by tweetnacl, is what we make', () => {
    const entry = type2Entry();
    const signed = skynetCrypto.hashAll(concatBytes(entry.datakey, u64(entry.data.length), entry.data, u64(entry.revision), u64(2)));
    const payload = entry.data.subarray(20);
    const work = skynetCrypto.hashAll(concatBytes(entry.datakey, u64(payload.length), payload, u64(entry.revision)));
    expect([bytesToHex(signed), bytesToHex(work)]).toEqual([TYPE2_ROW.hash, TYPE2_ROW.workHash]);
    expect([hashEntry(entry), workHash(entry)]).toEqual([Uint8Array.from(signed), Uint8Array.from(work)]);
    expect(tweetnacl.sign.detached(signed, secretKeyOf(ROW))).toEqual(entry.signature);
  });

  it('then its data begins with the hash of the host\'s key', () => {
    const specifier = new Uint8Array(16);
    specifier.set(utf8ToBytes('ed25519'));
    const hash = skynetCrypto.hashAll(concatBytes(specifier, u64(32), hexToBytes(TYPE2_ROW.hostPubkey)));
    expect(bytesToHex(hash)).toBe(TYPE2_ROW.hostKeyHash);
    expect(TYPE2_ROW.data.slice(0, 40)).toBe(TYPE2_ROW.hostKeyHash.slice(0, 40));
  });

  it('then siad\'s golden hash of type 2 is that layout', () => {
    const row = HASH_ROWS[1];
    const data = utf8ToBytes(row.data);
    const hash = skynetCrypto.hashAll(concatBytes(skynetCrypto.hashDataKey(row.datakeyName), u64(data.length), data, u64(BigInt(row.revision)), u64(row.type)));
    expect(bytesToHex(hash)).toBe(row.hash);
  });
});

describe('given the golden tie-breaks', () => {
  it.each([
    { ...TIE_BREAK.a, datakey: TIE_BREAK.datakey, revision: BigInt(TIE_BREAK.revision) },
    { ...TIE_BREAK.b, datakey: TIE_BREAK.datakey, revision: BigInt(TIE_BREAK.revision) },
    { ...SIAD_TIE_BREAK.loser, datakey: '00'.repeat(32), revision: 0n },
    { ...SIAD_TIE_BREAK.winner, datakey: '00'.repeat(32), revision: 0n },
  ])('then the work hash of $data is skynet-js\' and ours', ({ data, datakey, revision, workHash: expected }) => {
    expect(bytesToHex(skynetCrypto.hashRegistryEntry({ dataKey: datakey, data: hexToBytes(data), revision }, true))).toBe(expected);
    expect(bytesToHex(workHash({ pubkey: new Uint8Array(32), datakey: hexToBytes(datakey), data: hexToBytes(data), revision }))).toBe(expected);
  });
});

describe('given names', () => {
  it.each(['', 'foo', 'dataKeyż', 'HelloWorld π', '\u{1F600}', 'a'.repeat(1000), '\u0000'])('then skynet-js and we hash %j to one datakey', (name) => {
    expect(hashDatakey(name)).toEqual(Uint8Array.from(skynetCrypto.hashDataKey(name)));
  });
});

describe('given the data that says "deleted"', () => {
  it('then it is skynet-js\' own', async () => {
    const { DELETED_DATA } = await import('../../src/registry/index.ts');
    expect(DELETED_DATA).toEqual(Uint8Array.from(skynet.DELETION_ENTRY_DATA));
  });
});
