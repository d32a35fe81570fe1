import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newInstallation, runNodeAt, type Consumer } from './fixture.ts';
import { nodeRelease } from './node-release.ts';

/** One release of each major that is maintained, and of the oldest that the package supports. */
const RELEASES = ['20.20.2', '22.23.3', '24.21.0'];

/** A portal that keeps entries on disk, a runtime that keeps floors there, and the command in a process of its own. */
const PROGRAM = `
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { promisify } from 'node:util';
import { getPublicKeyAsync } from '@noble/ed25519';
import { createRuntime, hashDatakey, signEntry } from 'secure-registry';
import { createPortal } from 'secure-registry/portal';

const folder = await mkdtemp('state-');
const portal = await createPortal({ data: folder + '/portal' });
const runtime = await createRuntime({ portals: [portal.url], storage: { path: folder + '/floors' }, policy: { verifiers: 1 } });
const threads = process.report.getReport().workers.length;

const seed = new Uint8Array(32).fill(7);
const key = { pubkey: await getPublicKeyAsync(seed), datakey: hashDatakey('greeting') };
const entry = (revision) => signEntry({ ...key, data: new TextEncoder().encode('hello'), revision }, Uint8Array.of(...seed, ...key.pubkey));

await runtime.write(entry(1n));
const { revision, data, source } = await runtime.read(key, { maxStaleness: 0 });
const watched = [];
await new Promise((seen, failed) => {
  runtime.watch(key).subscribe({
    next: (result) => {
      watched.push(String(result.revision));
      if (result.revision === 1n) runtime.write(entry(2n)).catch(failed);
      if (result.revision === 2n) seen();
    },
    error: failed,
  });
});

const environment = { ...process.env, XDG_STATE_HOME: process.cwd() + '/' + folder, LOCALAPPDATA: process.cwd() + '/' + folder };
const command = async (...args) => JSON.parse((await promisify(execFile)(process.execPath, ['node_modules/.bin/secure-registry', ...args, '--json'], { env: environment })).stdout);
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const shown = await command('read', hex(key.pubkey), hex(key.datakey), '--portal', portal.url);
const { ok, findings } = await command('doctor', '--portal', portal.url);

await runtime.close();
await portal.close();
console.log(JSON.stringify({ node: process.versions.node, threads, read: [String(revision), new TextDecoder().decode(data), source], watched, shown: String(shown.revision), doctor: ok || findings }));
`;

let consumer: Consumer;
beforeAll(async () => {
  consumer = await newInstallation();
  await consumer.write('program.mjs', PROGRAM);
}, 120_000);
afterAll(() => consumer.remove());

describe('given the package as npm installs it', () => {
  test.each(RELEASES)('when a program uses it in Node %s, then it writes, reads and watches through workers, and the command does its work', async (release) => {
    const { code, output } = await runNodeAt(await nodeRelease(release), consumer, 'program.mjs');
    expect({ code, output }).toMatchObject({ code: 0 });
    const told = JSON.parse(output) as { node: string };
    expect(told).toEqual({ node: told.node, threads: 3, read: ['1', 'hello', 'portal'], watched: ['1', '2'], shown: '2', doctor: true });
    expect(told.node.split('.')[0]).toBe(release.split('.')[0]);
  }, 120_000);

  test('when a dependency is looked for, then npm has put it there, and nothing comes from this project', async () => {
    const { output } = await runNodeAt(process.execPath, consumer, '--input-type=module', '--eval', "console.log(import.meta.resolve('secure-registry'), import.meta.resolve('lmdb'), import.meta.resolve('ws'))");
    expect(output.trim().split(' ')).toEqual(['secure-registry', 'lmdb', 'ws'].map((name) => expect.stringContaining(`${consumer.folder}/node_modules/${name}/`)));
    expect(output).not.toContain(resolve('node_modules'));
  });
});
