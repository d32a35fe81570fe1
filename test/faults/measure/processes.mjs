// Portals in processes of their own, which are killed with SIGKILL and stopped with SIGSTOP as machines are by what happens to them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../../dist/node/cli.js', import.meta.url));
const fileOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const running = new Set();

function start(file, args) {
  const child = fork(file, args.map(String), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Ends them all, stopped ones, too. */
export function endAll() {
  for (const child of running) child.kill('SIGKILL');
}

/** A portal with faults to switch on: `portal.call('fault', { reads: 'mute' })`. */
export async function startFaulty() {
  const child = start(fileOf('portal-process.mjs'), []);
  const [{ ready }] = await once(child, 'message');
  let last = 0;
  const waiting = new Map();
  child.on('message', ({ id, value, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  });
  const call = (name, ...args) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      child.send({ id: last, call: name, args });
    });
  return { url: ready, call, signal: (name) => child.kill(name) };
}

/** A portal that sends what has no end. `told` resolves with how long its connection lasted after the cap. */
export async function startHostile(cap, what) {
  const child = start(fileOf('hostile-process.mjs'), [cap, what]);
  const [{ ready }] = await once(child, 'message');
  return { url: ready, told: once(child, 'message').then(([{ lasted }]) => lasted), signal: (name) => child.kill(name) };
}

/** The portal of the command line, at any port or at this one. */
export async function startPlain(port = 0) {
  const child = start(COMMAND, ['portal', '--port', port, '--data', 'memory']);
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  const url = /listening on (\S+)/.exec(line)?.[1];
  if (url === undefined) throw new Error('a portal did not say where it listens');
  const exited = once(child, 'exit');
  return {
    url,
    port: Number(new URL(url).port),
    signal: (name) => child.kill(name),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
