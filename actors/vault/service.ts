import type { Observable } from 'rxjs';
import type { Key, KeyData, KeyDataLike, KeyHandle, KeyType } from '../../src/keyring/index.ts';
import type { CallContext, Port } from '../../src/link/index.ts';
import type { SignedEntry, UnsignedEntry } from '../../src/registry/index.ts';

/** What everybody may know of a key. */
export type PublicKey = Omit<KeyHandle, 'signer'>;

/** An entry to be signed; its `pubkey` is the key's, and may be left out. */
export type EntryToSign = Omit<UnsignedEntry, 'pubkey'> & { readonly pubkey?: Uint8Array };

/** What is to be signed, and for what: never bytes alone, so that no signature can be taken for one of another kind. */
export type SignRequest = {
  /** The name of a key. */
  readonly key: string;
  /** Its public key, as {@link PublicKey} has it: where the key of that name is another one by now, nothing is signed. */
  readonly public?: string | undefined;
} & (
  | { readonly purpose: 'registry-entry'; readonly entry: EntryToSign }
  /** At most 1 MiB, framed (`secure-registry message v1`). */
  | { readonly purpose: 'message'; readonly message: Uint8Array }
  /** Of sr25519 and secp256k1 keys. */
  | { readonly purpose: 'extrinsic'; readonly payload: Uint8Array }
);
/** What an answer to a request is: the entry, signed, or the bytes of a signature. */
export type SignatureOf<R extends SignRequest> = R extends { readonly purpose: 'registry-entry' } ? SignedEntry : Uint8Array;
export type SigningPurpose = SignRequest['purpose'];

/** What a granted port may be for. */
export type GrantPurpose = SigningPurpose | 'unlock';

/** How a vault is opened: by its password, or by a secret that the operating system's keyring holds. */
export type Unlocking = { readonly password: string } | { readonly method: 'os' };

/** A vault that was put back from a copy is older than what stood there before, and refused unless that is meant. */
export interface OlderOption {
  readonly acceptOlder?: boolean | undefined;
}

/** What a new vault is made of. The password has 1 to 1,024 characters. */
export type Contents =
  | { readonly password: string; readonly keyData: KeyDataLike }
  | { readonly password: string; readonly mnemonic: string; readonly passphrase?: string | undefined };
export interface EphemeralOption {
  /** Whether the vault may be lost with this process, where the storage keeps nothing. */
  readonly ephemeral?: boolean | undefined;
}
export type Creation = Contents & EphemeralOption;
export interface Recovery extends EphemeralOption {
  readonly mnemonic: string;
  readonly passphrase?: string | undefined;
  /** The new password. */
  readonly password: string;
  /** Whether the vault that stands there, whose password is lost, gives way. */
  readonly replace?: boolean | undefined;
}
export interface Grant {
  /** Whose port it is: limits are kept for each caller. */
  readonly caller: string;
  readonly keys: readonly string[];
  readonly purposes: readonly GrantPurpose[];
}
export interface Import {
  readonly name: string;
  /** A whole key, or its type and secret alone. */
  readonly key: Key | Pick<Key, 'type' | 'secret'>;
}
export type EphemeralKey = Pick<PublicKey, 'type' | 'public'>;

type Signature = SignedEntry | Uint8Array;

/** A request without its key. */
export type Unkeyed<R = SignRequest> = R extends SignRequest ? Omit<R, 'key' | 'public'> : never;

/** What the vault actor answers to, for the runtime. The password, or what stands for it, goes over the port in the call alone, never in an event. */
export interface VaultService {
  readonly calls: {
    create(creation: Creation, call: CallContext): Promise<readonly PublicKey[]>;
    unlock(unlocking: Unlocking & OlderOption, call: CallContext): Promise<readonly PublicKey[]>;
    /** Answered when the keys are wiped. */
    lock(): void;
    /** Answered when the keys are wiped, what was under way has ended, and the storage is closed. */
    close(): Promise<void>;
    keys(): readonly PublicKey[];
    sign(request: SignRequest): Promise<Signature>;
    /** A key of one use, which is in no keyring. */
    ephemeral(type: KeyType | undefined): EphemeralKey;
    signEphemeral(request: Pick<EphemeralKey, 'public'> & Unkeyed): Promise<Signature>;
    changePassword(change: { readonly password: string; readonly newPassword: string }, call: CallContext): Promise<void>;
    importKey(imported: Import, call: CallContext): Promise<readonly PublicKey[]>;
    removeKey(removed: { readonly name: string }, call: CallContext): Promise<readonly PublicKey[]>;
    swap(swap: { readonly password: string; readonly keyData: KeyDataLike }, call: CallContext): Promise<readonly PublicKey[]>;
    exportKeyData(proof: { readonly password: string }, call: CallContext): Promise<KeyData>;
    recover(recovery: Recovery, call: CallContext): Promise<readonly PublicKey[]>;
    destroy(proof: { readonly password: string }, call: CallContext): Promise<void>;
    addUnlock(added: { readonly method: 'os'; readonly password: string }, call: CallContext): Promise<void>;
    removeUnlock(removed: { readonly method: 'os'; readonly password: string }, call: CallContext): Promise<void>;
    /** Answers a port on which the vault answers to {@link GrantedVaultService}. */
    grant(grant: Grant, call: CallContext): Port;
    /** Closes all ports of a caller. */
    revoke(revoked: { readonly caller: string }): void;
  };
  readonly streams: {
    /** The keys at hand now, and whenever they become others; undefined while there are none. */
    keys(): Observable<readonly PublicKey[] | undefined>;
  };
}

/** What a granted port answers to. */
export interface GrantedVaultService {
  readonly calls: {
    /** Of those that were granted. */
    keys(): readonly PublicKey[];
    sign(request: SignRequest): Promise<Signature>;
    unlock(unlocking: { readonly password: string }, call: CallContext): Promise<void>;
  };
}
