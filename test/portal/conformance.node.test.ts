import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createPortal,
  DirectoryFileStore,
  entryStoreConformance,
  fileStoreConformance,
  LmdbStore,
  LocalBus,
  MemoryFileStore,
  MemoryStore,
  portalConformance,
  updateBusConformance,
  type Check,
  type Portal,
} from '../../src/portal/index.ts';

function runAll(checks: readonly Check[]): void {
  // oxlint-disable-next-line vitest/expect-expect -- a check asserts by itself
  test.each([...checks])('$name', async ({ run }) => run());
}

const directories: string[] = [];
async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'portal-test-'));
  directories.push(directory);
  return directory;
}
afterAll(async () => {
  await Promise.all(directories.map((directory) => rm(directory, { recursive: true })));
});

describe('the memory store', () => {
  runAll(entryStoreConformance(async () => new MemoryStore()));
});
describe('the LMDB store', () => {
  runAll(entryStoreConformance(async () => LmdbStore.open(await freshDirectory())));
});
describe('the memory file store', () => {
  runAll(fileStoreConformance(async (mostBytes) => new MemoryFileStore(mostBytes)));
});
describe('the directory file store', () => {
  runAll(fileStoreConformance(async (mostBytes) => DirectoryFileStore.open(await freshDirectory(), mostBytes)));
});
describe('the local bus', () => {
  runAll(updateBusConformance(async () => new LocalBus()));
});

describe.each([
  { generation: 'B', data: 'memory', apiKey: undefined },
  { generation: 'A', data: 'memory', apiKey: 'a-key' },
  { generation: 'B', data: 'lmdb', apiKey: 'a-key' },
  { generation: 'A', data: 'lmdb', apiKey: undefined },
] as const)('a portal of generation $generation over $data, key $apiKey', ({ generation, data, apiKey }) => {
  // The URL must be known before the tests are: a fixed name of a portal that starts with them.
  const key = apiKey === undefined ? {} : { apiKey };
  let portal: Portal;
  const names = portalConformance('http://127.0.0.1:1', key).map(({ name }) => name);
  let checks: readonly Check[];

  beforeAll(async () => {
    portal = await createPortal({ generation, data: data === 'lmdb' ? await freshDirectory() : 'memory', ...key });
    checks = portalConformance(portal.url, key);
  });
  afterAll(async () => portal.close());

  test.each(names)('%s', async (name) => expect(await checks.find((check) => check.name === name)?.judge()).toBe('held'));
});
