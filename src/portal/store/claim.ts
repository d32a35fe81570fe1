import { mkdir, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegistryError } from '../../error.ts';

/**
 * The right to a data directory: one portal at a time. LMDB itself would let two processes write, but neither would hear of the
 * other's entries, and its subscribers would silently miss updates.
 *
 * It is a local socket named after the directory, since the system takes that away from a process however it dies. It does not reach
 * other machines or containers that share the directory over a network file system, where LMDB must not be used at all.
 */
export class DirectoryClaim {
  readonly #holder: Server;

  private constructor(holder: Server) {
    this.#holder = holder;
  }

  /** @throws RegistryError `STORAGE` if another portal holds it, or if it cannot be made */
  static async take(directory: string): Promise<DirectoryClaim> {
    const name = await socketName(directory);
    const holder = (await listen(name)) ?? (await isAbandoned(name) ? await listenAfresh(name) : undefined);
    if (holder === undefined) {
      throw new RegistryError('STORAGE', `the data directory ${directory} is in use by another portal`, {
        hint: 'stop the other portal, or name another directory',
      });
    }
    holder.unref();
    return new DirectoryClaim(holder);
  }

  async release(): Promise<void> {
    await new Promise<void>((resolve) => this.#holder.close(() => resolve()));
  }
}

/** By device and inode, so that no link or mount makes two names of one directory. */
async function socketName(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true });
    const { dev, ino } = await stat(directory, { bigint: true });
    const name = `secure-registry-portal-${dev}-${ino}`;
    if (process.platform === 'linux') return `\0${name}`;
    if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
    return join(tmpdir(), `${name}.sock`);
  } catch (cause) {
    throw new RegistryError('STORAGE', `the data directory ${directory} cannot be used`, { cause, hint: 'name a directory that can be written' });
  }
}

/** Undefined if the name is taken. */
async function listen(name: string): Promise<Server | undefined> {
  const holder = createServer((socket) => socket.destroy());
  return await new Promise((resolve, reject) => {
    holder.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(new RegistryError('STORAGE', 'the data directory cannot be claimed', { cause: error }));
    });
    holder.listen(name, () => resolve(holder));
  });
}

/** A socket file outlives its process; names on Linux and Windows do not. */
async function isAbandoned(name: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(name);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

async function listenAfresh(name: string): Promise<Server | undefined> {
  await rm(name, { force: true });
  return await listen(name);
}
