import { own } from '../own.ts';

/** The names under which a message brings secrets: a key to sign with, and what a kernel presents. */
const SECRETS = ['secretKey', 'seed', 'key', 'rootPrivateKey', 'rootKey'] as const;

/** Overwrites the secrets that a message brought, in its own memory: whatever it is, and whatever becomes of it. Never throws. */
export function wipeSecrets(message: unknown): void {
  const { data } = own(message, ['data']);
  for (const secret of Object.values(own(data, SECRETS))) wipe(secret);
  wipe(own(own(data, ['myskyRootKeypair']).myskyRootKeypair, ['secretKey']).secretKey);
}

/** Strings cannot be overwritten, and are no secret of the protocol. */
function wipe(value: unknown): void {
  try {
    if (ArrayBuffer.isView(value)) new Uint8Array(value.buffer, value.byteOffset, value.byteLength).fill(0);
    else if (value instanceof ArrayBuffer) new Uint8Array(value).fill(0);
    else if (Array.isArray(value)) value.fill(0);
  } catch {
    // Memory that was transferred away is nobody's here; a list that is frozen came from no other thread.
  }
}
