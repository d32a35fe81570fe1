import { describe, expect, it } from 'vitest';
import { ENTROPY_KEYS, Keyring, mnemonicToKeyData, type KeyHandle } from '../../src/keyring/index.ts';
import { verifyEntry } from '../../src/registry/index.ts';
import { ABANDON, coded, KEY_DATA, keyOf, keyring, NAMES, thrown } from './fixture.ts';

const MESSAGE = new Uint8Array([1, 2, 3]);

describe('given a keyring', () => {
  it('then it names its keys, and has them', () => {
    const ring = keyring();
    expect(ring.names()).toEqual(NAMES);
    for (const name of NAMES) expect(ring.has(name)).toBe(true);
    expect(ring.has('nobody')).toBe(false);
  });

  it.each(NAMES)('then the handle of %s tells what is public of it', (name) => {
    const { type, public: publicKey, address } = keyOf(KEY_DATA, name);
    const handle = keyring().get(name);
    expect(handle).toMatchObject({ name, type, public: publicKey, address });
    expect(handle.signer.type).toBe(type);
    expect(`0x${Array.from(handle.signer.publicKey, (byte) => byte.toString(16).padStart(2, '0')).join('')}`).toBe(publicKey);
  });

  it('when it is asked twice, then the handle is the same one', () => {
    const ring = keyring();
    expect(ring.get('device')).toBe(ring.get('device'));
  });

  it('then its JSON is the key data it was made of, and makes an equal keyring', () => {
    const ring = keyring();
    expect(ring.json()).toEqual(KEY_DATA);
    expect(JSON.stringify(ring.json())).toBe(JSON.stringify(KEY_DATA));
    const again = new Keyring(JSON.parse(JSON.stringify(ring.json())) as typeof KEY_DATA);
    expect(again.json()).toEqual(KEY_DATA);
    expect(again.names()).toEqual(ring.names());
  });

  it('then the key that pays is registration, or else programMod, or else none', () => {
    const { programMod, registration, developer } = KEY_DATA;
    expect(keyring().payer().name).toBe('registration');
    expect(new Keyring({ version: 1, programMod, developer }).payer().name).toBe('programMod');
    expect(new Keyring({ version: 1, registration, developer }).payer().name).toBe('registration');
    const error = thrown(() => new Keyring({ version: 1, developer }).payer());
    expect(error).toMatchObject({ code: 'UNKNOWN_KEY', message: 'the keyring has no key that pays: neither registration nor programMod' });
    expect(error).not.toHaveProperty('field'); // nobody named a key
    expect(new Keyring(mnemonicToKeyData(ABANDON, { keys: ENTROPY_KEYS })).payer().address).toBe(KEY_DATA['entropy']?.address);
  });
});

describe('threat 11: given a name that no key has', () => {
  it.each([['constructor'], ['__proto__'], ['prototype'], ['hasOwnProperty'], ['toString'], ['version'], ['get'], [''], [' device'], ['device '], ['Device'], ['dеvice'], ['ＤＥＶＩＣＥ'], ['x'.repeat(1e6)], [undefined], [null], [0], [['device']], [new String('device')], [Symbol.iterator], [{ toString: () => 'device' }]])(
    'when it is %o, then that is UNKNOWN_KEY, and does not quote it',
    (name) => {
      const error = thrown(() => keyring().get(name as string)) as Error;
      expect(error).toMatchObject({ code: 'UNKNOWN_KEY', field: 'name', message: 'the keyring has no key of that name' });
      expect(keyring().has(name as string)).toBe(false);
    },
  );
});

describe('threat 8: given what a keyring took and gave', () => {
  it('when the key data it was made of is written to, then nothing changes', () => {
    const source = structuredClone(KEY_DATA) as unknown as Record<string, Record<string, unknown>>;
    const ring = new Keyring(source as never);
    source['device']!['secret'] = '0x';
    delete source['developer'];
    expect(ring.json()).toEqual(KEY_DATA);
  });

  it('when its JSON, its names and its handles are written to, then nothing changes', () => {
    const ring = keyring();
    ring.names().length = 0;
    for (const target of [ring, ring.json(), ring.json()['device'] as object, ring.get('device'), ring.get('device').signer]) {
      expect(Object.isFrozen(target)).toBe(true);
      expect(Reflect.set(target, 'secret', 'mine')).toBe(false);
      expect(Reflect.defineProperty(target, 'signMessage', { value: () => {} })).toBe(false);
      expect(Reflect.setPrototypeOf(target, null)).toBe(false);
    }
    expect(ring.names()).toEqual(NAMES);
    expect(ring.json()).toEqual(KEY_DATA);
  });

  it('when the public key of a signer is written to, then it signs as before', async () => {
    const { signer } = keyring().get('device');
    const pubkey = signer.publicKey;
    signer.publicKey.fill(0);
    expect(signer.publicKey).toEqual(pubkey);
    const entry = await signer.signEntry({ pubkey, datakey: new Uint8Array(32), data: MESSAGE, revision: 1n });
    expect(verifyEntry(entry)).toBe(true);
  });

  it('when what it was given to sign is written to, or transferred away, after the call, then what it was at the call is signed', async () => {
    const { signer } = keyring().get('device');
    const expected = await signer.signMessage(Uint8Array.of(1, 2, 3));
    const message = Uint8Array.of(1, 2, 3);
    const pending = signer.signMessage(message);
    message.fill(9);
    structuredClone(message, { transfer: [message.buffer] });
    expect(await pending).toEqual(expected);
    await expect(signer.signMessage(message)).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'message' });
  });

  it('when a signature is written to, then the next is as it was', async () => {
    const { signer } = keyring().get('device');
    const first = await signer.signMessage(MESSAGE);
    const kept = first.slice();
    first.fill(0);
    expect(await signer.signMessage(MESSAGE)).toEqual(kept);
  });
});

describe('given a keyring that was wiped', () => {
  it('then every signer refuses, with LOCKED, ephemeral ones too, and no secret comes out', async () => {
    const ring = keyring();
    const handles: readonly KeyHandle[] = NAMES.map((name) => ring.get(name));
    const ephemeral = ring.createEphemeralSigner('sr25519', { uses: Infinity });
    const agreement = ring.createEphemeralKey('x25519');
    ring.wipe();
    for (const signer of [...handles.map((handle) => handle.signer), ...NAMES.map((name) => ring.get(name).signer), ephemeral]) {
      await expect(signer.signMessage(MESSAGE)).rejects.toMatchObject({ code: 'LOCKED' });
      if (signer.signExtrinsic !== undefined) await expect(signer.signExtrinsic(MESSAGE)).rejects.toMatchObject({ code: 'LOCKED' });
    }
    const { signer } = ring.get('device');
    await expect(signer.signEntry({ pubkey: signer.publicKey, datakey: new Uint8Array(32), data: MESSAGE, revision: 1n })).rejects.toMatchObject({ code: 'LOCKED' });
    expect(() => agreement.sharedSecret(new Uint8Array(32).fill(9))).toThrow(coded('LOCKED'));
    expect(() => ring.json()).toThrow(coded('LOCKED'));
    expect(() => ring.createEphemeralSigner()).toThrow(coded('LOCKED'));
    expect(() => ring.createEphemeralKey('x25519')).toThrow(coded('LOCKED'));
  });

  it('then what is public is still there, and another keyring of the same key data signs on', async () => {
    const [ring, other] = [keyring(), keyring()];
    ring.wipe();
    ring.wipe();
    expect(ring.names()).toEqual(NAMES);
    expect(ring.payer().address).toBe(keyOf(KEY_DATA, 'registration').address);
    expect(await other.get('device').signer.signMessage(MESSAGE)).toHaveLength(64);
    expect(other.json()).toEqual(KEY_DATA);
  });

  it('when a signature was asked for before, then it is made', async () => {
    const ring = keyring();
    const pending = ring.get('device').signer.signMessage(MESSAGE);
    ring.wipe();
    expect(await pending).toEqual(await keyring().get('device').signer.signMessage(MESSAGE));
  });
});
