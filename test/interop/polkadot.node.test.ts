import { Keyring as PolkadotKeyring } from '@polkadot/keyring';
import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { ENTROPY_KEYS, Keyring, mnemonicToKeyData, type Key } from '../../src/keyring/index.ts';

const PHRASE = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const theirs = new PolkadotKeyring({ ss58Format: 42, type: 'sr25519' });

const LONG = 'a-very-long-junction-name-exceeding-32-bytes-for-hash';
const PATHS = [
  '',
  '//Alice',
  '/soft',
  '//hard/soft//hard/soft',
  '//0',
  '//007',
  '/12345',
  `//${2n ** 53n + 1n}`,
  `//${2n ** 64n}`,
  `/${2n ** 256n - 1n}`,
  '//0x00',
  '//0xdeadbeef',
  '/0xDEADBEEF',
  `//0x${'ab'.repeat(32)}`,
  `//0x${'ab'.repeat(33)}`,
  `//${LONG}`,
  `/${'x'.repeat(31)}`,
  `/${'x'.repeat(32)}`,
  `//${'x'.repeat(63)}`,
  `//${'x'.repeat(64)}`,
  `//${'x'.repeat(200)}`,
  '//caf\u00e9',
  '//\u{1f511}/\u9375',
  '//with space',
  '//0X00',
  '//-1',
  '//1.5',
  ENTROPY_KEYS.programMod.path,
  ENTROPY_KEYS.developer.path,
];

const ourKey = (path: string, passphrase = ''): Key => mnemonicToKeyData(PHRASE, { passphrase, keys: { key: { type: 'sr25519', path } } })['key']!;

describe('given a mnemonic in @polkadot/keyring too', () => {
  it.each(PATHS)('then "%s" is the same account', (path) => {
    expect(ourKey(path).address).toBe(theirs.createFromUri(`${PHRASE}${path}`).address);
  });

  it.each(['secret', 'with space', 'caf\u00e9', 'cafe\u0301', '\uff41'])('then with the passphrase "%s" it is the same account', (passphrase) => {
    expect(ourKey('//hard', passphrase).address).toBe(theirs.createFromUri(`${PHRASE}//hard///${passphrase}`).address);
  });
});

describe('given an extrinsic', () => {
  const keyData = mnemonicToKeyData(PHRASE, { keys: { ...ENTROPY_KEYS, soft: { type: 'sr25519', path: '//hard/soft' }, ethereum: { type: 'secp256k1', path: "m/44'/60'/0'/0/0" } } });
  const ring = new Keyring(keyData);
  const payload = Uint8Array.from({ length: 200 }, (_, i) => i);

  it.each(['programMod', 'developer', 'device', 'soft'])('when %s signs it, then it is verified there', async (name) => {
    const { signer, address } = ring.get(name);
    const pair = theirs.addFromAddress(address);
    const signature = await signer.signExtrinsic!(payload);
    expect(pair.verify(payload, signature, signer.publicKey)).toBe(true);
    expect(pair.verify(payload.with(0, 1), signature, signer.publicKey)).toBe(false);
  });

  it('when an Ethereum account signs it, then that is the signature made there', async () => {
    const { signer, address } = ring.get('ethereum');
    const pair = theirs.createFromUri(`${PHRASE}/m/44'/60'/0'/0/0`, {}, 'ethereum');
    expect(pair.address).toBe(address);
    expect(keyData['ethereum']!.secret.length).toBe(66);
    const signature = await signer.signExtrinsic!(payload);
    expect(signature).toEqual(Uint8Array.from(pair.sign(payload)));
    expect(pair.verify(payload, signature, hexToBytes(address.slice(2)))).toBe(true);
  });

  it('then the secret of an sr25519 key is one that it takes', () => {
    for (const name of ['programMod', 'soft']) {
      const { secret, public: publicKey, address } = keyData[name]!;
      const pair = theirs.createFromPair({ secretKey: hexToBytes(secret.slice(2)), publicKey: hexToBytes(publicKey.slice(2)) }, {}, 'sr25519');
      expect(pair.address).toBe(address);
      expect(pair.verify(payload, pair.sign(payload), pair.publicKey)).toBe(true);
    }
  });
});
