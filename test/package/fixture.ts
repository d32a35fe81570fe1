import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A file that a package exports, or which under which conditions. */
export type Target = string | { readonly [condition: string]: Target };

/** Every file that a target may lead to, and under which condition. */
export const filesOf = (target: Target, condition = ''): readonly (readonly [condition: string, file: string])[] =>
  typeof target === 'string' ? [[condition, target]] : Object.entries(target).flatMap(([each, then]) => filesOf(then, each));

/** As much of a package.json as is looked at here. */
export interface Manifest {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Target;
  readonly dependencies: Readonly<Record<string, string>>;
  /** Optional, all of them. */
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Somebody's project, in a folder of its own, that has this package installed as npm would install it, and nothing else. */
export class Consumer {
  readonly folder: string;
  /** Where the package is installed. */
  readonly installed: string;
  /** Paths of all its files, below {@link installed}. */
  readonly files: readonly string[];
  readonly manifest: Manifest;

  constructor(folder: string, installed: string, files: readonly string[], manifest: Manifest) {
    this.folder = folder;
    this.installed = installed;
    this.files = files;
    this.manifest = manifest;
  }

  read(file: string): Promise<string> {
    return readFile(join(this.installed, file), 'utf8');
  }

  /** Writes a file of the project's own; its path. */
  async write(file: string, content: string): Promise<string> {
    const path = join(this.folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }

  /** Makes what is installed here for tests something the project has, too. */
  async install(name: string): Promise<void> {
    const path = join(this.folder, 'node_modules', name);
    await mkdir(dirname(path), { recursive: true });
    await symlink(resolve('node_modules', name), path);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * Packs the package as for publishing, and puts it into a new project, its dependencies being those that are installed here. `npm test`
 * builds what is packed first.
 */
export async function newConsumer(): Promise<Consumer> {
  const { folder, tarball, files } = await packIntoNewProject();
  const installed = join(folder, 'node_modules', 'secure-registry');
  await mkdir(installed, { recursive: true });
  await execute('tar', ['--extract', '--gzip', '--strip-components=1', '--file', join(folder, tarball), '--directory', installed]);
  const consumer = new Consumer(folder, installed, files, await manifestOf(installed));
  await consumer.write('package.json', '{ "private": true, "type": "module" }');
  for (const name of Object.keys(consumer.manifest.dependencies)) await consumer.install(name);
  return consumer;
}

/**
 * Packs the package as for publishing, and has npm install it into a new project. Everything is of the version that the lockfile names,
 * whatever was released since. No install script runs: where there are prebuilt addons, none is needed.
 * @param others what else the project depends on
 */
export async function newInstallation(others: readonly string[] = []): Promise<Consumer> {
  const { folder, tarball, files } = await packIntoNewProject();
  const locked = await lockedVersions();
  const dependencies = Object.fromEntries(others.map((name) => [name, locked.get(name)]));
  const overrides = Object.fromEntries([...locked].filter(([name]) => !others.includes(name)));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: { 'secure-registry': `file:${tarball}`, ...dependencies }, overrides }));
  await execute('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder, maxBuffer: 2 ** 24 });
  const installed = join(folder, 'node_modules', 'secure-registry');
  return new Consumer(folder, installed, files, await manifestOf(installed));
}

async function packIntoNewProject(): Promise<{ readonly folder: string; readonly tarball: string; readonly files: readonly string[] }> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'package-test-'));
  const { stdout } = await execute('npm', ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', folder], { maxBuffer: 2 ** 24 });
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  return { folder, tarball: packed.filename, files: packed.files.map(({ path }) => path) };
}

const manifestOf = async (installed: string): Promise<Manifest> => JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Manifest;

/** What the lockfile has at one version only; a name with several is for npm to resolve. */
async function lockedVersions(): Promise<ReadonlyMap<string, string>> {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: Record<string, { version: string }> };
  const versions = new Map<string, Set<string>>();
  for (const [path, { version }] of Object.entries(packages)) {
    if (path === '') continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  return new Map([...versions].flatMap(([name, [version = '', ...more]]) => (more.length === 0 ? [[name, version] as const] : [])));
}

/** Runs a program of Node's in a project; what it wrote, and its exit code. */
export function runNode(consumer: Consumer, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  return runNodeAt(process.execPath, consumer, ...args);
}

/** The same with another Node. */
export async function runNodeAt(node: string, consumer: Consumer, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    execFile(node, [...args], { cwd: consumer.folder, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }));
  });
}
