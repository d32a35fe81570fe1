import { osKeyringMissing, type OsKeyring } from './os-keyring.ts';

const refuse = (): Promise<never> => Promise.reject(osKeyringMissing('A browser has none: unlock with the password.'));

/** A browser gives a page no keyring. */
export const openOsKeyring = (): OsKeyring => ({ probe: refuse, load: refuse, store: refuse, remove: refuse });
