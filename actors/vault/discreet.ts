import { RegistryError } from '../../src/error.ts';
import { checkRealm } from './realm.ts';

/**
 * The same calls, none of which tells more than a coded error does: what a library throws may quote what it was given, which may be a secret.
 * None is begun in a realm that is not sound, but those that must always work.
 */
export function discreet<C extends object>(calls: C, always: readonly (keyof C)[] = []): C {
  const wrapped = Object.entries(calls as Record<string, (...args: unknown[]) => unknown>).map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      try {
        if (!(always as readonly string[]).includes(name)) checkRealm();
        return await call(...args);
      } catch (error) {
        if (error instanceof RegistryError) throw error;
        throw new RegistryError('UNSUPPORTED', 'the vault could not do this', { hint: 'report it, with what was asked of it but no secret' });
      }
    },
  ]);
  return Object.fromEntries(wrapped) as C;
}
