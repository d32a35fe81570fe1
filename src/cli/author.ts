import { signEntry, type SignedEntry, type UnsignedEntry } from '../registry/index.ts';
import { UsageError } from './command.ts';
import { withProgress } from './entry-arguments.ts';
import { readKeyFile } from './key-file.ts';
import { passwordsFrom } from './password.ts';
import { VAULT_OPTIONS, withVault } from './vault.ts';

/** Options of what signs an entry: a key of a vault, or one from a file. */
export const AUTHOR_OPTIONS = {
  key: { type: 'string', help: 'the name of the key in a vault that signs: developer, device, …' },
  ...VAULT_OPTIONS,
  'key-file': { type: 'string', help: 'in place of a vault, a file with the 32-byte seed of the key as 64 hex digits, readable by nobody else' },
} as const;

/** A key while it is at hand. */
export interface Author {
  /** 32 bytes. */
  readonly pubkey: Uint8Array;
  readonly sign: (entry: UnsignedEntry) => Promise<SignedEntry>;
}

/** Gets hold of a key, gives it to `use`, and puts it away whatever happens. */
export type WithAuthor = <T>(use: (author: Author) => Promise<T>) => Promise<T>;

interface AuthorArguments {
  readonly key?: string | undefined;
  readonly vault?: string | undefined;
  readonly 'password-file'?: string | undefined;
  readonly 'key-file'?: string | undefined;
}

/** @throws UsageError */
export function authorFrom({ key, vault, 'password-file': passwordFile, 'key-file': keyFile }: AuthorArguments): WithAuthor {
  const isOfVault = (key ?? vault ?? passwordFile) !== undefined;
  if (keyFile !== undefined) {
    if (isOfVault) throw new UsageError('say who signs: --key of a vault, or --key-file, not both');
    return (use) => withKeyFile(keyFile, use);
  }
  if (key === undefined) throw new UsageError(isOfVault ? '--key is missing: the name of the key that signs' : 'say who signs: --key of a vault, or --key-file');
  const passwords = passwordsFrom(passwordFile);
  return (use) =>
    withVault(vault, async ({ vault: opened }) => {
      const password = await passwords.known();
      await withProgress('unlocking', opened.unlock({ password }));
      const signer = opened.signer(key);
      return use({ pubkey: signer.publicKey, sign: (entry) => signer.signEntry(entry) });
    });
}

async function withKeyFile<T>(path: string, use: (author: Author) => Promise<T>): Promise<T> {
  const secretKey = await readKeyFile(path);
  try {
    return await use({ pubkey: secretKey.slice(32), sign: async (entry) => signEntry(entry, secretKey) });
  } finally {
    secretKey.fill(0);
  }
}
