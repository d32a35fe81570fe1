/** How a key signs: ed25519 (RFC 8032), secp256k1 (ECDSA), sr25519 (schnorrkel, signing context `substrate`). */
export type KeyType = 'ed25519' | 'secp256k1' | 'sr25519';

/** Where a key comes from: derived from a mnemonic or seed, brought along by hand, or made at random on this device. */
export type KeyOrigin = 'derived' | 'imported' | 'device';

/** One key with its secret, ready for `JSON.stringify`. */
export interface Key {
  readonly type: KeyType;
  /** `0x` and lowercase hex: 32 bytes, of sr25519 64 (scalar times the cofactor ‖ nonce, as schnorrkel's `to_ed25519_bytes` writes it). */
  readonly secret: string;
  /** `0x` and lowercase hex: 32 bytes, of secp256k1 33 (compressed). */
  readonly public: string;
  /** ed25519: `ed25519:` and hex; secp256k1: EIP-55; sr25519: SS58, prefix 42. */
  readonly address: string;
  /** The derivation path, of a derived key. */
  readonly path?: string;
  readonly origin: KeyOrigin;
}

/**
 * Keys by name, flat beside the version of the format, which is why no key can be named `version`. At least one key is there.
 * What reads an unknown name gets a key or undefined.
 */
export type KeyData<Name extends string = string> = { readonly version: 1 } & { readonly [name in Exclude<Name, 'version'>]?: Key };

/** Key data as a caller has it: put together of others', or spread with a key more. What it holds is checked when it is taken. */
export type KeyDataLike = { readonly version: 1; readonly [name: string]: Key | 1 | undefined };
