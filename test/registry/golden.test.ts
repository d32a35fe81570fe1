import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { compareEntries, DELETED_DATA, entryId, hashDatakey, hashEntry, isDeleted, resolverLink, signEntry, verifyEntry, workHash } from '../../src/registry/index.ts';
import { readPath } from '../../src/registry/wire/index.ts';
import { ENTRY_ROWS, HASH_ROWS, PROOF_ROWS, TYPE2_ROW } from '../vectors/registry.ts';
import { entryOf, ROW, secretKeyOf, type2Entry } from './rows.ts';

const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));

describe.each(ENTRY_ROWS)('given the golden entry "$name"', (row) => {
  it('then its datakey is the hash of its name', () => {
    if (row.datakeyName === null) expect(row.datakey).toHaveLength(64);
    else expect(bytesToHex(hashDatakey(row.datakeyName))).toBe(row.datakey);
  });

  it('then its id and its resolver link are the network\'s', () => {
    expect(bytesToHex(entryId(entryOf(row)))).toBe(row.entryId);
    expect(resolverLink(entryOf(row))).toBe(row.resolverLink);
  });

  it('then the hash that is signed and the hash that decides are the network\'s', () => {
    expect(bytesToHex(hashEntry(entryOf(row)))).toBe(row.hash);
    expect(bytesToHex(workHash(entryOf(row)))).toBe(row.workHash);
  });

  it('when it is signed, then the signature is the one the other libraries make', () => {
    const { signature, ...unsigned } = entryOf(row);
    expect(signEntry(unsigned, secretKeyOf(row))).toEqual({ ...unsigned, signature });
  });

  it('then it verifies, and with any one field changed it does not', () => {
    const entry = entryOf(row);
    expect(verifyEntry(entry)).toBe(true);
    expect(verifyEntry({ ...entry, data: entry.data.length === 0 ? new Uint8Array(1) : flipped(entry.data) })).toBe(false);
    expect(verifyEntry({ ...entry, datakey: flipped(entry.datakey) })).toBe(false);
    expect(verifyEntry({ ...entry, pubkey: flipped(entry.pubkey) })).toBe(false);
    expect(verifyEntry({ ...entry, signature: flipped(entry.signature) })).toBe(false);
    expect(verifyEntry({ ...entry, revision: entry.revision ^ 1n })).toBe(false);
    expect(verifyEntry({ ...entry, type: 2 })).toBe(false);
  });

  it('then it is asked for by the path that skynet-js asks', () => {
    const path = readPath(entryOf(row), 5);
    if (row.readPath === undefined) expect(path).toContain(row.datakey);
    else expect(path).toBe(row.readPath);
  });
});

describe('given the golden entry of type 2', () => {
  const { signature, ...unsigned } = type2Entry();

  it('then its signed hash covers the type and its work hash leaves the host prefix out', () => {
    expect(bytesToHex(hashEntry(unsigned))).toBe(TYPE2_ROW.hash);
    expect(bytesToHex(workHash(unsigned))).toBe(TYPE2_ROW.workHash);
    expect(workHash(unsigned)).toEqual(workHash({ ...unsigned, type: 1, data: unsigned.data.subarray(20) }));
  });

  it('when it is signed, then the signature is the network\'s and verifies as type 2 only', () => {
    expect(signEntry(unsigned, secretKeyOf(ROW))).toEqual({ ...unsigned, signature });
    expect(verifyEntry({ ...unsigned, signature })).toBe(true);
    expect(verifyEntry({ ...unsigned, signature, type: 1 })).toBe(false);
  });

  it('then an absent type means type 1 everywhere', () => {
    const { type, ...untyped } = unsigned;
    expect(type).toBe(2);
    expect(hashEntry(untyped)).toEqual(hashEntry({ ...unsigned, type: 1 }));
    expect(workHash(untyped)).toEqual(workHash({ ...unsigned, type: 1 }));
    expect(compareEntries(untyped, { ...unsigned, type: 1 })).toBe(0);
    expect(signEntry(untyped, secretKeyOf(ROW))).toMatchObject({ type: 1 });
  });
});

describe('given the golden hashes of siad and skynet-js', () => {
  it.each(HASH_ROWS)('then $source, type $type, agrees', (row) => {
    const datakey = hashDatakey(row.datakeyName);
    // siad's own golden of type 2 has three bytes of data, which siad itself refuses in an entry: hash it by hand.
    const data = utf8ToBytes(row.data);
    const entry = { pubkey: new Uint8Array(32), datakey, data, revision: BigInt(row.revision) };
    if (row.type === 1) expect(bytesToHex(hashEntry(entry))).toBe(row.hash);
    else expect(() => hashEntry({ ...entry, type: 2 })).toThrow('entry.data must be a Uint8Array of 20 to 113 bytes');
  });
});

describe('given a proof of a resolver link', () => {
  it.each(PROOF_ROWS)('then the entry in it verifies and is the one behind $resolverLink', (row) => {
    const [proof] = JSON.parse(row.header) as [{ data: string; revision: number; datakey: string; publickey: { key: string }; signature: string }];
    const entry = {
      pubkey: Uint8Array.from(atob(proof.publickey.key), (character) => character.charCodeAt(0)),
      datakey: hexToBytes(proof.datakey),
      data: hexToBytes(proof.data),
      revision: BigInt(proof.revision),
      signature: hexToBytes(proof.signature),
    };
    expect(verifyEntry(entry)).toBe(true);
    expect(resolverLink(entry)).toBe(row.resolverLink);
    expect(btoa(String.fromCharCode(...entry.data)).replaceAll('+', '-').replaceAll('/', '_')).toMatch(new RegExp(`^${row.resolvesTo}=*$`));
  });
});

describe('given the data that says "deleted"', () => {
  it('then it is 34 zero bytes, no fewer, no more, no others', () => {
    expect(DELETED_DATA).toEqual(new Uint8Array(34));
    expect(isDeleted(new Uint8Array(34))).toBe(true);
    expect([0, 33, 35].map((length) => isDeleted(new Uint8Array(length)))).toEqual([false, false, false]);
    expect([0, 33].map((i) => isDeleted(new Uint8Array(34).fill(1, i, i + 1)))).toEqual([false, false]);
  });
});
