import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { ephemeralKey, ephemeralSigner } from '../../src/keyring/ephemeral.ts';
import { verifyMessage, type KeyType } from '../../src/keyring/index.ts';
import type { Secret } from '../../src/keyring/secret.ts';
import { signEntry, verifyEntry } from '../../src/registry/index.ts';
import { coded, keyring } from './fixture.ts';

const MESSAGE = Uint8Array.of(1, 2, 3);

describe('given an ephemeral signer', () => {
  it.each([undefined, 'ed25519', 'secp256k1', 'sr25519'] as const)('when its type is %s, then it signs once, and then is FORBIDDEN', async (type) => {
    const signer = keyring().createEphemeralSigner(type);
    expect(signer.type).toBe(type ?? 'ed25519');
    const signature = await signer.signMessage(MESSAGE);
    expect(verifyMessage({ type: signer.type, publicKey: signer.publicKey, message: MESSAGE, signature })).toBe(true);
    await expect(signer.signMessage(MESSAGE)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    if (signer.signExtrinsic !== undefined) await expect(signer.signExtrinsic(MESSAGE)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('then it signs an entry, once', async () => {
    const signer = keyring().createEphemeralSigner();
    const entry = { pubkey: signer.publicKey, datakey: new Uint8Array(32), data: MESSAGE, revision: 0n };
    expect(verifyEntry(await signEntry(entry, signer))).toBe(true);
    await expect(signer.signEntry(entry)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('then it is another each time, and none of the keyring\'s', () => {
    const ring = keyring();
    const keys = [ring.createEphemeralSigner(), ring.createEphemeralSigner(), ring.get('device').signer].map(({ publicKey }) => publicKey.join());
    expect(new Set(keys).size).toBe(3);
    expect(ring.json()).toEqual(keyring().json());
  });

  it('when two signatures are asked for at once, then one is made', async () => {
    const signer = keyring().createEphemeralSigner();
    const outcomes = await Promise.allSettled([signer.signMessage(MESSAGE), signer.signMessage(MESSAGE)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('when a call fails, then it does not count', async () => {
    const ring = keyring();
    const signer = ring.createEphemeralSigner('sr25519');
    await expect(signer.signMessage('text' as never)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(signer.signExtrinsic!(new TextEncoder().encode('secure-registry message v1\n!'))).rejects.toMatchObject({ code: 'FORBIDDEN', field: 'payload' });
    await expect(signer.signEntry({ pubkey: signer.publicKey, datakey: new Uint8Array(32), data: MESSAGE, revision: 0n })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(await signer.signMessage(MESSAGE)).toHaveLength(64);
    const other = ring.createEphemeralSigner();
    await expect(other.signEntry({ pubkey: new Uint8Array(32), datakey: new Uint8Array(32), data: MESSAGE, revision: 0n })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await other.signMessage(MESSAGE)).toHaveLength(64);
  });

  it.each([
    [2, 2],
    [5, 5],
  ])('when it may sign %i times, then it signs %i times', async (uses, times) => {
    const signer = keyring().createEphemeralSigner('ed25519', { uses });
    for (let i = 0; i < times; i++) expect(await signer.signMessage(MESSAGE)).toHaveLength(64);
    await expect(signer.signMessage(MESSAGE)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('when it may sign without end, then it goes on until the keyring is wiped', async () => {
    const ring = keyring();
    const signer = ring.createEphemeralSigner('ed25519', { uses: Infinity });
    for (let i = 0; i < 10; i++) expect(await signer.signMessage(MESSAGE)).toHaveLength(64);
    ring.wipe();
    await expect(signer.signMessage(MESSAGE)).rejects.toMatchObject({ code: 'LOCKED' });
  });

  it('when it was used up and its keyring is wiped, then it is still FORBIDDEN', async () => {
    const ring = keyring();
    const signer = ring.createEphemeralSigner();
    await signer.signMessage(MESSAGE);
    ring.wipe();
    await expect(signer.signMessage(MESSAGE)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it.each([['options.uses', { uses: 0 }], ['options.uses', { uses: -1 }], ['options.uses', { uses: 1.5 }], ['options.uses', { uses: NaN }], ['options.uses', { uses: '2' }], ['options.uses', { uses: null }], ['options', { use: 2 }], ['options', null], ['options', 2]])('when %s are wrong, %o, then that is INVALID_INPUT', (field, options) => {
    expect(() => keyring().createEphemeralSigner('ed25519', options as object)).toThrow(coded('INVALID_INPUT', field));
  });

  it.each([null, 'x25519', 'constructor', '', 7])('when its type is %j, then that is INVALID_INPUT', (type) => {
    expect(() => keyring().createEphemeralSigner(type as KeyType)).toThrow(coded('INVALID_INPUT', 'type'));
  });
});

it('given ephemeral keys, when they are used up, then their keyring keeps nothing of them', async () => {
  const kept = new Set<Secret>();
  const signer = ephemeralSigner('ed25519', { uses: 2 }, kept);
  const key = ephemeralKey('x25519', kept);
  expect(kept.size).toBe(2);
  await signer.signMessage(MESSAGE);
  key.sharedSecret(new Uint8Array(32).fill(9));
  expect(kept.size).toBe(1);
  await signer.signMessage(MESSAGE);
  expect(kept.size).toBe(0);
});

/** Of RFC 7748, and what noble and others refuse: the points of order 1, 2, 4 and 8, and encodings of them beyond the prime. */
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

describe('given an ephemeral key to agree on a secret', () => {
  it('then both sides have the same secret, once', () => {
    const [ours, theirs] = [keyring().createEphemeralKey('x25519'), keyring().createEphemeralKey('x25519')];
    const secret = ours.sharedSecret(theirs.publicKey);
    expect(secret).toHaveLength(32);
    expect(theirs.sharedSecret(ours.publicKey)).toEqual(secret);
    expect(() => ours.sharedSecret(theirs.publicKey)).toThrow(coded('FORBIDDEN'));
  });

  it('then a peer that is not ours has it too', () => {
    const peer = x25519.keygen(new Uint8Array(32).fill(3));
    const ours = keyring().createEphemeralKey('x25519');
    const { publicKey } = ours;
    expect(ours.sharedSecret(peer.publicKey)).toEqual(x25519.getSharedSecret(peer.secretKey, publicKey));
    expect(Object.isFrozen(ours)).toBe(true);
  });

  it.each(LOW_ORDER)('when the peer is the point %s of low order, then that is INVALID_INPUT, and does not use the key up', (peer) => {
    const key = keyring().createEphemeralKey('x25519');
    expect(() => key.sharedSecret(hexToBytes(peer))).toThrow(coded('INVALID_INPUT', 'peer'));
    const high = hexToBytes(peer);
    high[31]! |= 0x80;
    expect(() => key.sharedSecret(high)).toThrow(coded('INVALID_INPUT', 'peer'));
    expect(key.sharedSecret(ed25519.utils.toMontgomery(ed25519.getPublicKey(new Uint8Array(32).fill(3))))).toHaveLength(32);
  });

  it.each([[undefined], [null], [new Uint8Array(31)], [new Uint8Array(33)], ['09'.repeat(32)], [new Uint8ClampedArray(32)]])('when the peer is %o, then that is INVALID_INPUT', (peer) => {
    expect(() => keyring().createEphemeralKey('x25519').sharedSecret(peer as Uint8Array)).toThrow(coded('INVALID_INPUT', 'peer'));
  });

  it.each([undefined, null, 'x448', 'ed25519'])('when its type is %j, then that is INVALID_INPUT', (type) => {
    expect(() => keyring().createEphemeralKey(type as 'x25519')).toThrow(coded('INVALID_INPUT', 'type'));
  });
});
