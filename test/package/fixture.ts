import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** As much of a package.json as is looked at here. */
export interface Manifest {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies: Readonly<Record<string, string>>;
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

/** Packs the package as for publishing, and installs it into a new project. `npm test` builds what is packed first. */
export async function newConsumer(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'package-test-'));
  const { stdout } = await execute('npm', ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', folder], { maxBuffer: 2 ** 24 });
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  const installed = join(folder, 'node_modules', 'secure-registry');
  await mkdir(installed, { recursive: true });
  await execute('tar', ['--extract', '--gzip', '--strip-components=1', '--file', join(folder, packed.filename), '--directory', installed]);
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Manifest;
  const consumer = new Consumer(folder, installed, packed.files.map(({ path }) => path), manifest);
  await consumer.write('package.json', '{ "private": true, "type": "module" }');
  for (const name of Object.keys(manifest.dependencies)) await consumer.install(name);
  return consumer;
}

/** Runs a program of Node's in a project; what it wrote, and its exit code. */
export async function runNode(consumer: Consumer, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [...args], { cwd: consumer.folder, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }));
  });
}
