import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { generateMnemonic, mnemonicToKeyData, type Key, type KeyData } from '../../src/keyring/index.ts';
import { openVault, type OwnVault } from '../../src/runtime.ts';
import { CHEAP } from '../actors/vault/fixture.ts';
import { control } from '../runtime/fixture/portals.ts';
import { marker } from './fixture/canary.ts';

/**
 * Heap snapshots hold every string and object that is reachable, after a collection of garbage. They do not hold what bytes contain: that these
 * are wiped, the tests of each part tell. What the test needs itself is kept as bytes, so that it is found only where the library keeps it.
 */
interface Hidden {
  readonly password: Uint8Array;
  readonly mnemonic: Uint8Array;
}
const hide = (text: string): Uint8Array => new TextEncoder().encode(text);
const shown = (hidden: Uint8Array): string => new TextDecoder().decode(hidden);

/** What a thread does to write a snapshot of its own heap: read from another thread, as Node offers it too, it is read while it changes. */
const SNAPSHOTS = `
const channel = new BroadcastChannel('snapshots');
channel.onmessage = ({ data }) => data.file && channel.postMessage({ written: require('node:v8').writeHeapSnapshot(data.file) });
channel.unref();
`;

async function ofThisThread(folder: string): Promise<Buffer> {
  return readFile(writeHeapSnapshot(join(folder, `${marker()}.heapsnapshot`)));
}

/** Of the one thread that listens. */
async function ofWorker(folder: string): Promise<Buffer> {
  const channel = new BroadcastChannel('snapshots');
  const written = new Promise<string>((resolve) => channel.addEventListener('message', (event) => resolve((event as MessageEvent<{ written: string }>).data.written), { once: true }));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
  channel.postMessage({ file: join(folder, `${marker()}.heapsnapshot`) });
  try {
    return await readFile(await written);
  } finally {
    channel.close();
  }
}

/** How a secret would stand there as a string: key data has it in hex. */
const holds = (snapshot: Buffer, needles: readonly Buffer[]): boolean[] => needles.map((needle) => snapshot.includes(needle));
const ofKeys = (keyData: KeyData): Buffer[] => Object.values(keyData).filter((key): key is Key => typeof key === 'object').map(({ secret }) => Buffer.from(secret.slice(2)));

describe('threat 7: given a vault in a real worker that was made, unlocked, has signed, and was locked', { timeout: 300_000 }, () => {
  let folder = '';
  let vault: OwnVault;
  const hidden: Hidden = { password: hide(marker()), mnemonic: hide(generateMnemonic()) };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heap-test-'));
    const workers = await control<string>({ do: 'workers', world: 'node' });
    const factory = (): globalThis.Worker => new Worker(`${SNAPSHOTS} import(${JSON.stringify(String(new URL('vault.js', workers)))});`, { eval: true, workerData: 'vault' }) as unknown as globalThis.Worker;
    vault = await openVault({ storage: { path: folder }, workers: factory, policy: { ...CHEAP, heartbeatPatience: 300_000 } }); // a thread that writes its heap says nothing meanwhile
    await vault.create({ password: shown(hidden.password), mnemonic: shown(hidden.mnemonic) });
  });
  afterAll(async () => {
    await vault.close();
    await rm(folder, { recursive: true, force: true });
  });

  const use = async (): Promise<void> => {
    await vault.unlock({ password: shown(hidden.password) });
    for (const key of ['device', 'programMod']) {
      await vault.sign({ key, purpose: 'message', message: new Uint8Array(3) });
      await vault.sign({ key, purpose: 'registry-entry', entry: { datakey: new Uint8Array(32), data: new Uint8Array(3), revision: 1n } });
    }
  };

  it('when the heaps are looked at, then no secret of a key, no mnemonic and no password is in the one of this thread, or in the locked one of the worker', async () => {
    await use();
    const unlockedHere = await ofThisThread(folder);
    const unlockedThere = await ofWorker(folder);
    await vault.lock();
    const here = await ofThisThread(folder);
    const there = await ofWorker(folder);

    // Only now is any secret brought here.
    const secrets = ofKeys(await vault.exportKeyData({ password: shown(hidden.password) }));
    expect(secrets).toHaveLength(3);
    const typed = [Buffer.from(hidden.password), Buffer.from(hidden.mnemonic), Buffer.from(shown(hidden.mnemonic).split(' ').slice(0, 3).join(' '))];
    expect(holds(here, [...secrets, ...typed])).toEqual([...secrets, ...typed].map(() => false));
    expect(holds(there, [...secrets, ...typed])).toEqual([...secrets, ...typed].map(() => false));
    // While it is unlocked, keys are bytes: no string of one is kept.
    expect(holds(unlockedHere, [...secrets, ...typed])).toEqual([...secrets, ...typed].map(() => false));
    expect(holds(unlockedThere, [...secrets, ...typed])).toEqual([...secrets, ...typed].map(() => false));
  });

  it('threat 6: then no secret is in a report of the process', async () => {
    await use();
    const report = JSON.stringify(process.report.getReport());
    await vault.lock();
    const secrets = ofKeys(await vault.exportKeyData({ password: shown(hidden.password) }));
    for (const secret of [...secrets, Buffer.from(hidden.password), Buffer.from(hidden.mnemonic)]) expect(report.includes(secret.toString())).toBe(false);
  });

  it('then a string that is kept is found in either heap: the search can fail', async () => {
    const kept = { text: marker() };
    const needle = Buffer.from(kept.text);
    expect(holds(await ofThisThread(folder), [needle])).toEqual([true]);
    await vault.close();
    const sleeper = new Worker(`${SNAPSHOTS} globalThis.kept = require('node:worker_threads').workerData; setInterval(() => {}, 1e6); require('node:worker_threads').parentPort.postMessage(1)`, { eval: true, workerData: kept.text });
    await new Promise((resolve) => sleeper.once('message', resolve));
    expect(holds(await ofWorker(folder), [needle])).toEqual([true]);
    await sleeper.terminate();
    expect(kept.text).toHaveLength(32);
  });
});

it('threat 7: given key data that somebody has in this thread, then its own strings are there until they are collected, which nothing can hasten', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heap-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const made = ((): { readonly needles: Buffer[]; readonly keep: KeyData[] } => {
    const keyData = mnemonicToKeyData(generateMnemonic());
    return { needles: ofKeys(keyData), keep: [keyData] };
  })();
  expect(holds(await ofThisThread(folder), made.needles)).not.toContain(false);
  made.keep.length = 0;
  expect(holds(await ofThisThread(folder), made.needles)).not.toContain(true);
});
