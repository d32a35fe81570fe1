/** How a key signs: ed25519 (RFC 8032), secp256k1 (ECDSA), sr25519 (schnorrkel, signing context `substrate`). */
export type KeyType = 'ed25519' | 'secp256k1' | 'sr25519';

/** Where a key comes from: derived from a mnemonic or seed, brought along by hand, or made at random on this device. */
export type KeyOrigin = 'derived' | 'imported' | 'device';

/** One key with its secret, ready for `JSON.stringify`. */
export interface Key {
  readonly type: KeyType;
  /** `0x` and lowercase hex: 32 bytes, of sr25519 64 (scalar ‖ nonce, as schnorrkel writes it). */
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
