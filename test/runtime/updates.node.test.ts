import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPortal } from '../../src/portal/index.ts';
import { readAnswer, readPath } from '../../src/registry/wire/index.ts';
import { Author } from '../../src/portal/conformance/author.ts';

const run = promisify(execFile);
const PROCESSES = 10;

let folder: string;
let child: string;
beforeAll(async () => {
  // Beside the packages that it leaves to Node.
  folder = await mkdtemp(join(fileURLToPath(new URL('../../node_modules', import.meta.url)), '.increments-'));
  child = join(folder, 'child.mjs');
  await build({ entryPoints: [fileURLToPath(new URL('increments.child.ts', import.meta.url))], outfile: child, bundle: true, packages: 'external', platform: 'node', format: 'esm', logLevel: 'error' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Ten processes that count one up so many times each, at one portal that keeps its entries on disk. */
async function count(times: number, storage: boolean): Promise<{ counted: string | undefined; attempts: number; guarded: number }> {
  const data = await mkdtemp(join(tmpdir(), 'updates-'));
  const portal = await createPortal({ data: join(data, 'portal') });
  try {
    const seed = `increments ${performance.now()} ${Math.random()}`;
    const outputs = await Promise.all(
      Array.from({ length: PROCESSES }, () => run(process.execPath, [child, portal.url, seed, String(times), ...(storage ? [join(data, 'storage')] : [])], { timeout: 240_000 })),
    );
    const told = outputs.map(({ stdout }) => JSON.parse(stdout) as { attempts: number; guarded: number });
    const response = await fetch(portal.url + readPath(new Author(seed).entry(0n), 1));
    const entry = readAnswer(await response.text());
    return {
      counted: entry && `${new TextDecoder().decode(entry.data)} at revision ${entry.revision}`,
      attempts: told.reduce((sum, { attempts }) => sum + attempts, 0),
      guarded: told.reduce((sum, { guarded }) => sum + guarded, 0),
    };
  } finally {
    await portal.close();
    await rm(data, { recursive: true, force: true });
  }
}

describe('U1: ten processes that update one entry', () => {
  it('a hundred times each, with a storage each, lose no update', async () => {
    const { counted, guarded } = await count(100, false);
    expect(counted).toBe('1000 at revision 999');
    expect(guarded).toBe(1000);
  }, 300_000);

  it('U3: ten times each, on one storage, lose none, and none is in another one\'s way', async () => {
    const { counted, guarded, attempts } = await count(10, true);
    expect(counted).toBe('100 at revision 99');
    expect(guarded).toBe(100);
    expect(attempts).toBe(100);
  }, 300_000);
});
