import { unlink } from 'node:fs/promises';
import { hasCode } from '../../error.ts';
import { generateMnemonic, type MnemonicStrength } from '../../keyring/index.ts';
import { command, UsageError } from '../command.ts';
import { withProgress } from '../entry-arguments.ts';
import { passwordsFrom } from '../password.ts';
import { createSecretFile, refuseStanding } from '../secret-file.ts';
import { theTerminal } from '../terminal.ts';
import { VAULT_OPTIONS, withNewVault } from '../vault.ts';
import { keysAsJson, tableOf } from './key-list.ts';
import { handOver } from './mnemonic.ts';

const STRENGTHS: ReadonlyMap<string, MnemonicStrength> = new Map([
  ['12', 128],
  ['15', 160],
  ['18', 192],
  ['21', 224],
  ['24', 256],
]);

/** Whether it was told before anything was stored. */
const isRefusal = (error: unknown): boolean => hasCode(error, 'INVALID_INPUT', 'CONFLICT', 'FORBIDDEN') || (hasCode(error, 'STORAGE') && !error.retryable);

/** `secure-registry keyring new`: a mnemonic for its user, and a vault with the keys that follow of it. */
export const newCommand = command({
  summary: 'make a new keyring in a vault, and show its mnemonic once',
  usage: '[--vault DIR] [--words N] [--mnemonic-file FILE] [--password-file FILE] [--json]',
  positionals: [0, 0],
  options: {
    ...VAULT_OPTIONS,
    words: { type: 'string', help: 'how many words the mnemonic has: 12, 15, 18, 21 or 24 (default 12)' },
    'mnemonic-file': { type: 'string', help: 'for scripts: write the mnemonic to this new file, readable by nobody else, and neither show it nor ask for its words' },
    json: { type: 'boolean', help: 'JSON in place of a table' },
  },
  async run({ vault: place, words = '12', 'mnemonic-file': file, 'password-file': passwordFile, json = false }) {
    const strength = STRENGTHS.get(words);
    if (strength === undefined) throw new UsageError('--words must be 12, 15, 18, 21 or 24');
    const terminal = theTerminal();
    if (file === undefined && terminal === undefined) throw new UsageError('no terminal is there to show the mnemonic on; --mnemonic-file writes it to a new file');
    const passwords = passwordsFrom(passwordFile);
    const prepare = async () => {
      if (file !== undefined) await refuseStanding(file, '--mnemonic-file');
      const mnemonic = generateMnemonic(strength);
      if (file === undefined && terminal !== undefined) await handOver(mnemonic, terminal);
      return { mnemonic, password: await passwords.chosen() };
    };
    return withNewVault(place, { isReplacing: false, prepare }, async ({ vault, folder }, { mnemonic, password }) => {
      // Before the vault: none may stand whose mnemonic nobody has.
      if (file !== undefined) await createSecretFile(file, `${mnemonic}\n`, '--mnemonic-file');
      const keys = await withProgress('making the vault', vault.create({ password, mnemonic })).catch(async (error: unknown) => {
        // There is surely no vault of it. After anything else there might be.
        if (file !== undefined && isRefusal(error)) await unlink(file);
        throw error;
      });
      console.log(json ? keysAsJson(folder, keys) : `a new keyring is in the vault in ${folder}\n\n${tableOf(keys)}`);
      return 0;
    });
  },
});
