// Processes of a benchmark: each says what it has to say as one line of JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A contender that has said nothing by then hangs. */
const DEADLINE = 300_000;

/** Directories of stores. Beside this file: a system's temporary files may be in memory, and what is measured is a disk. */
export const SCRATCH = fileURLToPath(new URL('.scratch/', import.meta.url));

export function scratchDirectory() {
  mkdirSync(SCRATCH, { recursive: true });
  return mkdtempSync(SCRATCH);
}

/**
 * @param {string} script a path beside this file
 * @param {boolean} isLeader whether whatever it starts ends with it, if it is killed
 */
function start(script, args, isLeader = false) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'], detached: isLeader });
  const end = () => stop(child, isLeader); // a contender that fails must not leave its portals behind
  process.once('exit', end);
  child.once('close', () => process.off('exit', end));
  return child;
}

function stop(child, isLeader) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  process.kill(isLeader ? -child.pid : child.pid, 'SIGKILL');
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

/** The services of a row: each is started when it is asked for first, and serves all who ask for it. */
export function startServices() {
  const running = new Map();
  return {
    async url({ script, args }) {
      const name = JSON.stringify([script, args]);
      if (!running.has(name)) running.set(name, await startService(script, args));
      return running.get(name).ready.url;
    },
    kill: () => running.forEach(({ kill }) => kill()),
  };
}

/**
 * What a script says in its one line. It has to end by itself, and well.
 * @param {() => void} options.onSaid called as soon as it has said it
 */
export async function runScript(script, args, { name = script, onSaid = () => {} } = {}) {
  const child = start(script, args, true);
  const timer = setTimeout(() => stop(child, true), DEADLINE);
  try {
    const ended = once(child, 'close');
    const said = await firstLine(child, name);
    onSaid();
    const [code] = await ended;
    if (code !== 0) throw new Error(`${name} ended with code ${code}`);
    return said;
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a contender from its start to its end, and answers what it measured. */
export const runContender = (row, contender, url = '') => runScript('contender.mjs', [row, contender, url], { name: 'it' });
