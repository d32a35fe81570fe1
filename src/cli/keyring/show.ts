import { command } from '../command.ts';
import { withProgress } from '../entry-arguments.ts';
import { passwordsFrom } from '../password.ts';
import { VAULT_OPTIONS, withVault } from '../vault.ts';
import { keysAsJson, tableOf } from './key-list.ts';

/** `secure-registry keyring show`: all that is public of the keys in a vault. */
export const showCommand = command({
  summary: 'list the keys in a vault, without their secrets',
  usage: '[--vault DIR] [--password-file FILE] [--accept-older] [--json]',
  positionals: [0, 0],
  options: {
    ...VAULT_OPTIONS,
    'accept-older': { type: 'boolean', help: 'take a vault for good that is older than the one that stood there: you have put it back from a copy yourself; or that none is there any more' },
    json: { type: 'boolean', help: 'JSON in place of a table' },
  },
  async run({ vault: place, 'password-file': passwordFile, 'accept-older': acceptOlder = false, json = false }) {
    const passwords = passwordsFrom(passwordFile);
    return withVault(
      place,
      async ({ vault, folder }) => {
        const password = await passwords.known();
        const keys = await withProgress('unlocking', vault.unlock({ password, acceptOlder }));
        console.log(json ? keysAsJson(folder, keys) : tableOf(keys));
        return 0;
      },
      { acceptOlder },
    );
  },
});
