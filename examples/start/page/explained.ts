import { RegistryError } from 'secure-registry';

/** @param error what a call of the frame rejected with */
export const explained = (error: unknown): string => (error instanceof RegistryError ? `${error.code}: ${error.message}${error.hint === undefined ? '' : `; ${error.hint}`}.` : String(error));
