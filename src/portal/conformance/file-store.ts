import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { RegistryError } from '../../error.ts';
import { SECTOR_BYTES } from '../../skylink/index.ts';
import type { FileStore } from '../files/index.ts';
import { CheckList, type Check } from './check.ts';

/**
 * What every file store must do. Any number of checks may run at a time, on stores of their own.
 * @param openStore opens a store that has room for so many bytes; each check closes its own
 * @param options.seed what roots and files are made of; default random, and named by every failure
 */
export function fileStoreConformance(openStore: (mostBytes: number) => Promise<FileStore>, options: { seed?: string } = {}): readonly Check[] {
  const list = new CheckList(options.seed);
  const add = (name: string, body: (store: FileStore, rootOf: (name: string) => Uint8Array) => Promise<void>, mostBytes = 4 * SECTOR_BYTES) =>
    list.add(name, async (seed) => {
      const store = await openStore(mostBytes);
      try {
        await body(store, (part) => digest(`${seed} ${part}`));
      } finally {
        await store.close();
      }
    });

  add('a file that was never put is undefined', async (store, rootOf) => {
    assert.equal(await store.get(rootOf('none')), undefined);
  });

  add('what was put is read back, from no bytes to a whole sector', async (store, rootOf) => {
    for (const length of [0, 1, 4096, SECTOR_BYTES]) {
      const used = bytesOf(length);
      assert.equal(await store.put(rootOf(`${length}`), used), 'stored');
      assertSame(await store.get(rootOf(`${length}`)), used);
    }
  });

  add('the same file again is identical, and another root another file', async (store, rootOf) => {
    assert.equal(await store.put(rootOf('a'), bytesOf(10)), 'stored');
    assert.equal(await store.put(rootOf('a'), bytesOf(10)), 'identical');
    assert.equal(await store.put(rootOf('b'), bytesOf(20)), 'stored');
    assertSame(await store.get(rootOf('a')), bytesOf(10));
  });

  add('what is changed after it was put, or after it was read, is not changed in the store', async (store, rootOf) => {
    const used = bytesOf(100);
    await store.put(rootOf('own'), used);
    used.fill(0);
    (await store.get(rootOf('own')))?.fill(0);
    assertSame(await store.get(rootOf('own')), bytesOf(100));
  });

  add('puts at one time all end, those of one file with one that stored it', async (store, rootOf) => {
    const puts = Array.from({ length: 20 }, (_, i) => store.put(rootOf(`${i % 2}`), bytesOf(500 + (i % 2))));
    assert.deepEqual((await Promise.all(puts)).filter((outcome) => outcome === 'stored'), ['stored', 'stored']);
    assert.ok((await Promise.all(puts)).every((outcome) => outcome !== 'full'));
    for (const i of [0, 1]) assertSame(await store.get(rootOf(`${i}`)), bytesOf(500 + i));
  });

  add(
    'what there is no room for is full, and changes nothing; what is there stays, and is identical',
    async (store, rootOf) => {
      assert.equal(await store.put(rootOf('first'), bytesOf(8000)), 'stored');
      assert.equal(await store.put(rootOf('second'), bytesOf(8000)), 'full');
      assert.equal(await store.get(rootOf('second')), undefined);
      assert.equal(await store.put(rootOf('first'), bytesOf(8000)), 'identical');
      assert.equal(await store.put(rootOf('third'), bytesOf(4000)), 'stored');
      assertSame(await store.get(rootOf('first')), bytesOf(8000));
    },
    13_000,
  );

  add('after close every call is STORAGE, and a second close does nothing', async (store, rootOf) => {
    await store.close();
    await store.close();
    for (const call of [() => store.get(rootOf('a')), () => store.put(rootOf('a'), bytesOf(1))]) {
      await assert.rejects(call, (error) => error instanceof RegistryError && error.code === 'STORAGE');
    }
  });

  return list.checks;
}

const digest = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest());
const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256);

function assertSame(actual: Uint8Array | undefined, expected: Uint8Array): void {
  assert.ok(actual !== undefined && Buffer.from(actual).equals(expected), 'other bytes were read than were put');
}
