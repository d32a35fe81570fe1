export { AttemptLedger, OWNER } from './attempts.ts';
export type { OpenedVaultPlace } from './opened.ts';
export { askForPersistence } from './persistence.ts';
export type { VaultPlace } from './place.ts';
