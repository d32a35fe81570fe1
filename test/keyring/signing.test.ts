import { secp256k1 } from '@noble/curves/secp256k1.js';
import { blake2b } from '@noble/hashes/blake2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import * as sr25519 from '@scure/sr25519';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyMessage, type KeyType, type Signer } from '../../src/keyring/index.ts';
import { hashEntry, signEntry, verifyEntry, type SignedEntry, type UnsignedEntry } from '../../src/registry/index.ts';
import { verifyByReference } from '../../src/registry/verdict/index.ts';
import '../registry/seed.ts';
import { keyring, NAMES } from './fixture.ts';

const ring = keyring();
const signerOf = (name: string): Signer => ring.get(name).signer;
const ONE_OF_EACH = ['device', 'ethereum', 'entropy'] as const;

const entryOf = (signer: Signer): UnsignedEntry => ({ pubkey: signer.publicKey, datakey: new Uint8Array(32).fill(5), data: Uint8Array.of(1, 2, 3), revision: 7n });
/** The frame as the contract has it, written down anew. */
const frameOf = (message: Uint8Array): Uint8Array<ArrayBuffer> => {
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(message.length), true);
  return concatBytes(utf8ToBytes('secure-registry message v1\n'), new Uint8Array(length.buffer), message);
};

describe('given an entry to sign', () => {
  it.each(['programMod', 'developer', 'device', 'registration'])('then %s, an ed25519 key, signs it', async (name) => {
    const signed = await signerOf(name).signEntry(entryOf(signerOf(name)));
    expect(verifyEntry(signed)).toBe(true);
    expect(signed).toMatchObject({ revision: 7n, type: 1 });
  });

  it('then its signer does for signEntry', async () => {
    const signer = signerOf('device');
    const signed = await signEntry(entryOf(signer), signer);
    expect(signed).toEqual(await signer.signEntry(entryOf(signer)));
  });

  it.each(['ethereum', 'entropy'])('then %s, another key, does not: UNSUPPORTED', async (name) => {
    const signer = signerOf(name);
    await expect(signer.signEntry({ ...entryOf(signer), pubkey: new Uint8Array(32) })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('when its key is another one, then that is INVALID_INPUT', async () => {
    await expect(signerOf('device').signEntry(entryOf(signerOf('developer')))).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'entry.pubkey' });
  });

  it.each<[string, string, object | null]>([
    ['none', 'entry', null],
    ['too long', 'entry.data', { data: new Uint8Array(114) }],
    ['of a negative revision', 'entry.revision', { revision: -1n }],
    ['of a short datakey', 'entry.datakey', { datakey: new Uint8Array(31) }],
  ])('when it is %s, then that is INVALID_INPUT', async (_fault, field, change) => {
    const signer = signerOf('device');
    await expect(signer.signEntry((change && { ...entryOf(signer), ...change }) as UnsignedEntry)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });
  });
});

describe('given a message to sign', () => {
  it.each(NAMES)('then %s signs its frame, and the signature is verified', async (name) => {
    const { signMessage, publicKey, type } = signerOf(name);
    for (const length of [0, 1, 27, 256, 257, 5000]) {
      const message = new Uint8Array(length).fill(length);
      const signature = await signMessage(message);
      expect(signature).toHaveLength(64);
      expect(verifyMessage({ type, publicKey, message, signature })).toBe(true);
      const frame = frameOf(message);
      const byOthers: Record<KeyType, () => boolean> = {
        ed25519: () => verifyByReference(signature, frame, publicKey),
        secp256k1: () => secp256k1.verify(signature, sha256(frame), publicKey, { prehash: false, lowS: true }),
        sr25519: () => sr25519.verify(frame, signature, publicKey),
      };
      expect(byOthers[type]()).toBe(true);
    }
  });

  it('then ed25519 and secp256k1 always sign it the same, sr25519 never', async () => {
    for (const name of ONE_OF_EACH) {
      const [one, other] = await Promise.all([signerOf(name).signMessage(new Uint8Array(3)), signerOf(name).signMessage(new Uint8Array(3))]);
      if (name === 'entropy') expect(one).not.toEqual(other);
      else expect(one).toEqual(other);
    }
  });

  it('threat 13: when it is a mebibyte, then it is signed, and one byte more is INVALID_INPUT', async () => {
    const { type, publicKey, signMessage } = signerOf('device');
    const message = new Uint8Array(2 ** 20);
    expect(verifyMessage({ type, publicKey, message, signature: await signMessage(message) })).toBe(true);
    await expect(signMessage(new Uint8Array(2 ** 20 + 1))).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'message' });
    await expect(signMessage(new Uint8Array(2 ** 26))).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'message' });
  });

  it.each([[undefined], [null], ['text'], [{ 0: 1, length: 1 }], [new ArrayBuffer(3)], [new Uint8ClampedArray(3)], [new DataView(new ArrayBuffer(3))], [new Proxy(new Uint8Array(3), {})]] as readonly (readonly [unknown])[])('threat 12: when it is %o, no Uint8Array, then that is INVALID_INPUT', async (message) => {
    for (const name of ONE_OF_EACH) await expect(signerOf(name).signMessage(message as Uint8Array)).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'message' });
  });

  it('threat 12: when a subclass lies about its length, then its bytes are what is signed', async () => {
    class Liar extends Uint8Array<ArrayBuffer> {
      override get length() {
        return 1;
      }
    }
    const { type, publicKey, signMessage } = signerOf('device');
    const signature = await signMessage(new Liar(Uint8Array.of(1, 2, 3).buffer));
    expect(verifyMessage({ type, publicKey, message: Uint8Array.of(1, 2, 3), signature })).toBe(true);
  });
});

const shared = (length: number): Uint8Array => new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer, 0, length);

/** The same memory; tells when anything of it is asked for that can be stood in for. */
function fickle(memory: Uint8Array, onAsked: () => never): Uint8Array {
  const bytes = new Uint8Array(memory.buffer, memory.byteOffset, memory.length);
  for (const name of ['length', 'byteLength', 'byteOffset', 'buffer', 'constructor', 'slice', 'subarray', 'at', 'values', Symbol.iterator, Symbol.toStringTag]) Object.defineProperty(bytes, name, { get: onAsked });
  return bytes;
}

/**
 * Shared memory is not refused: it is copied at the call, and nothing is read twice, so that a copy is as good as a refusal. Which whole bytes are signed where
 * another thread writes meanwhile is that thread's doing.
 */
describe('threat 12: given bytes in memory that other threads write to', () => {
  it.each(NAMES)('when they change during the call, or after it, then what %s signs are those that were given', async (name) => {
    const { type, publicKey, signMessage, signExtrinsic } = signerOf(name);
    const memory = shared(32);
    let asked = 0;
    const bytes = fickle(memory, () => {
      asked++;
      memory.fill(9);
      throw new Error('they were asked for more than their bytes');
    });
    memory.fill(7);
    const signing = signMessage(bytes);
    memory.fill(8);
    expect(verifyMessage({ type, publicKey, message: new Uint8Array(32).fill(7), signature: await signing })).toBe(true);
    memory.fill(7);
    const payloadSigning = signExtrinsic?.(bytes);
    memory.fill(8);
    const payloadSignature = await payloadSigning;
    if (payloadSignature !== undefined && type === 'sr25519') expect(sr25519.verify(new Uint8Array(32).fill(7), payloadSignature, publicKey)).toBe(true);
    else if (payloadSignature !== undefined) expect(payloadSignature).toEqual(await signExtrinsic?.(new Uint8Array(32).fill(7)));
    expect(asked).toBe(0);
  });

  it('when those of an entry change while its other fields are read, or after the call, then it is one entry that is signed, in memory of its own', async () => {
    const signer = signerOf('device');
    const [datakey, data] = [shared(32), shared(3)];
    const entry = {
      pubkey: signer.publicKey,
      datakey,
      data,
      get revision() {
        for (const bytes of [datakey, data]) bytes.fill(1);
        return 7n;
      },
    };
    const signing = signer.signEntry(entry);
    for (const bytes of [datakey, data]) bytes.fill(2);
    const signed = await signing;
    for (const bytes of [datakey, data]) bytes.fill(3);
    expect(verifyEntry(signed)).toBe(true);
    for (const bytes of [signed.datakey, signed.data]) {
      expect([0, 1]).toContain(bytes[0]);
      expect(new Set(bytes).size).toBe(1);
    }
  });
});

describe('given a signature to verify', () => {
  it.each(ONE_OF_EACH)('when it is of %s, then one flipped bit, anywhere, makes it false', async (name) => {
    const { type, publicKey, signMessage } = signerOf(name);
    const message = Uint8Array.of(1, 2, 3);
    const signed = { publicKey, message, signature: await signMessage(message) };
    fc.assert(
      fc.property(fc.constantFrom('publicKey', 'message', 'signature'), fc.nat(), fc.nat({ max: 7 }), (field, place, bit) => {
        const bytes = signed[field].slice();
        bytes[place % bytes.length]! ^= 1 << bit;
        expect(verifyMessage({ type, ...signed, [field]: bytes })).toBe(false);
      }),
      { numRuns: 60 },
    );
    expect(verifyMessage({ type, ...signed })).toBe(true);
  });

  it('when it is of secp256k1 with s in the upper half, then it is false', async () => {
    const { type, publicKey, signMessage } = signerOf('ethereum');
    const signature = await signMessage(new Uint8Array(1));
    const { r, s } = secp256k1.Signature.fromBytes(signature, 'compact');
    const mirrored = new secp256k1.Signature(r, secp256k1.Point.CURVE().n - s).toBytes('compact');
    expect(verifyMessage({ type, publicKey, message: new Uint8Array(1), signature: mirrored })).toBe(false);
    expect(secp256k1.verify(mirrored, sha256(frameOf(new Uint8Array(1))), publicKey, { prehash: false, lowS: false })).toBe(true);
  });

  it('when it is anything at all, then it is false, and nothing is thrown', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 70 }), fc.constantFrom(32, 33, 64).chain((length) => fc.uint8Array({ minLength: length, maxLength: length })), fc.anything());
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom('ed25519', 'secp256k1', 'sr25519'), fc.anything()), bytes, bytes, bytes, (type, publicKey, message, signature) => {
        expect(verifyMessage({ type, publicKey, message, signature } as never)).toBe(false);
      }),
      { numRuns: 300 },
    );
    for (const value of [undefined, null, 7, new Proxy({}, { get: () => expect.unreachable() })]) expect(verifyMessage(value as never)).toBe(false);
    expect(verifyMessage({ type: 'ed25519', publicKey: new Uint8Array(32), message: new Uint8Array(2 ** 20 + 1), signature: new Uint8Array(64) })).toBe(false);
  });
});

describe('given an extrinsic to sign', () => {
  it('then ed25519 keys have no way to', () => {
    expect(signerOf('device')).not.toHaveProperty('signExtrinsic');
  });

  it.each([1, 255, 256, 257, 5000])('when its payload is of %i bytes, then it is signed as Substrate does', async (length) => {
    const payload = new Uint8Array(length).fill(length);
    const signed = length > 256 ? blake2b(payload, { dkLen: 32 }) : payload;
    const { signExtrinsic, publicKey } = signerOf('entropy');
    expect(sr25519.verify(signed, await signExtrinsic!(payload), publicKey)).toBe(true);
    const ethereum = signerOf('ethereum');
    const signature = await ethereum.signExtrinsic!(payload);
    expect(signature).toHaveLength(65);
    expect(signature[64]).toBeLessThan(2);
    expect(secp256k1.verify(signature.subarray(0, 64), keccak_256(signed), ethereum.publicKey, { prehash: false, lowS: true })).toBe(true);
    const recovered = secp256k1.Signature.fromBytes(signature.subarray(0, 64), 'compact').addRecoveryBit(signature[64]!).recoverPublicKey(keccak_256(signed));
    expect(recovered.toBytes(true)).toEqual(ethereum.publicKey);
  });

  it.each(['entropy', 'ethereum'])('when its payload is nothing, too long, or no bytes, then with %s that is INVALID_INPUT', async (name) => {
    for (const payload of [new Uint8Array(0), new Uint8Array(2 ** 20 + 1), '0x00', undefined]) {
      await expect(signerOf(name).signExtrinsic!(payload as Uint8Array)).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'payload' });
    }
  });
});

describe('threat 23: given what is signed for one purpose', () => {
  it.each(['entropy', 'ethereum'])('when a payload of %s begins as a message does, then that is FORBIDDEN', async (name) => {
    const { signExtrinsic } = signerOf(name);
    for (const message of [new Uint8Array(0), new Uint8Array(3), new Uint8Array(5000)]) {
      await expect(signExtrinsic!(frameOf(message))).rejects.toMatchObject({ code: 'FORBIDDEN', field: 'payload' });
    }
    await expect(signExtrinsic!(utf8ToBytes('secure-registry message v1\n'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await signExtrinsic!(utf8ToBytes('secure-registry message v1'))).toBeDefined();
  });

  it('then a message that is the hash of an entry is no signature of the entry', async () => {
    const signer = signerOf('device');
    const entry = entryOf(signer);
    const signature = await signer.signMessage(hashEntry(entry));
    expect(verifyEntry({ ...entry, signature })).toBe(false);
    const { signature: ofEntry } = await signer.signEntry(entry);
    expect(verifyMessage({ type: 'ed25519', publicKey: signer.publicKey, message: hashEntry(entry), signature: ofEntry })).toBe(false);
  });

  it('then the signature of an extrinsic is none of a message, and the other way round', async () => {
    const { type, publicKey, signMessage, signExtrinsic } = signerOf('entropy');
    const bytes = Uint8Array.of(1, 2, 3);
    expect(verifyMessage({ type, publicKey, message: bytes, signature: await signExtrinsic!(bytes) })).toBe(false);
    expect(sr25519.verify(bytes, await signMessage(bytes), publicKey)).toBe(false);
  });

  it('then a signature of one key is none of another, nor of another type', async () => {
    const message = Uint8Array.of(1, 2, 3);
    for (const name of NAMES) {
      const signature = await signerOf(name).signMessage(message);
      for (const other of NAMES) {
        const { type, publicKey } = signerOf(other);
        expect(verifyMessage({ type, publicKey, message, signature })).toBe(name === other);
      }
    }
    const { publicKey, signMessage } = signerOf('entropy');
    expect(verifyMessage({ type: 'ed25519', publicKey, message, signature: await signMessage(message) })).toBe(false);
  });

  it('given any message and any entry, then what is signed for them is never the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 113 }), (message, data) => {
        expect(frameOf(message).length).toBeGreaterThan(hashEntry({ pubkey: new Uint8Array(32), datakey: new Uint8Array(32), data, revision: 0n } satisfies Omit<SignedEntry, 'signature'>).length);
      }),
      { numRuns: 20 },
    );
  });
});
