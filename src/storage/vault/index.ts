export { OWNER } from './attempts.ts';
export type { OpenedVaultPlace } from './opened.ts';
