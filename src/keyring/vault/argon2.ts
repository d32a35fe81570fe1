import { argon2idAsync } from '@noble/hashes/argon2.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { argon2id } from 'hash-wasm';
import { unlessAborted } from '../../abort.ts';
import { aborted } from '../../error.ts';
import { equalBytes, type Bytes } from '../../registry/bytes.ts';
import { KEK_BYTES, takeKdfRequest, type Kdf, type KdfRequest } from './kdf.ts';

/** One implementation of Argon2id, with one lane. What it is given was checked, and is wiped by who calls it. */
type Argon2 = (request: KdfRequest, options: Parameters<Kdf>[1]) => Promise<Bytes>;

/** In WebAssembly: three to four times faster, but deaf until it is done. */
export const wasmArgon2: Argon2 = async ({ password, salt, memory, passes }, { onProgress }) => {
  onProgress(0);
  const bytes = await argon2id({ password, salt, memorySize: memory, iterations: passes, parallelism: 1, hashLength: KEK_BYTES, outputType: 'binary' });
  onProgress(1);
  return new Uint8Array(bytes);
};

/** In JavaScript, with the same outcome. Lets the event loop go on in between, and ends there when it is told to. */
export const scriptArgon2: Argon2 = ({ password, salt, memory, passes }, { signal, onProgress }) =>
  argon2idAsync(password, salt, {
    m: memory,
    t: passes,
    p: 1,
    version: 0x13,
    dkLen: KEK_BYTES,
    onProgress: (ratio) => {
      if (signal.aborted) throw aborted(signal.reason);
      onProgress(ratio);
    },
  });

/** Argon2id of `password`, salt `saltsalt`, 8 KiB, one pass, one lane, 32 bytes: what tells whether WebAssembly works here. */
const PROBE = /* @__PURE__ */ hexToBytes('78f1d7ead7a95d6bac7fa6fa307f5327e4951ad79ddd1fc5b42931abf5f9515a');

let chosen: Promise<Argon2> | undefined;

/** A content security policy may forbid WebAssembly, and some hosts have none. */
const chooseArgon2 = (): Promise<Argon2> => (chosen ??= worksHere(wasmArgon2).then((works) => (works ? wasmArgon2 : scriptArgon2)));

async function worksHere(argon2: Argon2): Promise<boolean> {
  const [password, salt] = ['password', 'saltsalt'].map((text) => new TextEncoder().encode(text)) as [Bytes, Bytes];
  try {
    return equalBytes(await argon2({ password, salt, memory: 8, passes: 1 }, { signal: new AbortController().signal, onProgress: () => {} }), PROBE);
  } catch {
    return false; // whatever it is that fails here, the other implementation does without
  }
}

/**
 * Stretches a password in this thread, which in the meantime does nothing else: Argon2id (RFC 9106), version 19, one lane, 32 bytes.
 * @throws RegistryError `INVALID_INPUT`, `ABORTED`
 */
export const stretch: Kdf = (request, options) => stretchBy(chooseArgon2, request, options);

/** The same without WebAssembly: slower, and smaller. */
export const stretchInScript: Kdf = (request, options) => stretchBy(async () => scriptArgon2, request, options);

async function stretchBy(choose: () => Promise<Argon2>, request: KdfRequest, options: Parameters<Kdf>[1]): Promise<Bytes> {
  const own = takeKdfRequest(request);
  try {
    const argon2 = await unlessAborted(choose(), options.signal, () => {});
    return await unlessAborted(argon2(own, options), options.signal, (late) => late.fill(0));
  } finally {
    own.password.fill(0);
  }
}
