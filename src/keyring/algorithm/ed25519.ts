import { bytesToHex } from '@noble/hashes/utils.js';
import { publicKeyOfSeed, signWithSeed, Verdict } from '../../registry/index.ts';
import { randomSecret } from '../random.ts';
import type { Algorithm } from './algorithm.ts';

const verdict = /* @__PURE__ */ new Verdict();

/** ed25519 (RFC 8032), verified by the rule that entries are verified by. The address is Sia's: `ed25519:` and hex. */
export const ed25519: Algorithm = {
  secretBytes: 32,
  publicBytes: 32,
  generate: () => randomSecret(32),
  publicKeyOf: publicKeyOfSeed,
  addressOf: (publicKey) => `ed25519:${bytesToHex(publicKey)}`,
  signFrame: signWithSeed,
  verifyFrame: (signature, frame, publicKey) => verdict.verifyAtOnce(signature, frame, publicKey),
};
