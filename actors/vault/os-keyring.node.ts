import { RegistryError } from '../../src/error.ts';
import type { OsKeyring } from './os-keyring.ts';
const refuse = async (): Promise<never> => { throw new RegistryError('UNSUPPORTED', 'no'); };
export const osKeyring: OsKeyring = { probe: refuse, load: refuse, store: refuse, remove: refuse };
