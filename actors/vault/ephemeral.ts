import { invalidInput, RegistryError } from '../../src/error.ts';
import { takeRecord } from '../../src/input.ts';
import { ephemeralSigner, type KeyType, type Secret, type Signer } from '../../src/keyring/index.ts';
import type { SignedEntry } from '../../src/registry/index.ts';
import type { EphemeralKey } from './service.ts';
import { signBy, takeSignRequest } from './signing.ts';

/** Keys that wait for their use; the oldest is given up for one more. */
const MOST = 256;

/** Signers of one use, which are in no keyring and need no unlocked vault. */
export class EphemeralSigners {
  readonly #kept = new Map<number, { readonly signer: Signer; readonly secrets: ReadonlySet<Secret> }>();
  #made = 0;

  /** @throws RegistryError `INVALID_INPUT` */
  make(type: KeyType = 'ed25519'): EphemeralKey {
    const secrets = new Set<Secret>();
    const signer = ephemeralSigner(type, undefined, secrets);
    this.#kept.set(++this.#made, { signer, secrets });
    this.#giveUp(this.#made - MOST);
    return { id: this.#made, type: signer.type, publicKey: signer.publicKey };
  }

  /** @throws RegistryError `UNKNOWN_KEY` if it was used, and as {@link signBy} */
  async sign(value: unknown): Promise<SignedEntry | Uint8Array> {
    const { id, ...request } = takeRecord(value, 'request', ['id', 'purpose', 'entry', 'message', 'payload']);
    if (typeof id !== 'number') throw invalidInput('request.id', 'the number of an ephemeral key');
    const kept = this.#kept.get(id);
    if (kept === undefined) throw new RegistryError('UNKNOWN_KEY', 'this ephemeral key was used, was given up, or was never made', { hint: 'make another one' });
    const signature = await signBy(kept.signer, takeSignRequest(request));
    this.#kept.delete(id);
    return signature;
  }

  #giveUp(id: number): void {
    for (const secret of this.#kept.get(id)?.secrets ?? []) secret.wipe();
    this.#kept.delete(id);
  }
}
