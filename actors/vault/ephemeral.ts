import { bytesToHex } from '@noble/hashes/utils.js';
import { RegistryError } from '../../src/error.ts';
import { takeRecord } from '../../src/input.ts';
import { ephemeralSigner, type KeyType, type Secret, type Signer } from '../../src/keyring/index.ts';
import type { SignedEntry } from '../../src/registry/index.ts';
import type { EphemeralKey } from './service.ts';
import { signBy, takeSignRequest } from './signing.ts';

/** Keys that wait for their use; the oldest is given up for one more. */
const MOST = 256;

/** Signers of one use, which are in no keyring and need no unlocked vault. Each goes by its public key: no other one can answer in its place. */
export class EphemeralSigners {
  readonly #kept = new Map<string, { readonly signer: Signer; readonly secrets: ReadonlySet<Secret> }>();

  /** @throws RegistryError `INVALID_INPUT` */
  make(type: KeyType = 'ed25519'): EphemeralKey {
    const secrets = new Set<Secret>();
    const signer = ephemeralSigner(type, undefined, secrets);
    const name = `0x${bytesToHex(signer.publicKey)}`;
    this.#kept.set(name, { signer, secrets });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#giveUp(oldest);
    return { type, public: name };
  }

  /** @throws RegistryError `UNKNOWN_KEY` if it was used, or given up, and as {@link signBy} */
  async sign(value: unknown): Promise<SignedEntry | Uint8Array> {
    const { public: name, ...request } = takeRecord(value, 'request', ['public', 'purpose', 'entry', 'message', 'payload']);
    const kept = typeof name === 'string' ? this.#kept.get(name) : undefined;
    if (kept === undefined) throw new RegistryError('UNKNOWN_KEY', 'this ephemeral key was used, was given up, or was never made', { hint: 'make another one' });
    const signature = await signBy(kept.signer, takeSignRequest(request));
    this.#giveUp(name as string);
    return signature;
  }

  close(): void {
    for (const name of Array.from(this.#kept.keys())) this.#giveUp(name);
  }

  #giveUp(name: string): void {
    for (const secret of this.#kept.get(name)?.secrets ?? []) secret.wipe();
    this.#kept.delete(name);
  }
}
