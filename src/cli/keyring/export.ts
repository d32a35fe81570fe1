import { command, UsageError } from '../command.ts';
import { withProgress } from '../entry-arguments.ts';
import { passwordsFrom } from '../password.ts';
import { createSecretFile, refuseStanding } from '../secret-file.ts';
import { VAULT_OPTIONS, withVault } from '../vault.ts';

/** `secure-registry keyring export`: the key data in a vault, secrets and all. */
export const exportCommand = command({
  summary: 'write the keys in a vault, with their secrets, not encrypted',
  usage: '--out FILE [--vault DIR] [--password-file FILE]',
  positionals: [0, 0],
  options: {
    ...VAULT_OPTIONS,
    out: { type: 'string', help: 'a new file, readable by nobody else; - for standard output, to a pipe that encrypts them, never to a terminal' },
  },
  async run({ vault: place, 'password-file': passwordFile, out }) {
    if (out === undefined || out === '') throw new UsageError('--out is missing: say where the keys go');
    if (out === '-' && process.stdout.isTTY) throw new UsageError('--out - writes to a pipe: secrets do not belong on a terminal');
    const passwords = passwordsFrom(passwordFile);
    return withVault(place, async ({ vault, folder }) => {
      if (out !== '-') await refuseStanding(out, '--out');
      const password = await passwords.known();
      const keyData = await withProgress('unlocking', vault.exportKeyData({ password }));
      const text = `${JSON.stringify(keyData, undefined, 2)}\n`;
      if (out === '-') process.stdout.write(text);
      else await createSecretFile(out, text, '--out');
      console.error('the secrets of all keys are in it, not encrypted: whoever reads it has the keys');
      if (out !== '-') console.log(`wrote the keys of the vault in ${folder} to ${out}`);
      return 0;
    });
  },
});
