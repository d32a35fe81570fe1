import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { ERROR_CODES } from '../../src/error.ts';
import { DEFAULT_KEYS, ENTROPY_KEYS, REGISTRATION_KEY } from '../../src/keyring/index.ts';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url).pathname;
const readme = readFileSync(`${ROOT}README.md`, 'utf8');

const codeBlocks = (language: string): readonly string[] => [...readme.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, code = '']) => code);

it("the README's first program is the example, and it prints what it says", async () => {
  expect(codeBlocks('js')[0]).toBe(readFileSync(`${ROOT}examples/first.mjs`, 'utf8'));
  const { stdout, stderr } = await run(process.execPath, ['examples/first.mjs'], { cwd: ROOT });
  expect({ stdout, stderr }).toEqual({ stdout: '0n hello live\n', stderr: '' });
});

it("the README's three ways to a keyring work, and give the same keys but for the device's", async () => {
  const code = codeBlocks('js').find((block) => block.includes('generateMnemonic')) ?? expect.unreachable();
  const around = [
    'let text; const persist = async (given) => { text = given; }; const restore = async () => text;',
    code,
    "import { verifyMessage } from 'secure-registry/keyring';",
    "const isSigned = verifyMessage({ type: signer.type, publicKey: signer.publicKey, message: new TextEncoder().encode('hello'), signature });",
    'const same = Object.keys(recovered).filter((name) => JSON.stringify(recovered[name]) === JSON.stringify(keyData[name]));',
    'console.log(isSigned, payer.address === keyData.programMod.address, ...same, JSON.parse(text).device.address === recovered.device.address);',
  ];
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', around.join('\n')], { cwd: ROOT });
  expect({ stdout, stderr }).toEqual({ stdout: 'true true version programMod developer true\n', stderr: '' });
});

it("the README's ways to a vault work, and so does a port that it grants", async () => {
  const [ways = '', granted = ''] = ['vault.create(', 'vault.grant('].map((call) => codeBlocks('js').find((block) => block.includes(call)));
  const around = [
    "import { createPortal } from 'secure-registry/portal';",
    "import { grantedVault } from 'secure-registry';",
    'const { url, close } = await createPortal({});',
    "const [portals, password, newPassword, data] = [[url], 'one password', 'another one', new TextEncoder().encode('hello')];",
    "const frame = { postMessage: (message, origin, [transferred]) => console.log(message === transferred, origin) };",
    ways,
    'const { publicKey } = signer;',
    `{ ${granted} await runtime.write(entry); }`,
    "const read = await runtime.read({ pubkey: publicKey, datakey: hashDatakey('greeting') });",
    'console.log(read.revision, new TextDecoder().decode(read.data));',
    "await vault.lock(); console.log(await vault.unlock({ password }).catch(({ code }) => code), (await vault.unlock({ password: newPassword })).length);",
    'await runtime.close(); await close();',
  ];
  const home = await mkdtemp(join(tmpdir(), 'readme-test-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', around.join('\n')], { cwd: ROOT, env: { ...process.env, XDG_STATE_HOME: home } });
  expect({ stdout, stderr }).toEqual({ stdout: 'true https://app.example\n1n hello\nWRONG_PASSWORD 3\n', stderr: '' });
});

it("every command that the README shows is one, with options that it has", async () => {
  const lines = codeBlocks('sh').flatMap((block) => [...block.matchAll(/^npx secure-registry ((?:(?:keyring|module) )?[a-z-]+)(.*?)(?: +#.*)?$/gm)]);
  expect(lines.length).toBeGreaterThan(0);
  for (const [, name = '', rest = ''] of lines) {
    const { stdout } = await run(process.execPath, ['dist/node/cli.js', ...name.split(' '), '--help'], { cwd: ROOT });
    const options = [...rest.matchAll(/--[a-z-]+/g)].map(([option]) => option);
    expect(options.filter((option) => !stdout.includes(`  ${option} `))).toEqual([]);
  }
});

it("the README's table of keys has every preset, at its path", () => {
  const section = readme.slice(readme.indexOf('## A keyring'), readme.indexOf('## The command'));
  const row = (text: string): string => section.split('\n').find((line) => line.startsWith('| ') && line.includes(text)) ?? expect.unreachable();
  for (const [name, spec] of Object.entries({ ...DEFAULT_KEYS, REGISTRATION_KEY })) expect(row(`\`${name}\``)).toContain('path' in spec ? `${spec.type} (SLIP-0010) | \`${spec.path}\`` : `${spec.type} | none`);
  for (const spec of [ENTROPY_KEYS.programMod, ENTROPY_KEYS.developer]) expect(row('`ENTROPY_KEYS`')).toContain(`\`${spec.path}\``);
});

it("the README's table of errors has every code, and no other", () => {
  const table = readme.slice(readme.indexOf('| code |'), readme.indexOf('### In a browser'));
  const listed = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code));
  expect(listed.toSorted()).toEqual(ERROR_CODES.toSorted());
});

it.each(['read', 'write', 'update'])('the README tells of the same errors of %s as its documentation does', (method) => {
  const source = readFileSync(`${ROOT}src/runtime/runtime.ts`, 'utf8');
  const [, documented = ''] = new RegExp(`@throws RegistryError ((?:(?!@throws).)*?)\\*/\\n  async ${method}\\(`, 's').exec(source) ?? [];
  const named = new Set(documented.match(/(?<=`)[A-Z_]+(?=`)/g));
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm)].map(([, code = '', thrown = '']) => ({ code, thrown }));
  expect(named.size).toBeGreaterThan(5);
  for (const { code, thrown } of rows) if (thrown.includes(`\`${method}\``)) expect(named, `${method} throws ${code}`).toContain(code);
  for (const code of named) expect(rows.find((row) => row.code === code)?.thrown, `${code} of ${method}`).toMatch(new RegExp(`\`${method}\`|^everything|^calls|^a call|^a worker`));
});

it("the README's table of commands has every command of the command", async () => {
  const { stdout } = await run(process.execPath, ['dist/node/cli.js', '--help'], { cwd: ROOT });
  const commands = [...stdout.matchAll(/^ {2}(\S+) /gm)].map(([, name = '']) => name);
  const section = readme.slice(readme.indexOf('## The command'), readme.indexOf('| `doctor` examines'));
  const listed = [...section.matchAll(/^\| `(\S+?)[ `]/gm)].map(([, name = '']) => name);
  expect(commands.length).toBeGreaterThan(0);
  expect(listed.toSorted()).toEqual(commands.toSorted());
});

it('every file that the README and the specification link to is there', () => {
  const specification = readFileSync(`${ROOT}SPEC.md`, 'utf8');
  const links = [...`${readme}${specification}`.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
});

it('the sizes that the README tells are the budgets that are checked', async () => {
  const { stdout } = await run(process.execPath, ['scripts/sizes.mjs', '--json'], { cwd: ROOT });
  const budgets = new Map((JSON.parse(stdout) as { name: string; budget: number }[]).map(({ name, budget }) => [name, budget / 1024]));
  const [, page, others, entries, vault] = /at\s+most ([\d.]+) KiB for `createRuntime`.*?at most (\d+) KiB each, that of the entries (\d+) KiB, the vault's at most (\d+) KiB/s.exec(readme) ?? [];
  expect(Number(page)).toBe(budgets.get('. (createRuntime)'));
  expect(Number(vault)).toBe(budgets.get('./vault.worker.js'));
  expect(Number(entries)).toBe(budgets.get('./entries.worker.js'));
  for (const actor of ['portal', 'verifier']) expect(Number(others)).toBe(budgets.get(`./${actor}.worker.js`));
});
