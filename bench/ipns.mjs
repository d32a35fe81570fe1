// IPNS names that follow from their numbers.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { from } from 'w3name';
import { PKCS8_PREFIX, sha256, SPKI_PREFIX } from './entries.mjs';

/** w3name takes a seed and its public key. */
export function nameOf(number) {
  const seed = sha256(`secure-registry bench, name ${number}`);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const pubkey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  return from(new Uint8Array([...seed, ...pubkey]));
}
