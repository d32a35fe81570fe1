// The data of every row: signed entries that follow from their numbers, the same in every process of every run.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { hashDatakey, hashEntry, MAX_DATA_BYTES } from 'secure-registry';

/** PKCS #8 and SubjectPublicKeyInfo of an ed25519 key before its 32 bytes (RFC 8410). */
export const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
export const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Entries are spread over this many key pairs: users whose entries an application reads. Their import can be cached, by whoever does. */
export const SIGNERS = 500;

/** 32 bytes that follow from a text: seeds of key pairs. */
export const sha256 = (text) => createHash('sha256').update(text).digest();

const signers = Array.from({ length: SIGNERS }, (_, number) => {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, sha256(`secure-registry bench, signer ${number}`)]), format: 'der', type: 'pkcs8' });
  const pubkey = new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length));
  return { privateKey, pubkey };
});

const signerOf = (number) => signers[number % SIGNERS];

export const keyOf = (number) => ({ pubkey: signerOf(number).pubkey, datakey: hashDatakey(`entry ${number}`) });

/** The entry of this number with as much data as an entry may hold. Signed by OpenSSL: noble would take twenty times as long. */
export function entryOf(number, revision) {
  const unsigned = { ...keyOf(number), data: new Uint8Array(MAX_DATA_BYTES).fill(number % 251), revision: BigInt(revision), type: 1 };
  return { ...unsigned, signature: new Uint8Array(sign(null, hashEntry(unsigned), signerOf(number).privateKey)) };
}

/** The same with one bit of its data flipped: whoever takes it does not verify. */
export function forgedEntryOf(number, revision) {
  const entry = entryOf(number, revision);
  entry.data[0] ^= 1;
  return entry;
}

export const hex = (bytes) => Buffer.from(bytes).toString('hex');

/** An entry as a portal answers a read. */
export const answerText = ({ pubkey, datakey, data, revision, signature, type }) =>
  `{"data":"${hex(data)}","revision":${revision},"datakey":"${hex(datakey)}","publickey":{"algorithm":"ed25519","key":"${Buffer.from(pubkey).toString('base64')}"},"signature":"${hex(signature)}","type":${type}}\n`;

/** An entry as a portal pushes it. */
export const pushText = ({ pubkey, datakey, data, revision, signature, type }) =>
  `{"responsetype":"notification","datakey":"${hex(datakey)}","pubkey":"ed25519:${hex(pubkey)}","signature":"${hex(signature)}","data":"${hex(data)}","revision":${revision},"type":${type}}\n`;
