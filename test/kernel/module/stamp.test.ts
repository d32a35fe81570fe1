import { describe, expect, it } from 'vitest';
import { ownerOf, packStamp, stampKey, wordIn } from '../../../src/kernel/module/stamp.ts';
import { entryNamed, idOf, KEY_A, KEY_B, sealWith } from './fixture.ts';

const OWNER = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const [entry, other] = [entryNamed('one', 5n), entryNamed('two', 5n)];
const id = idOf(entry);
const word = { portal: 'http://a.example', at: 0x0102_0304_0506 };
const seal = sealWith(KEY_A);
const stamp = packStamp(OWNER, 0x1112_1314_1516, { entry, word }, id, seal);

describe('given a stamp', () => {
  it('when it is packed, then its bytes lie as they are told to', () => {
    expect(stampKey(id)).toEqual(Uint8Array.of(5, ...id));
    expect([...stamp.subarray(0, 25)]).toEqual([1, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0, 0, 1, 2, 3, 4, 5, 6]);
    expect(stamp.subarray(25, 57).some((byte) => byte !== 0)).toBe(true);
    expect(new TextDecoder().decode(stamp.subarray(57))).toBe(word.portal);
    expect(ownerOf(stamp)).toEqual({ owner: OWNER, usedAt: 0x1112_1314_1516 });
  });

  it('when it is read with its key, then it tells its word of its entry; with another key, of another entry, revision or place, nothing', () => {
    expect(wordIn(stamp, id, entry, seal)).toEqual(word);
    expect(wordIn(stamp, id, entry, sealWith(KEY_B))).toBeUndefined();
    expect(wordIn(stamp, id, entry, sealWith(undefined))).toBeUndefined();
    expect(wordIn(stamp, id, entryNamed('one', 4n), seal)).toBeUndefined();
    expect(wordIn(stamp, id, entryNamed('one', 5n, 'else'), seal)).toBeUndefined();
    expect(wordIn(stamp, idOf(other), entry, seal)).toBeUndefined();
    expect(wordIn(undefined, id, entry, seal)).toBeUndefined();
  });

  it('when a byte of what the word says is another, then it tells nothing; the owner and the time of use are nobody\'s word', () => {
    for (let at = 0; at < stamp.length; at++) {
      const forged = stamp.map((byte, i) => (i === at ? byte ^ 1 : byte));
      if (at >= 1 && at < 17) expect(wordIn(forged, id, entry, seal), `byte ${at}`).toEqual(word);
      else expect(wordIn(forged, id, entry, seal), `byte ${at}`).toBeUndefined();
    }
    for (let length = 0; length < stamp.length; length++) expect(wordIn(stamp.slice(0, length), id, entry, seal), `${length} bytes`).toBeUndefined();
    expect(ownerOf(stamp.slice(0, 56))).toBeUndefined();
  });

  it('when nothing is known to have been said, or there is no key, then it still tells whose it is', () => {
    for (const silent of [packStamp(OWNER, 7.9, undefined, id, seal), packStamp(OWNER, 7.9, { entry, word }, id, sealWith(undefined))]) {
      expect(ownerOf(silent)).toEqual({ owner: OWNER, usedAt: 7 });
      expect(wordIn(silent, id, entry, seal)).toBeUndefined();
    }
  });
});
