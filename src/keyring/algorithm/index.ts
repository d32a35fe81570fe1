import type { KeyType } from '../key-data.ts';
import type { Algorithm } from './algorithm.ts';
import { ed25519 } from './ed25519.ts';
import { secp256k1 } from './secp256k1.ts';
import { sr25519 } from './sr25519.ts';

export type { Algorithm } from './algorithm.ts';

const ALGORITHMS: Readonly<Record<KeyType, Algorithm>> = { ed25519, secp256k1, sr25519 };

export const algorithmOf = (type: KeyType): Algorithm => ALGORITHMS[type];

export const KEY_TYPES: readonly KeyType[] = Object.freeze(['ed25519', 'secp256k1', 'sr25519'] as const);

export const isKeyType = (value: unknown): value is KeyType => (KEY_TYPES as readonly unknown[]).includes(value);
