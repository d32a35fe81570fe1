import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { storageConformance } from '../../src/storage/conformance.ts';
import { LmdbStorage } from '../../src/storage/lmdb.node.ts';

const base = await mkdtemp(join(tmpdir(), 'storage-'));
afterAll(() => rm(base, { recursive: true }));

describe('the storage contract, kept by LmdbStorage', () => {
  it.each(storageConformance.map((property, i) => ({ ...property, i })))('$name', async ({ run, i }) => {
    await expect(run(new LmdbStorage({ path: join(base, String(i)) }))).resolves.toBeUndefined();
  });
});
