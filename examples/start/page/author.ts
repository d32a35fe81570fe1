import { keygenAsync } from '@noble/ed25519';
import { grantedVault, signEntry, type SignedEntry } from 'secure-registry';
import type { FrameClient } from 'secure-registry/kernel';

/** Whoever signs the entry. */
export interface Author {
  readonly isVault: boolean;
  /** 32 bytes. */
  readonly pubkey: Uint8Array;
  sign(unsigned: Omit<SignedEntry, 'signature'>): SignedEntry | Promise<SignedEntry>;
}

/** A key of this page, which is gone when it is. */
export async function throwawayAuthor(): Promise<Author> {
  const { secretKey, publicKey } = await keygenAsync();
  const whole = new Uint8Array([...secretKey, ...publicKey]);
  return { isVault: false, pubkey: publicKey, sign: (unsigned) => signEntry(unsigned, whole) };
}

/**
 * A key of the vault in the frame, once the user has allowed its use there.
 * @param signal withdraws the question
 * @throws RegistryError `FORBIDDEN` if the user does not allow it
 */
export async function vaultAuthor(frame: FrameClient, signal?: AbortSignal): Promise<Author> {
  const vault = grantedVault(await frame.requestVault({ keys: ['developer'], purposes: ['registry-entry'] }, signal === undefined ? {} : { signal }));
  const signer = await vault.signer('developer');
  return { isVault: true, pubkey: signer.publicKey, sign: (unsigned) => signEntry(unsigned, signer) };
}
