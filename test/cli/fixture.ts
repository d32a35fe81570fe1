import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getPublicKeyAsync } from '@noble/ed25519';
import { expect, onTestFinished } from 'vitest';

/** The command as it is shipped: `npm test` builds it first. */
const PROGRAM = resolve('dist/node/cli.js');

/** The seed of every key file here. Nothing that any command ever says may hold it, however it is spelled. */
export const SEED = 'c0ffee5eed00c0ffee5eed01c0ffee5eed02c0ffee5eed03c0ffee5eed04beef';
const SEED_BYTES = Buffer.from(SEED, 'hex');
const CANARIES = [SEED, SEED.toUpperCase(), SEED_BYTES.toString('base64'), SEED_BYTES.toString('base64url'), SEED_BYTES.join(','), SEED_BYTES.join(', '), SEED_BYTES.toString('latin1')];

/** The public key of {@link SEED}, as hex. */
export const PUBKEY = Buffer.from(await getPublicKeyAsync(SEED_BYTES)).toString('hex');

/** What a command came to. */
export interface Outcome {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export class Running {
  /** Rejects if what it said is nothing that any command may say. */
  readonly outcome: Promise<Outcome>;
  readonly #child: ChildProcess;
  readonly #said = { stdout: '', stderr: '' };
  readonly #listeners = new Set<() => void>();
  #hasEnded = false;

  /** @param input what comes through a pipe to its standard input, which is closed then; without any, there is none */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv, input?: string | Uint8Array) {
    this.#child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    this.#child.stdin?.on('error', () => {}).end(input); // a command that fails before it reads closes the pipe
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        this.#said[stream] += text;
        this.#tell();
      });
    }
    this.outcome = new Promise<number | null>((ended, failed) => void this.#child.once('close', ended).once('error', failed)).then((code) => {
      this.#hasEnded = true;
      this.#tell();
      return decent({ code, ...this.#said });
    });
    onTestFinished(async () => {
      this.#child.kill('SIGKILL');
      await this.outcome;
    });
  }

  /** The first whole line of a stream that fits, once it is there. */
  line(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<string> {
    return new Promise((found, failed) => {
      const look = (): void => {
        const line = this.#said[stream].split('\n').slice(0, -1).find((candidate) => pattern.test(candidate));
        if (line === undefined && !this.#hasEnded) return;
        this.#listeners.delete(look);
        if (line === undefined) failed(new Error(`the command ended and never said ${String(pattern)}:\n${this.#said.stdout}${this.#said.stderr}`));
        else found(line);
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** Sends a signal and waits for the end. */
  async end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<Outcome> {
    this.#child.kill(signal);
    return this.outcome;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function decent(outcome: Outcome): Outcome {
  const said = outcome.stdout + outcome.stderr;
  expect(CANARIES.filter((canary) => said.includes(canary))).toEqual([]);
  expect(said).not.toMatch(/^\s+at .*[:(]/m);
  expect(said).not.toMatch(/\bat (?:async )?(?:file|node):/);
  return outcome;
}

/** Somebody at a terminal, with a home of their own that ends with the test. */
export class User {
  readonly home: string;
  readonly stateHome: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(home: string) {
    this.home = home;
    this.stateHome = join(home, 'state');
    this.#env = { PATH: process.env['PATH'], HOME: home, XDG_STATE_HOME: this.stateHome };
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    return new Running(args, { ...this.#env, ...env });
  }

  /** Runs a command to its end, with a text piped into it. */
  pipe(input: string | Uint8Array, ...args: readonly string[]): Promise<Outcome> {
    return new Running(args, this.#env, input).outcome;
  }

  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<Outcome> {
    return this.start(args).outcome;
  }

  /** Runs a command that must succeed; its stdout. */
  async say(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    expect({ code, stderr: withoutProgress(stderr) }).toEqual({ code: 0, stderr: '' });
    return stdout;
  }

  /** A file of this user's, readable by nobody else unless told otherwise. */
  async file(name: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
    const path = join(this.home, name);
    await writeFile(path, content);
    await chmod(path, mode);
    return path;
  }

  keyFile(): Promise<string> {
    return this.file('seed', `${SEED}\n`);
  }
}

export async function newUser(): Promise<User> {
  const home = await mkdtemp(join(tmpdir(), 'cli-test-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return new User(home);
}

/** What was said besides that something takes its time, which depends on how busy the machine is. */
export const withoutProgress = (stderr: string): string => stderr.replaceAll(/^.* …\n/gm, '');

/** A portal in a process of its own. */
export interface PortalProcess {
  readonly url: string;
  readonly port: string;
  end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<Outcome>;
}

/** @param port of a portal that was ended, for another one in its place */
export async function startPortal(user: User, port = '0'): Promise<PortalProcess> {
  const running = user.start(['portal', '--port', port, '--data', 'memory']);
  const line = await running.line('stdout', /./);
  expect(line).toMatch(/^portal listening on http:\/\/127\.0\.0\.1:\d+$/);
  const url = line.slice('portal listening on '.length);
  return { url, port: new URL(url).port, end: (signal) => running.end(signal) };
}

/** A portal that takes every connection and never says a word, until its connections are cut. */
export async function startMutePortal(): Promise<{ readonly url: string; cut(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(cut);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cut };
}

/** Where nobody listens: a port that was free a moment ago. */
export async function deadUrl(): Promise<string> {
  const { url, cut } = await startMutePortal();
  cut();
  return url;
}
