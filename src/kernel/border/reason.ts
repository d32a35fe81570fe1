import { RegistryError, type ErrorCode } from '../../error.ts';

/** How the original methods begin what they say of a failure; a method that is not here says nothing before its code. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['readEntry', 'unable to read registry entry\n'],
  ['writeEntry', 'unable to write registry entry: '],
]);

/** A reason as the callers of a method are told it: `CODE: message`. */
export const phrase = (method: string, code: ErrorCode, message: string): string => `${PREFIXES.get(method) ?? ''}${code}: ${message}`;

/**
 * Why a query has no answer, whatever was thrown. What is no error of ours is not quoted: nobody knows what it holds. Never throws.
 * @param unexpected the code of an error that has none
 */
export function reasonOf(method: string, error: unknown, unexpected: ErrorCode = 'WORKER_GONE'): string {
  try {
    if (error instanceof RegistryError) return phrase(method, error.code, error.message);
  } catch {
    // Getters of its own, or a proxy.
  }
  return phrase(method, unexpected, 'what was to answer this failed');
}
