import { RegistryError } from '../../src/error.ts';

/**
 * The same calls, none of which tells more than a coded error does: what a library throws may quote what it was given, which may be a secret.
 */
export function discreet<C extends object>(calls: C): C {
  const wrapped = Object.entries(calls as Record<string, (...args: unknown[]) => unknown>).map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await call(...args);
      } catch (error) {
        if (error instanceof RegistryError) throw error;
        throw new RegistryError('UNSUPPORTED', 'the vault could not do this', { hint: 'report it, with what was asked of it but no secret' });
      }
    },
  ]);
  return Object.fromEntries(wrapped) as C;
}
