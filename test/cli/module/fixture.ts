import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { loadModule, type LoadedModule } from '../../../src/kernel/deployment/module-link.ts';
import { createPortal, type Portal } from '../../../src/portal/index.ts';
import { parseSkylink } from '../../../src/skylink/index.ts';
import { realClock } from '../../../src/world.ts';
import { newUser, type Outcome, type User } from '../fixture.ts';

/** Nothing that any command says may hold it. */
export const PASSWORD = 'canary-hunter2-long';

/** A salt, and the link of {@link PASSWORD} with it as the tools of Skynet's kernel derive it, which takes no time. */
export const SALT = 'digit byline arena dazed dizzy dazed eden dapper circle buying avoid cider cease ginger lively';

/** A portal of ours that takes files, in memory. */
export async function startFilePortal(options: Parameters<typeof createPortal>[0] = {}): Promise<Portal> {
  const portal = await createPortal(options);
  onTestFinished(() => portal.close());
  return portal;
}

/** How many uploads and writes reached a portal. */
export function writesTo(portal: Portal): number {
  const { responses, puts } = portal.stats();
  return (responses[200] ?? 0) + Object.values(puts).reduce((sum, count) => sum + count, 0);
}

/** Answers in the place of the portal behind, or says false. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A portal in front of another one, which passes on what no fault answers, WebSockets too. */
export async function startFaultyFront(behind: Portal, fault: Fault): Promise<string> {
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(behind.url);
  const server = createServer((incoming, outgoing) => {
    if (fault(incoming, outgoing)) return;
    const { method, url, headers } = incoming;
    const passed = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  server.on('upgrade', ({ method, url, rawHeaders }, socket) => {
    const lines = rawHeaders.flatMap((text, i) => (i % 2 === 0 ? [`${text}: ${rawHeaders[i + 1] ?? ''}`] : []));
    const tunnel = connect(Number(port), hostname, () => tunnel.write([`${method} ${url} HTTP/1.1`, ...lines, '', ''].join('\r\n')));
    for (const [from, to] of [[socket, tunnel] as const, [tunnel, socket] as const]) from.on('error', () => to.destroy()).pipe(to);
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Somebody with a module of their own: its files are in their home. */
export class Author {
  readonly user: User;
  readonly password: string;

  private constructor(user: User, password: string) {
    this.user = user;
    this.password = password;
  }

  static async make(): Promise<Author> {
    const user = await newUser();
    return new Author(user, await user.file('password', `${PASSWORD}\n`));
  }

  bundle(script: string | Uint8Array, name = 'index.js'): Promise<string> {
    return this.user.file(name, script, 0o644);
  }

  async build(...args: readonly string[]): Promise<Outcome> {
    return this.run({}, 'build', ...args);
  }

  async deploy(...args: readonly string[]): Promise<Outcome> {
    return this.run({}, 'deploy', '--password-file', this.password, ...args);
  }

  /** Runs a command, whatever it comes to. It says no secret. */
  async run(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Outcome> {
    const outcome = await this.user.start(['module', ...args, '--out', this.user.home], env).outcome;
    const seed = await this.text('build/dev-seed');
    for (const secret of [PASSWORD, ...(seed === undefined ? [] : [seed])]) expect(outcome.stdout + outcome.stderr).not.toContain(secret);
    expect(outcome.stdout + outcome.stderr).not.toMatch(/[\da-f]{32}|(?:\b[a-z]+ ){12}/i); // no key, no seed
    return outcome;
  }

  /** What a file of the module holds; undefined if it is not there. */
  text(name: string): Promise<string | undefined> {
    return readFile(join(this.user.home, name), 'utf8').catch(() => undefined);
  }

  /** Every file in their home, those of the state directory among them, that holds a text. */
  async filesWith(text: string): Promise<readonly string[]> {
    const entries = await readdir(this.user.home, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const found = await Promise.all(paths.map(async (path) => ((await readFile(path)).includes(text) ? [path] : [])));
    return found.flat();
  }

  async mode(name: string): Promise<number> {
    return (await stat(join(this.user.home, name))).mode & 0o777;
  }
}

/** What a deployment printed: each line, and both links. */
export function linksIn({ code, stdout, stderr }: Outcome): { readonly immutable: string; readonly resolver: string } {
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.split('\n');
  expect(lines.map((line) => line.replace(/[\w-]{46}$/, '…'))).toEqual([
    '',
    'Uploading module...',
    "Updating module's registry entry...",
    'registry entry is updated',
    'Immutable Link for Module: …',
    'Resolver Link for Module: …',
    '',
  ]);
  const [immutable = '', resolver = ''] = lines.slice(4).map((line) => line.slice(-46));
  return { immutable, resolver };
}

/** A module as a portal serves it by a link. */
export function served(portal: string, link: string): Promise<LoadedModule> {
  return loadModule(parseSkylink(link), { portals: [portal], fetch, clock: realClock });
}

export const textOf = ({ script }: LoadedModule): string => new TextDecoder().decode(script);
