import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { compareEntries, entryId, hashDatakey, hashEntry, resolverLink, signEntry, verifyEntry, workHash, type CheckedEntry } from '../../src/registry/index.ts';
import { answerBody, MESSAGE_WRITERS, readAnswer, readMessage, readPath, readRequest, readWrite, requestText, SUBSCRIPTION_PATH, writeBody } from '../../src/registry/wire/index.ts';
import type { PortalEntry, TieRow, Vectors } from './folder.ts';

/** What portal.json and kernel.json say of registry entries and of the messages about them. */
export function describeRegistry({ portal, kernel }: Vectors): void {
  const pubkey = hexToBytes(portal.keypair.publicKeyHex);
  const secretKey = hexToBytes(portal.keypair.privateKeyHex);
  const entryOf = (row: Pick<PortalEntry, 'dataKeyHashHex' | 'dataHex' | 'revision' | 'signatureHex'>, type: 1 | 2 = 1): CheckedEntry => ({
    pubkey: Uint8Array.from(pubkey),
    datakey: hexToBytes(row.dataKeyHashHex),
    data: hexToBytes(row.dataHex),
    revision: BigInt(row.revision),
    signature: hexToBytes(row.signatureHex),
    type,
  });

  describe.each(portal.entries)('portal.json, entry "$name"', (row) => {
    it('is hashed, named, signed, verified, asked for, written and answered as there', () => {
      const entry = entryOf(row);
      const { signature, ...unsigned } = entry;
      if (row.dataKeyString !== null) expect(bytesToHex(hashDatakey(row.dataKeyString))).toBe(row.dataKeyHashHex);
      expect(bytesToHex(hashEntry(unsigned))).toBe(row.hashToSignHex);
      expect(bytesToHex(workHash(unsigned))).toBe(row.workHashHex);
      expect(bytesToHex(entryId(entry))).toBe(row.entryIDHex);
      expect(resolverLink(entry)).toBe(row.entryLinkV2);
      expect(signEntry(unsigned, secretKey).signature).toEqual(signature);
      expect(verifyEntry(entry)).toBe(true);
      expect(readPath(entry, 5)).toBe(row.getPathAndQuery);
      expect(writeBody(entry)).toBe(row.postBody);
      expect(answerBody(entry)).toBe(row.getResponseBody);
      expect(readWrite(row.postBody)).toEqual({ entry });
      expect(readAnswer(row.getResponseBody)).toEqual({ data: entry.data, revision: entry.revision, signature, type: 1 });
    });
  });

  describe('portal.json', () => {
    it('type2', () => {
      const { type2 } = portal;
      const entry = entryOf(type2, 2);
      expect(bytesToHex(hashEntry(entry))).toBe(type2.hashToSignHex);
      expect(bytesToHex(workHash(entry))).toBe(type2.workHashHex);
      expect(bytesToHex(signEntry(entry, secretKey).signature)).toBe(type2.signatureHex);
      expect(verifyEntry(entry)).toBe(true);
      expect(writeBody(entry)).toBe(type2.postBodyWithType);
      expect(readWrite(type2.postBodyWithType)).toEqual({ entry });
    });

    it('tieBreak', () => {
      const { tieBreak } = portal;
      const { siadGolden } = tieBreak;
      const [a, b] = [tieBreak.A, tieBreak.B].map((row: TieRow) => entryOf({ ...tieBreak, ...row })) as [CheckedEntry, CheckedEntry];
      expect([verifyEntry(a), verifyEntry(b)]).toEqual([true, true]);
      expect([bytesToHex(workHash(a)), bytesToHex(workHash(b))]).toEqual([tieBreak.A.workHashHex, tieBreak.B.workHashHex]);
      expect(compareEntries(a, b)).toBe(tieBreak.winner === 'A' ? 1 : -1);
      const [rv1, rv2] = [siadGolden.rv1, siadGolden.rv2].map(({ dataHex }) => ({ pubkey, datakey: new Uint8Array(32), data: hexToBytes(dataHex), revision: BigInt(siadGolden.revision) }));
      expect([bytesToHex(workHash(rv1!)), bytesToHex(workHash(rv2!))]).toEqual([siadGolden.rv1.hash, siadGolden.rv2.hash]);
      expect(compareEntries(rv1!, rv2!)).toBe(siadGolden.moreWork === 'rv1' ? 1 : -1);
    });

    it.each(portal.hashGolden.filter(({ type }) => type === 1))('hashGolden of $source', ({ dataKeyString, dataUtf8, revision, hash }) => {
      expect(bytesToHex(hashEntry({ pubkey, datakey: hashDatakey(dataKeyString), data: utf8ToBytes(dataUtf8), revision: BigInt(revision) }))).toBe(hash);
    });

    it('websocket', () => {
      const { websocket } = portal;
      const row = portal.entries.find(({ entryIDHex }) => websocket['activeSubscriptionsGenB']?.includes(entryIDHex));
      const entry = entryOf(row!);
      const key = { pubkey: entry.pubkey, datakey: entry.datakey };
      const claim = { data: entry.data, revision: entry.revision, signature: entry.signature, type: 1 };
      const { A, B } = MESSAGE_WRITERS;
      expect(SUBSCRIPTION_PATH).toBe(websocket['path']);
      expect([requestText('subscribe', entry), requestText('unsubscribe', entry)]).toEqual([websocket['subscribeStringForm'], websocket['unsubscribeStringForm']]);
      expect(readRequest(websocket['subscribeObjectForm'] ?? '')).toEqual({ action: 'subscribe', ...key });
      expect(readRequest(websocket['subscriptionsRequest'] ?? '')).toEqual({ action: 'subscriptions' });
      expect([A.update(entry), A.error('unknown action')]).toEqual([websocket['notificationGenA'], websocket['unknownActionGenA']]);
      expect([B.update(entry), B.error('unknown action'), B.missing(entry), B.subscriptions([row!.entryIDHex])]).toEqual(
        ['notificationGenB', 'unknownActionGenB', 'missingEntryGenB', 'activeSubscriptionsGenB'].map((name) => websocket[name]),
      );
      for (const generation of ['A', 'B']) expect(readMessage(websocket[`notificationGen${generation}`] ?? '')).toEqual({ generation, kind: 'update', key, claim });
      expect(readMessage(websocket['missingEntryGenB'] ?? '')).toEqual({ generation: 'B', kind: 'missing', key });
    });

    it.each([portal.resolverProofGolden, portal.resolverProofOwn])('the entry of the proof of $resolver', ({ skynetProofHeader, resolver }) => {
      // One object of the array is what an answer to a read is.
      const text = skynetProofHeader.slice(1, -1);
      const claim = readAnswer(text);
      const [proof] = JSON.parse(skynetProofHeader) as [{ datakey: string; publickey: { key: string } }];
      const key = { pubkey: Uint8Array.from(Buffer.from(proof.publickey.key, 'base64')), datakey: hexToBytes(proof.datakey) };
      expect(claim).toBeDefined();
      expect(verifyEntry({ ...key, ...claim! })).toBe(true);
      expect(resolverLink(key)).toBe(resolver);
      expect(answerBody({ ...key, ...claim! }).trim()).toBe(text);
    });
  });

  describe.each(kernel.registry)('kernel.json, registry "$name"', (row) => {
    it('is hashed, named, signed, verified and written as there', () => {
      const entry: CheckedEntry = { pubkey: hexToBytes(row.publicKey), datakey: hexToBytes(row.dataKey), data: hexToBytes(row.data), revision: BigInt(row.revision), signature: hexToBytes(row.signature), type: 1 };
      const { signature, ...unsigned } = entry;
      expect(bytesToHex(hashEntry(unsigned))).toBe(row.sigHash);
      expect(bytesToHex(entryId(entry))).toBe(row.entryID);
      expect(resolverLink(entry)).toBe(row.resolverLink);
      expect(signEntry(unsigned, hexToBytes(row.secretKey)).signature).toEqual(signature);
      expect(verifyEntry(entry)).toBe(true);
      expect(readPath(entry, 5)).toBe(`${row.getQuery}&timeout=5`);
      expect(writeBody(entry)).toBe(row.postBody);
    });
  });

  it('kernel.json: the third-party signature of skyd\'s documentation verifies', () => {
    const row = kernel.hashes.find(({ signature }) => signature !== undefined)!;
    const entry = { pubkey: hexToBytes(row.publicKey!), datakey: hexToBytes(row.dataKey!), data: hexToBytes(row.data!), revision: BigInt(row.revision!), signature: hexToBytes(row.signature!) };
    expect(verifyEntry(entry)).toBe(true);
    expect(bytesToHex(entryId(entry))).toBe(row.entryID);
  });
}
