import { describe, expect, it } from 'vitest';
import { storageNamed } from '#storage';
import { IndexedDbStorage } from '../../src/storage/indexeddb.ts';
import { genuine, idOf, keyOf, openFloors, plant, storedRevision } from './fixtures.ts';

const fresh = (): string => `floors ${Math.random()}`;

describe('IndexedDbStorage', () => {
  it('S1: two tabs and a worker on one database end with the highest floor', async () => {
    const name = fresh();
    const worker = new Worker(new URL('./raise.worker.ts', import.meta.url), { type: 'module' });
    const answered = new Promise<MessageEvent<string[]>>((resolve, reject) => {
      worker.addEventListener('message', resolve);
      worker.addEventListener('error', reject);
    });
    const [one, two] = [await openFloors(new IndexedDbStorage({ name })), await openFloors(new IndexedDbStorage({ name }))];
    const revisions = [...Array(30).keys()].map((i) => ((i * 7) % 30) + 1);
    worker.postMessage({ name, entries: revisions.map((revision) => genuine('a', revision)) }, []);
    await Promise.all(revisions.flatMap((revision, i) => [(i % 2 ? one : two).floors.raise([genuine('a', revision)])]));
    expect(new Set((await answered).data)).toEqual(new Set(['durable']));
    worker.terminate();
    for (const { floors } of [one, two]) expect(await floors.get(idOf('a'))).toMatchObject({ entry: { revision: 30n }, durability: 'durable' });
    expect((await two.floors.raise([genuine('a', 3)]))[0]?.entry.revision).toBe(30n);
  });

  it('S2: floors are there after closing and opening again, and asks for strict durability', async () => {
    const name = fresh();
    const first = await openFloors(new IndexedDbStorage({ name }));
    const asked: (string | undefined)[] = [];
    const transaction = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function spied(this: IDBDatabase, ...parameters: Parameters<typeof transaction>) {
      asked.push(parameters[2]?.durability);
      return transaction.apply(this, parameters);
    };
    try {
      await first.floors.raise([genuine('a', 5)]);
    } finally {
      IDBDatabase.prototype.transaction = transaction;
    }
    expect(asked[0]).toBe('strict');
    await first.floors.close();
    const second = await openFloors(new IndexedDbStorage({ name }));
    expect(await second.floors.get(idOf('a'))).toMatchObject({ entry: { revision: 5n }, durability: 'durable' });
  });

  it('S3: what is no bytes at all is an unreadable record', async () => {
    const name = fresh();
    const { floors, corrupt } = await openFloors(new IndexedDbStorage({ name }));
    const database = await raw(indexedDB.open(name));
    database.transaction('records', 'readwrite').objectStore('records').put('text', keyOf('a') as BufferSource);
    expect(await floors.get(idOf('a'))).toBeUndefined();
    expect(corrupt).toEqual([{ entryId: idOf('a'), reason: 'unreadable', record: new Uint8Array() }]);
    expect((await floors.raise([genuine('a', 1)]))[0]?.durability).toBe('durable');
    database.close();
  });

  it('S5, S6: gives way to an upgrade by another tab, goes on in memory, and heals once it can', async () => {
    const name = fresh();
    const { floors, states } = await openFloors(new IndexedDbStorage({ name }));
    await floors.raise([genuine('a', 1)]);
    const newer = await raw(indexedDB.open(name, 2)); // would wait for ever if the connection stayed open
    expect((await floors.raise([genuine('a', 2)]))[0]).toMatchObject({ entry: { revision: 2n }, durability: 'volatile' });
    expect(await floors.heal()).toMatchObject({ status: 'degraded', error: { code: 'STORAGE', message: 'a newer version of this library has upgraded the database' } });
    newer.close();
    await raw(indexedDB.deleteDatabase(name));
    expect(await floors.heal()).toMatchObject({ status: 'healthy' });
    expect(await storedRevision(new IndexedDbStorage({ name }), 'a')).toBe(2n);
    expect(states).toEqual(['healthy', 'degraded', 'degraded', 'healthy']);
  });

  it('S5: is STORAGE where another tab keeps an upgrade from happening, and lets go of it afterwards', async () => {
    const name = fresh();
    const stubborn = await raw(indexedDB.open(name, 1)); // an older version, which does not listen to versionchange
    const factory = { open: (called: string) => indexedDB.open(called, 2) } as unknown as IDBFactory;
    await expect(new IndexedDbStorage({ name, factory }).open()).rejects.toMatchObject({ code: 'STORAGE', hint: 'Close or reload the other tabs of this site.' });
    stubborn.close();
    await raw(indexedDB.deleteDatabase(name)); // would wait for ever if the late connection stayed open
  });

  it('S5: is STORAGE with a hint where there is none, it is forbidden, it breaks, or the database is not ours', async () => {
    const forbidden = { open: () => { throw new DOMException('denied', 'SecurityError'); } } as unknown as IDBFactory;
    await expect(new IndexedDbStorage({ factory: forbidden }).open()).rejects.toMatchObject({ code: 'STORAGE', cause: { name: 'SecurityError' } });
    const theirs = fresh();
    (await raw(indexedDB.open(theirs, 1))).close();
    await expect(new IndexedDbStorage({ name: theirs }).open()).rejects.toMatchObject({ code: 'STORAGE', message: 'a database of this name exists and is not ours' });

    const frame = document.createElement('iframe');
    frame.sandbox.add('allow-scripts');
    frame.srcdoc = '<script>try { indexedDB.open("x"); parent.postMessage("opened", "*") } catch (error) { parent.postMessage(error.name, "*") }</script>';
    const heard = new Promise<unknown>((resolve) => addEventListener('message', ({ source, data }) => source === frame.contentWindow && resolve(data)));
    document.body.append(frame);
    expect(await heard).toBe('SecurityError'); // what the factory above imitates
    frame.remove();
  });

  it('S5, S6: that runs out of quota goes on in memory and heals', async () => {
    const name = fresh();
    const { floors } = await openFloors(new IndexedDbStorage({ name }));
    await floors.raise([genuine('a', 1)]);
    const put = IDBObjectStore.prototype.put;
    // As a browser does it: the commit fails, and the transaction is aborted with this error. (Chromium remembers how much room there
    // is for minutes, so a quota set by DevTools does not bite in time.)
    IDBObjectStore.prototype.put = function full(this: IDBObjectStore, ...parameters: Parameters<typeof put>) {
      const request = put.apply(this, parameters);
      Object.defineProperty(this.transaction, 'error', { value: new DOMException('full', 'QuotaExceededError') });
      this.transaction.abort();
      return request;
    };
    try {
      expect((await floors.raise([genuine('a', 2)]))[0]).toMatchObject({ entry: { revision: 2n }, durability: 'volatile' });
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    expect(floors.state).toMatchObject({ status: 'degraded', error: { code: 'STORAGE', message: 'the storage of this site is full' } });
    await floors.heal();
    expect(await storedRevision(new IndexedDbStorage({ name }), 'a')).toBe(2n);
  });

  it('S5: whose connection the browser closed is opened again by healing', async () => {
    const name = fresh();
    const opened: IDBDatabase[] = [];
    const factory = {
      open(called: string, version: number) {
        const request = indexedDB.open(called, version);
        request.addEventListener('success', () => opened.push(request.result));
        return request;
      },
    } as unknown as IDBFactory;
    const { floors } = await openFloors(new IndexedDbStorage({ name, factory }));
    opened[0]?.close();
    expect((await floors.raise([genuine('a', 1)]))[0]?.durability).toBe('volatile');
    expect(floors.state).toMatchObject({ error: { code: 'STORAGE', message: 'the browser or another tab closed the database' } });
    await floors.heal();
    expect((await floors.raise([genuine('a', 1)]))[0]?.durability).toBe('durable');
    expect(opened).toHaveLength(2);
  });

  it('keeps floors apart from other records', async () => {
    const storage = new IndexedDbStorage({ name: fresh() });
    await plant(storage, Uint8Array.of(2), Uint8Array.of(1));
    const { floors } = await openFloors(storage);
    await floors.raise([genuine('a', 1)]);
    expect(await storedRevision(storage, 'a')).toBe(1n);
  });
});

describe('the storage that an option names in a browser', () => {
  it('is IndexedDB by default, and a path is UNSUPPORTED', () => {
    expect(storageNamed()).toBeInstanceOf(IndexedDbStorage);
    expect(storageNamed('memory')).toBeUndefined();
    expect(() => storageNamed({ path: '/tmp' })).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }) as Error);
  });
});

function raw<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('failed')));
  });
}
