import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generateMnemonic } from '../../src/keyring/index.ts';
import { openVault, type OwnVault } from '../../src/runtime.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { Workers } from './fixture/runtime.ts';

const PASSWORD = 'correct horse battery staple';

describe('given a vault in a file', () => {
  it.each([
    { what: 'damaged', spoil: (file: string) => writeFile(file, 'not a vault') },
    { what: 'lost', spoil: (file: string) => rm(file) },
  ])('when that is $what, then its mnemonic recovers it in its place, where that is said', async ({ spoil }) => {
    const path = await mkdtemp(join(tmpdir(), 'vault-file-'));
    onTestFinished(() => rm(path, { recursive: true, force: true }));
    const { factory } = await Workers.load();
    const opened = async (): Promise<OwnVault> => {
      const vault = await openVault({ storage: { path }, workers: factory, policy: { vaultMemory: 19_456, vaultPasses: 2 } });
      onTestFinished(() => vault.close());
      return vault;
    };
    const mnemonic = generateMnemonic();
    const before = await opened();
    const made = await before.create({ mnemonic, password: PASSWORD });
    await before.close();
    await spoil(join(path, 'vault'));

    const vault = await opened();
    expect(await codeOf(vault.unlock({ password: PASSWORD }))).toBe('STORAGE');
    expect(await codeOf(vault.recover({ mnemonic, password: PASSWORD }))).toBe('STORAGE');
    const recovered = await vault.recover({ mnemonic, password: PASSWORD, replace: true });
    expect(recovered.map(({ address }) => address).slice(0, 2)).toEqual(made.map(({ address }) => address).slice(0, 2));
    await vault.lock();
    expect(await vault.unlock({ password: PASSWORD })).toEqual(recovered);
  });
});
