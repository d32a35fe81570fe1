import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generateMnemonic } from '../../src/keyring/index.ts';
import { openVault, type OwnVault } from '../../src/runtime.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { Workers } from './fixture/runtime.ts';

const PASSWORD = 'correct horse battery staple';

/** A folder for the running test, and what opens the vault in it. */
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'vault-file-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  const { factory } = await Workers.load();
  const open = async (): Promise<OwnVault> => {
    const vault = await openVault({ storage: { path }, workers: factory, policy: { vaultMemory: 19_456, vaultPasses: 2 } });
    onTestFinished(() => vault.close());
    return vault;
  };
  return { file: join(path, 'vault'), open };
}

describe('given a vault in a file', () => {
  it('when an older one is put back, then it is opened by who says so and has its password, and by nobody else', async () => {
    const { file, open } = await folder();
    const vault = await open();
    await vault.create({ mnemonic: generateMnemonic(), password: 'old' });
    const older = await readFile(file);
    await vault.changePassword({ password: 'old', newPassword: 'new' });
    await vault.lock();
    await writeFile(file, older);
    expect(await codeOf(vault.unlock({ password: 'old' }))).toBe('STORAGE');
    expect(await codeOf(vault.unlock({ password: 'a guess', acceptOlder: true }))).toBe('WRONG_PASSWORD');
    expect(await codeOf(vault.unlock({ password: 'old' })), 'who said so had no password').toBe('STORAGE');
    await vault.unlock({ password: 'old', acceptOlder: true });
    await vault.lock();
    await vault.unlock({ password: 'old' });
  });

  it('when it was removed by hand, then another is made once that is accepted', async () => {
    const { file, open } = await folder();
    const vault = await open();
    await vault.create({ mnemonic: generateMnemonic(), password: PASSWORD });
    await vault.lock();
    await rm(file);
    expect(await codeOf(vault.create({ mnemonic: generateMnemonic(), password: PASSWORD }))).toBe('STORAGE');
    expect(await codeOf(vault.unlock({ password: PASSWORD, acceptOlder: true }))).toBe('STORAGE');
    expect(await vault.create({ mnemonic: generateMnemonic(), password: PASSWORD })).toHaveLength(3);
  });

  it('when one is put there that nobody opened, then the true one is no older for it', async () => {
    const { file, open } = await folder();
    const vault = await open();
    await vault.create({ mnemonic: generateMnemonic(), password: PASSWORD });
    await vault.lock();
    const own = await readFile(file);
    const forger = await folder();
    const forged = await forger.open();
    await forged.create({ mnemonic: generateMnemonic(), password: 'a stranger' });
    for (const newPassword of ['one', 'two']) await forged.changePassword({ password: newPassword === 'one' ? 'a stranger' : 'one', newPassword });
    await writeFile(file, await readFile(forger.file));
    expect(await codeOf(vault.unlock({ password: PASSWORD }))).toMatch(/WRONG_PASSWORD|STORAGE/);
    await writeFile(file, own);
    await vault.unlock({ password: PASSWORD });
  });

  it.each([
    { what: 'damaged', spoil: (file: string) => writeFile(file, 'not a vault') },
    { what: 'lost', spoil: (file: string) => rm(file) },
  ])('when that is $what, then its mnemonic recovers it in its place, where that is said', async ({ spoil }) => {
    const { file, open } = await folder();
    const mnemonic = generateMnemonic();
    const before = await open();
    const made = await before.create({ mnemonic, password: PASSWORD });
    await before.close();
    await spoil(file);

    const vault = await open();
    expect(await codeOf(vault.unlock({ password: PASSWORD }))).toBe('STORAGE');
    expect(await codeOf(vault.recover({ mnemonic, password: PASSWORD }))).toBe('STORAGE');
    const recovered = await vault.recover({ mnemonic, password: PASSWORD, replace: true });
    expect(recovered.map(({ address }) => address).slice(0, 2)).toEqual(made.map(({ address }) => address).slice(0, 2));
    await vault.lock();
    expect(await vault.unlock({ password: PASSWORD })).toEqual(recovered);
  });
});
