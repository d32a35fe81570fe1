// A portal in a process of its own, so that it can be killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../dist/node/cli.js', import.meta.url));

/** Starts a portal at any free port. Resolves when it listens; `kill` ends it without a word, as a power failure would. */
export async function startPortal() {
  const child = spawn(process.execPath, [COMMAND, 'portal', '--port', '0', '--data', 'memory'], { stdio: ['ignore', 'pipe', 'inherit'] });
  // Whatever ends this process ends its portals.
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`a portal ended with code ${code}`)));
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended]);
  ended.catch(() => {}); // from now on it may be killed
  const url = /^portal listening on (\S+)/.exec(line)?.[1];
  if (url === undefined) throw new Error('a portal did not say where it listens');
  return { url, pid: child.pid, kill: () => child.kill('SIGKILL') };
}
