import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { RegistryError } from '../../error.ts';
import { randomSecret } from '../../keyring/index.ts';
import { formatSkynetPhrase, takeSkynetPhrase } from '../../keyring/skynet/index.ts';
import type { Bytes } from '../../registry/bytes.ts';
import { formatSkylink, parseSkylink, type ResolverLink } from '../../skylink/index.ts';
import { UsageError } from '../command.ts';
import { createSecretFile, readSecretText, type SecretFile } from '../secret-file.ts';

/** The option that says where the files of a module stand. */
export const FOLDER_OPTION = {
  out: { type: 'string', help: 'the folder of the files that belong to the module: build/, .module-salt, module-skylink (default: the one that this is called in)' },
} as const;

const DEV_SEED: SecretFile = { option: 'build/dev-seed', noun: 'seed file', isSecret: () => false };
const DEV_LINK = 'build/module-skylink-dev';
const SALT = '.module-salt';
const PRODUCTION_LINK = 'module-skylink';
const SEED_BYTES = 16;

/** Where the files stand that a module's links follow of. Names and contents are those of the tools of Skynet's kernel. */
export class ModuleFolder {
  readonly #path: string;

  /** @throws UsageError */
  constructor(path = '.') {
    if (path === '') throw new UsageError('--out must be a folder');
    this.#path = resolve(path);
  }

  /**
   * The seed of developer versions, of this machine alone: made when it is first asked for. 16 bytes; whoever takes them wipes them.
   * @throws RegistryError `INVALID_INPUT`; `FORBIDDEN` if others may read it; `STORAGE`
   */
  async devSeed(): Promise<Bytes> {
    const path = resolve(this.#path, DEV_SEED.option);
    await makeFolderOf(path);
    if ((await textIn(path)) === undefined) await makeDevSeed(path);
    return takeSkynetPhrase((await readSecretText(path, DEV_SEED)).trim(), DEV_SEED.option);
  }

  async keepDevLink(link: ResolverLink): Promise<void> {
    const path = resolve(this.#path, DEV_LINK);
    await kept(path, writeFile(path, formatSkylink(link)));
  }

  /**
   * The link of the production version; undefined if there is none yet.
   * @throws RegistryError `INVALID_INPUT` for a file that holds no such link; `STORAGE`
   */
  async productionLink(): Promise<ResolverLink | undefined> {
    const text = await textIn(resolve(this.#path, PRODUCTION_LINK));
    if (text === undefined) return undefined;
    const link = parseSkylink(text.trim(), PRODUCTION_LINK);
    if (link.version === 2) return link;
    throw new RegistryError('INVALID_INPUT', `${PRODUCTION_LINK} must hold a link of version 2`, { field: PRODUCTION_LINK, hint: 'put the file back as it was committed' });
  }

  async keepProductionLink(link: ResolverLink): Promise<void> {
    await createFile(resolve(this.#path, PRODUCTION_LINK), formatSkylink(link));
  }

  /**
   * What a password is salted with, without the end of its line; undefined if there is none yet.
   * @throws RegistryError `INVALID_INPUT` for a file without any; `STORAGE`
   */
  async salt(): Promise<string | undefined> {
    const salt = (await textIn(resolve(this.#path, SALT)))?.replace(/\r?\n$/, '');
    if (salt === '') throw new RegistryError('INVALID_INPUT', `${SALT} is empty`, { field: SALT, hint: 'put the file back as it was committed' });
    return salt;
  }

  /** It is on the medium when this resolves: without it no password moves the link again. */
  async keepSalt(salt: string): Promise<void> {
    await createFile(resolve(this.#path, SALT), salt);
  }
}

async function makeDevSeed(path: string): Promise<void> {
  try {
    await createSecretFile(path, randomPhrase(), DEV_SEED.option);
  } catch (error) {
    if ((await textIn(path)) === undefined) throw error; // else another build was faster
  }
}

/** Fifteen words of Skynet's dictionary, which hold 128 random bits. */
export function randomPhrase(): string {
  const seed = randomSecret(SEED_BYTES);
  const phrase = formatSkynetPhrase(seed);
  seed.fill(0);
  return phrase;
}

/** Undefined for a file that is not there. */
async function textIn(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new RegistryError('STORAGE', `${path} cannot be read`, { cause, retryable: false, hint: 'see who may read it' });
  }
}

async function createFile(path: string, text: string): Promise<void> {
  await makeFolderOf(path);
  const write = async (): Promise<void> => {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  };
  await kept(path, write());
}

async function makeFolderOf(path: string): Promise<void> {
  await kept(path, mkdir(dirname(path), { recursive: true }));
}

async function kept(path: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    throw new RegistryError('STORAGE', `${path} cannot be written`, { cause, retryable: false, hint: 'see who may write there, and whether the disk is full' });
  }
}
