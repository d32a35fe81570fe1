import { describe, expect, it } from 'vitest';
import { hashEntry, signEntry, takeSignedEntry, verifyEntry } from '../../src/registry/index.ts';
import { entryOf, ROW, secretKeyOf } from './rows.ts';

describe('given an entry of another frame', () => {
  it('then it is taken like one of ours, and what comes back is ours', () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const { Uint8Array: Foreign } = frame.contentWindow as unknown as { Uint8Array: Uint8ArrayConstructor };
    const { pubkey, datakey, data, signature, revision } = entryOf(ROW);
    const entry = { pubkey: Foreign.from(pubkey), datakey: Foreign.from(datakey), data: Foreign.from(data), signature: Foreign.from(signature), revision };
    expect(entry.pubkey).not.toBeInstanceOf(Uint8Array);
    expect(verifyEntry(entry)).toBe(true);
    expect(hashEntry(entry)).toEqual(hashEntry(entryOf(ROW)));
    expect(takeSignedEntry(entry)).toEqual(entryOf(ROW));
    expect(signEntry(entry, Foreign.from(secretKeyOf(ROW))).data).toBeInstanceOf(Uint8Array);
    frame.remove();
  });
});
