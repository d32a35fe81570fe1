export { stretch, stretchInScript } from './argon2.ts';
export { decodeVault, openPayload, sealVault, unwrapDataKey, type VaultContents } from './envelope.ts';
export { vaultDamaged } from './damage.ts';
export { KDF_BOUNDS, KEK_BYTES, takeKdfRequest } from './kdf.ts';
export type { Kdf, KdfParameters, KdfRequest } from './kdf.ts';
export { needsUpgrade, type NewMethod, type VaultMethod } from './method.ts';
export { MAX_PAYLOAD_BYTES } from './padding.ts';
export { MAX_GENERATION, MAX_VAULT_BYTES, type VaultEnvelope } from './text.ts';
