import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVaultPlace } from '#vault-place';
import { decodeVault } from '../../../src/keyring/vault/index.ts';
import { MemoryStorage } from '../../../src/storage/memory.ts';
import { vaultOf, vaultPlaceConformance } from '../../../src/storage/vault/conformance.ts';

const base = await mkdtemp(join(tmpdir(), 'vault-'));
afterAll(() => rm(base, { recursive: true }));

/** Bundles go beside the sources, where `lmdb` is found. */
const bundles = join(import.meta.dirname, '.bundles');
const child = join(bundles, 'replace.child.mjs');
beforeAll(() =>
  build({
    entryPoints: [join(import.meta.dirname, 'replace.child.ts')],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['lmdb'],
  }),
);
afterAll(() => rm(bundles, { recursive: true, force: true }));

let count = 0;
const fresh = (): string => join(base, `place ${++count}`);

describe('the contract of a place for a vault, kept by a directory', () => {
  it.each(vaultPlaceConformance)('$name', async ({ run }) => {
    const path = fresh();
    await expect(run(async () => (await openVaultPlace({ path })).place)).resolves.toBeUndefined();
  });
});

describe('openVaultPlace on Node', () => {
  it('P6: given a path, then keeps the vault in a file of that directory, for this user alone, and nothing else is left there', async () => {
    const path = fresh();
    const { place, close } = await openVaultPlace({ path });
    const vault = vaultOf(1n);
    await place.replace(undefined, vault);
    expect(place.durable).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect((await stat(join(path, 'vault'))).mode & 0o777).toBe(0o600);
    expect(new Uint8Array(await readFile(join(path, 'vault')))).toEqual(vault);
    await place.replace(1n, vaultOf(2n));
    expect((await stat(join(path, 'vault'))).mode & 0o777).toBe(0o600);
    expect((await readdir(path)).filter((name) => !name.endsWith('.mdb'))).toEqual(['vault']);
    await close();
  });

  it('given a path, when the process starts anew, then the vault and the attempts are as they were', async () => {
    const path = fresh();
    const first = await openVaultPlace({ path });
    const vault = vaultOf(1n);
    await first.place.replace(undefined, vault);
    for (let i = 0; i < 2; i++) expect(await first.ledger.begin('')).toBe(0);
    await first.close();
    const second = await openVaultPlace({ path });
    expect(await second.place.load()).toEqual(vault);
    expect(await second.ledger.begin('')).toBeGreaterThan(0);
    await second.close();
  });

  it('given `memory`, or nothing, then is durable nowhere; given a storage, then keeps the vault there', async () => {
    for (const option of ['memory', undefined] as const) {
      const { place, ledger, close } = await openVaultPlace(option);
      await place.replace(undefined, vaultOf(1n));
      expect([place.durable, await place.generation(), await ledger.begin('')]).toEqual([false, 1n, 0]);
      await close();
    }
    const storage = new MemoryStorage({ durable: true });
    const first = await openVaultPlace('persistent', storage);
    await first.place.replace(undefined, vaultOf(1n));
    await first.close();
    const second = await openVaultPlace('memory', storage);
    expect([second.place.durable, await second.place.generation()]).toEqual([true, 1n]);
  });

  it('given `persistent`, then is in the state directory of the user', async () => {
    const before = process.env['XDG_STATE_HOME'];
    process.env['XDG_STATE_HOME'] = fresh();
    try {
      const { place, close } = await openVaultPlace('persistent');
      await place.replace(undefined, vaultOf(1n));
      expect(await readdir(join(process.env['XDG_STATE_HOME'], 'secure-registry'))).toContain('vault');
      await close();
    } finally {
      if (before === undefined) delete process.env['XDG_STATE_HOME'];
      else process.env['XDG_STATE_HOME'] = before;
    }
  });
});

describe('threat 19: given a file that is not safe', () => {
  it.each<[string, (file: string) => Promise<unknown>]>([
    ['a link to a vault', async (file) => {
      await rename(file, `${file}.elsewhere`);
      await symlink(`${file}.elsewhere`, file);
    }],
    ['a link to nothing', async (file) => {
      await rm(file);
      await symlink('/nowhere', file);
    }],
    ['a directory', async (file) => {
      await rm(file);
      await mkdir(file);
    }],
    ['a pipe', async (file) => {
      await rm(file);
      execFileSync('mkfifo', ['-m', '600', file]);
    }],
    ['a file that its group may read', (file) => chmod(file, 0o640)],
    ['a file that everybody may write', (file) => chmod(file, 0o602)],
  ])('P6: when it is %s, then it is FORBIDDEN with a hint, and nothing is changed', async (_, spoil) => {
    const path = fresh();
    const { place, close } = await openVaultPlace({ path });
    await place.replace(undefined, vaultOf(1n));
    await spoil(join(path, 'vault'));
    const before = await listing(path);
    for (const call of [() => place.load(), () => place.load({ acceptOlder: true }), () => place.replace(1n, vaultOf(2n)), () => place.replace(undefined, vaultOf(2n)), () => place.remove(1n), () => place.generation()]) {
      await expect(call()).rejects.toMatchObject({ code: 'FORBIDDEN', hint: expect.stringContaining(path) as string });
    }
    expect(await listing(path)).toEqual(before);
    await close();
  });

  it('P6: when a link waits where the next vault is written, then the link is removed, and what it names is not touched', async () => {
    const path = fresh();
    const victim = `${path} victim`;
    await writeFile(victim, 'precious');
    const { place, close } = await openVaultPlace({ path });
    await place.replace(undefined, vaultOf(1n));
    for (const name of ['vault.new', 'vault.old']) await symlink(victim, join(path, name));
    await place.replace(1n, vaultOf(2n));
    expect([await readFile(victim, 'utf8'), await place.generation()]).toEqual(['precious', 2n]);
    expect((await stat(join(path, 'vault'))).isFile()).toBe(true);
    await close();
  });

  it('when the file is larger than a vault can be, then it is damaged, and not read to its end', async () => {
    const path = fresh();
    const { place, close } = await openVaultPlace({ path });
    await writeFile(join(path, 'vault'), new Uint8Array(50_000_000), { mode: 0o600 });
    await expect(place.load()).rejects.toMatchObject({ code: 'STORAGE', message: 'the vault is damaged' });
    await close();
  });

  it('P3: when the directory takes no new files, then it is STORAGE, and the old vault stays', async () => {
    const path = fresh();
    const { place, close } = await openVaultPlace({ path });
    const vault = vaultOf(1n);
    await place.replace(undefined, vault);
    await mkdir(join(path, 'vault.new')); // which no file can be put in the place of, be it by root
    await expect(place.replace(1n, vaultOf(2n))).rejects.toMatchObject({ code: 'STORAGE', hint: expect.any(String) as string });
    expect(await place.load()).toEqual(vault);
    await close();
  });
});

describe('threat 17: given other processes', () => {
  it('P4: when three replace one vault at once, 50 times each, then no replacement is lost', async () => {
    const path = fresh();
    const exits = [1, 2, 3].map(() => once(spawn(process.execPath, [child, path, '50'], { stdio: 'inherit' }), 'exit'));
    expect(await Promise.all(exits)).toEqual([[0, null], [0, null], [0, null]]);
    const { place, close } = await openVaultPlace({ path });
    expect(await place.generation()).toBe(150n);
    expect(decodeVault((await place.load()) ?? new Uint8Array()).generation).toBe(150n);
    await close();
  });

  it.each([1, 7, 23, 40])('P1, P2: when one is killed with -9 after %i replacements, then a whole vault is there, none older than what it acknowledged, and it can be replaced', async (lines) => {
    const path = fresh();
    const process_ = spawn(process.execPath, [child, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let acknowledged = 0n;
    let seen = 0;
    for await (const line of createInterface(process_.stdout)) {
      acknowledged = BigInt(line);
      if (++seen === lines) process_.kill('SIGKILL'); // what it had written to the pipe by then still counts
    }
    const { place, close } = await openVaultPlace({ path });
    const { generation } = decodeVault((await place.load()) ?? new Uint8Array());
    expect(generation).toBeGreaterThanOrEqual(acknowledged);
    expect(generation).toBeLessThanOrEqual(acknowledged + 1n);
    await place.replace(generation, vaultOf(generation + 1n));
    expect((await readdir(path)).filter((name) => !name.endsWith('.mdb'))).toEqual(['vault']);
    await close();
  });
});

/** What is in a directory, of what kind, and how large; but the storage, whose every transaction may touch its files. */
async function listing(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return Promise.all(
    entries
      .filter(({ name }) => !name.endsWith('.mdb'))
      .map(async (entry) => `${entry.name} ${entry.isFile()} ${entry.isSymbolicLink()} ${entry.isFile() ? (await readFile(join(path, entry.name))).toString('base64') : ''}`),
  );
}
