export { RegistryError, fromWire, toWire, type ErrorCode, type RegistryErrorDetails, type WireError } from './error.ts';
export { DELETED_DATA } from './registry/deletion.ts';
export { MAX_DATA_BYTES, MAX_REVISION } from './registry/entry.ts';
export type { EntryKey, EntryType, SignedEntry, UnsignedEntry } from './registry/entry.ts';
export { entryId, hashDatakey, hashEntry, workHash } from './registry/hash.ts';
export { resolverLink } from './registry/link.ts';
export { compareEntries } from './registry/order.ts';
export { verifyProof, type Proof } from './registry/proof.ts';
export { signEntry, type EntrySigner } from './registry/sign.ts';
export { verifyEntry } from './registry/verify.ts';
export type { Incident, Observation } from './incident.ts';
export { DEFAULT_POLICY, type Policy } from './policy.ts';
export { createRuntime, openVault } from './runtime.ts';
export { grantedVault, type GrantedVault } from './runtime/granted-vault.ts';
export { valuesOf, type ValuesOptions } from './runtime/values.ts';
export type {
  Contents,
  EntryToSign,
  EphemeralOption,
  Grant,
  GrantPurpose,
  Import,
  OlderOption,
  PublicKey,
  Recovery,
  SignatureOf,
  SigningPurpose,
  SignRequest,
  Unlocking,
} from '../actors/vault/service.ts';
export type {
  AbsentResult,
  ActorHandle,
  ActorHandles,
  ActorHost,
  ActorName,
  ConnectionFailure,
  EntryHandle,
  EntryUpdate,
  FoundResult,
  Offence,
  OwnVault,
  PortalView,
  ReadOptions,
  ReadResult,
  Runtime,
  RuntimeOptions,
  StorageOption,
  UpdatedData,
  UpdateOptions,
  UpdateRequest,
  VaultCallOptions,
  VaultHandle,
  VaultOptions,
  VaultState,
  WatchOptions,
  WriteOptions,
  WriteResult,
} from './runtime.ts';
