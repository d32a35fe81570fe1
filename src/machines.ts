/** The statecharts of the actors, as pure configuration with named implementations, and what draws them. */
export { entriesMachine, type EntriesContext, type EntriesEvent, type PublicEntriesEvent } from '../machines/entries.ts';
export { entryMachine, type EntryContext, type EntryEvent, type EntryInput, type FloorKind } from '../machines/entry.ts';
export { connectionMachine, type ConnectionEvent, type ConnectionInput, type ConnectionNews, type ConnectionTimes, type SocketCommand } from '../machines/connection.ts';
export { consentMachine, type ConsentAnswer, type ConsentEmitted, type ConsentEvent, type ConsentInput } from '../machines/consent.ts';
export { portalMachine, type ConnectionRecord, type Offence, type PortalContext, type PortalEvent, type PortalInput, type PortalRecord, type PortalTimes, type PublicPortalEvent } from '../machines/portal.ts';
export { queryMachine, type QueryContext, type QueryEmitted, type QueryEvent, type QueryInput, type QueryKind } from '../machines/query.ts';
export { vaultMachine, type PublicVaultEvent, type VaultContext, type VaultEmitted, type VaultEvent, type VaultStanding, type WorkCommand } from '../machines/vault.ts';
export { verifierMachine, type VerifierContext, type VerifierEmitted, type VerifierEvent, type VerifierTally } from '../machines/verifier.ts';
export { toMermaid } from './inspect/mermaid.ts';
export { toStately } from './inspect/stately.ts';
