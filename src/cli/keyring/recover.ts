import { command, UsageError } from '../command.ts';
import { withProgress } from '../entry-arguments.ts';
import { passwordsFrom, readPassphrase } from '../password.ts';
import { theTerminal } from '../terminal.ts';
import { VAULT_OPTIONS, withNewVault } from '../vault.ts';
import { keysAsJson, tableOf } from './key-list.ts';
import { askMnemonic, readMnemonicFile } from './mnemonic.ts';

/** `secure-registry keyring recover`: a vault with the keys of a mnemonic, and a new key of this device. */
export const recoverCommand = command({
  summary: 'bring a keyring back from its mnemonic, into a new vault',
  usage: '[--vault DIR] [--mnemonic-file FILE] [--passphrase-file FILE] [--password-file FILE] [--replace] [--json]',
  positionals: [0, 0],
  options: {
    ...VAULT_OPTIONS,
    'mnemonic-file': { type: 'string', help: 'a file that holds the mnemonic, readable by nobody else (default: the terminal is asked)' },
    'passphrase-file': { type: 'string', help: 'a file whose first line is the BIP-39 passphrase of the mnemonic: another one gives other keys (default: none)' },
    replace: { type: 'boolean', help: 'put it in the place of a vault whose password is lost, or that is damaged or gone itself; that one, and its device key, are gone then' },
    json: { type: 'boolean', help: 'JSON in place of a table' },
  },
  async run({ vault: place, 'mnemonic-file': file, 'passphrase-file': passphraseFile, 'password-file': passwordFile, replace = false, json = false }) {
    const terminal = theTerminal();
    if (file === undefined && terminal === undefined) throw new UsageError('no terminal is there to ask for the mnemonic; --mnemonic-file names a file that holds it');
    const passwords = passwordsFrom(passwordFile);
    const prepare = async () => {
      const passphrase = await readPassphrase(passphraseFile);
      const mnemonic = file === undefined ? terminal && (await askMnemonic(terminal)) : await readMnemonicFile(file);
      return { mnemonic: mnemonic ?? '', password: await passwords.chosen(), ...(passphrase === undefined ? {} : { passphrase }) };
    };
    return withNewVault(place, { isReplacing: replace, prepare }, async ({ vault, folder }, recovery) => {
      const keys = await withProgress('making the vault', vault.recover({ ...recovery, replace }));
      console.log(json ? keysAsJson(folder, keys) : `the keyring is back, in the vault in ${folder}; the key "device" is a new one, made for this device\n\n${tableOf(keys)}`);
      return 0;
    });
  },
});
