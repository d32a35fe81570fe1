// Processes of a benchmark: each says what it has to say as one line of JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A contender that has said nothing by then hangs. */
const DEADLINE = 120_000;

function start(script, args) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return spawn(process.execPath, [path, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstLine(child, name) {
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'close').then(() => undefined);
  const line = await Promise.race([once(lines, 'line').then(([text]) => text), ended]);
  if (line === undefined) throw new Error(`${name} ended without a word`);
  return JSON.parse(line);
}

/** A process that serves until it is killed, and what it said when it was ready. */
export async function startService(script, args) {
  const child = start(script, args);
  return { ready: await firstLine(child, script), kill: (signal = 'SIGTERM') => child.kill(signal) };
}

/** Runs a contender from its start to its end, and answers what it measured. */
export async function runContender(row, contender, url) {
  const child = start('contender.mjs', [row, contender, url]);
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE);
  try {
    const ended = once(child, 'close');
    const figures = await firstLine(child, `${row}, ${contender}`);
    const [code] = await ended;
    if (code !== 0) throw new Error(`${row}, ${contender}: ended with code ${code}`);
    return figures;
  } finally {
    clearTimeout(timer);
  }
}
