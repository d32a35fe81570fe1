import { hexToBytes } from '@noble/hashes/utils.js';
import type { NativeEngine } from './engine.ts';

interface Probe {
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
  readonly valid: boolean;
}

/**
 * What a native engine must answer before it is trusted: the cases in which engines differ and which are not contested points, from
 * RFC 8032 section 7.1 and from the twelve of Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs" (numbers in brackets).
 */
const PROBES: readonly Probe[] = [
  // An honest signature (RFC 8032, test 2).
  {
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature: '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    valid: true,
  },
  // The same of another message.
  {
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '73',
    signature: '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    valid: false,
  },
  // A and R of mixed order that satisfy the equation without the cofactor [3].
  {
    publicKey: 'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    message: '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    signature: '9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009',
    valid: true,
  },
  // A and R of mixed order that satisfy it only with the cofactor [4].
  {
    publicKey: 'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    message: 'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    signature: '160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09',
    valid: false,
  },
  // The same, by an order of multiplying the cofactor that hides it [5].
  {
    publicKey: 'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    message: 'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    signature: '21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405',
    valid: false,
  },
  // S above L [6].
  {
    publicKey: '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623',
    message: '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    signature: 'e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514',
    valid: false,
  },
  // S far above L [7].
  {
    publicKey: '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623',
    message: '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    signature: '8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa19427e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22',
    valid: false,
  },
];

type Answer = boolean | Promise<boolean>;

const ask = (engine: NativeEngine, probe: Probe): Answer =>
  engine.verify(hexToBytes(probe.signature), hexToBytes(probe.message), hexToBytes(probe.publicKey));

/** Whether the engine follows the rule of the reference. One that throws, or that differs in a single probe, does not. */
export async function passesProbes(engine: NativeEngine): Promise<boolean> {
  try {
    const answers = await Promise.all(PROBES.map(async (probe) => ask(engine, probe)));
    return PROBES.every((probe, i) => answers[i] === probe.valid);
  } catch {
    return false;
  }
}

/** {@link passesProbes} for an engine that answers at once; one that answers later does not pass. */
export function passesProbesAtOnce(engine: NativeEngine): boolean {
  try {
    return PROBES.every((probe) => ask(engine, probe) === probe.valid);
  } catch {
    return false;
  }
}
