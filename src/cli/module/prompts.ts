import { RegistryError } from '../../error.ts';
import type { PasswordPrompts } from '../password.ts';

const PASSWORD = 'Password: ';

/** What is said where a module is deployed for the first time. */
export const NEW_MODULE = [
  '',
  'No production entry found for module. Creating new production module...',
  'If someone can guess the password, they can push arbitrary changes to your module.',
  'Please use a secure password.',
  '',
] as const;

/** How the password of a module is asked for: in the words of the tools of Skynet's kernel. */
export const DEPLOYMENT_PROMPTS: PasswordPrompts = {
  known: (terminal) => terminal.ask(PASSWORD),
  async chosen(terminal) {
    const password = await terminal.ask(PASSWORD);
    if (password === '') throw new RegistryError('INVALID_INPUT', 'a password has at least one character', { hint: 'start again' });
    for (const line of NEW_MODULE) terminal.say(line);
    if ((await terminal.ask('Confirm Password: ')) === password) return password;
    throw new RegistryError('INVALID_INPUT', 'passwords do not match', { hint: 'start again' });
  },
};
