// The data of every row: signed entries that follow from their numbers, the same in every process of every run.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { hashDatakey, hashEntry, MAX_DATA_BYTES } from 'secure-registry';

/** PKCS #8 and SubjectPublicKeyInfo of an ed25519 key before its 32 bytes (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
export const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Entries are spread over this many key pairs: users whose entries an application reads. Their import can be cached, by whoever does. */
export const SIGNERS = 500;

/** 32 bytes that follow from a text: seeds of key pairs. */
export const sha256 = (text) => createHash('sha256').update(text).digest();

/** The key pair of a seed, as node:crypto has it (`privateKey`) and in bytes: `secretKey` is the seed and the public key. */
export function keyPairOf(seed) {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const pubkey = new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length));
  return { privateKey, pubkey, secretKey: new Uint8Array([...seed, ...pubkey]) };
}

const signers = Array.from({ length: SIGNERS }, (_, number) => keyPairOf(sha256(`secure-registry bench, signer ${number}`)));

export const signerOf = (number) => signers[number % SIGNERS];

export const keyOf = (number) => ({ pubkey: signerOf(number).pubkey, datakey: hashDatakey(`entry ${number}`) });

/** The entry of this number with as much data as an entry may hold, not yet signed. */
export const unsignedOf = (number, revision) => ({ ...keyOf(number), data: new Uint8Array(MAX_DATA_BYTES).fill(number % 251), revision: BigInt(revision), type: 1 });

/** The same, signed by OpenSSL: noble would take twenty times as long. */
export function entryOf(number, revision) {
  const unsigned = unsignedOf(number, revision);
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

/** An entry as a writer posts it. Data and signature are arrays of numbers in it. */
export const writeText = ({ pubkey, datakey, data, revision, signature }) =>
  `{"publickey":{"algorithm":"ed25519","key":[${pubkey.join()}]},"datakey":"${hex(datakey)}","revision":${revision},"data":[${data.join()}],"signature":[${signature.join()}]}`;

/** Where a portal answers a GET of an entry. */
export const pathOf = ({ pubkey, datakey }) => `/skynet/registry?publickey=ed25519%3A${hex(pubkey)}&datakey=${hex(datakey)}`;
