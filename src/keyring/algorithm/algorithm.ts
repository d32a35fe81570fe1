import type { Bytes } from '../../registry/bytes.ts';

/** What keys of one type can do, on bytes whose lengths were checked. */
export interface Algorithm {
  /** How long a secret and a public key are. */
  readonly secretBytes: number;
  readonly publicBytes: number;

  /** A fresh secret. @throws RegistryError `UNSUPPORTED` */
  generate(): Bytes;

  /** Undefined for what is no secret of this type. */
  publicKeyOf(secret: Bytes): Bytes | undefined;

  /** How people write the public key. */
  addressOf(publicKey: Bytes): string;

  /** Signs a framed message: 64 bytes. */
  signFrame(frame: Bytes, secret: Bytes): Bytes;

  /** Whether 64 bytes are a signature of a framed message. Nothing throws. */
  verifyFrame(signature: Bytes, frame: Bytes, publicKey: Bytes): boolean;

  /** Signs what Substrate's chains sign of an extrinsic, at most 256 bytes; not with ed25519, whose keys sign entries. */
  readonly signPayload?: (payload: Bytes, secret: Bytes) => Bytes;
}
