import assert from 'node:assert/strict';
import { RegistryError } from '../../error.ts';
import { compareChecked, entryId, type CheckedEntry } from '../../registry/index.ts';
import { entryTag, type EntryStore } from '../store/entry-store.ts';
import { Author, extremes, shuffled } from './author.ts';
import { CheckList, type Check } from './check.ts';

/**
 * What every entry store must do. Any number of checks may run at a time, on stores of their own or on one: keys are fresh.
 * @param openStore opens a store; each check closes its own
 * @param options.seed what the keys are made of; default random, and named by every failure
 */
export function entryStoreConformance(openStore: () => Promise<EntryStore>, options: { seed?: string } = {}): readonly Check[] {
  const list = new CheckList(options.seed);
  const add = (name: string, body: (store: EntryStore, author: Author, seed: string) => Promise<void>) =>
    list.add(name, async (seed) => {
      const store = await openStore();
      try {
        await body(store, new Author(seed), seed);
      } finally {
        await store.close();
      }
    });

  add('an entry that was never put is undefined', async (store, author) => {
    assert.equal(await store.get(entryId(author.entry(0n))), undefined);
  });

  add('what was put is read back, to the ends of every range', async (store, author) => {
    for (const entry of extremes(author)) {
      assert.deepEqual(await store.putIfNewer(entry), { outcome: 'stored' });
      assertSame(await store.get(entryId(entry)), entry);
    }
  });

  add('a higher revision replaces the entry', async (store, author) => {
    await store.putIfNewer(author.entry(1n));
    assert.equal((await store.putIfNewer(author.entry(2n ** 63n))).outcome, 'stored');
    assertSame(await store.get(entryId(author.entry(1n))), author.entry(2n ** 63n));
  });

  add('a lower revision is refused with the current entry, which stays', async (store, author) => {
    await store.putIfNewer(author.entry(256n));
    const result = await store.putIfNewer(author.entry(255n));
    assert.equal(result.outcome, 'refused');
    assertSame(result.current, author.entry(256n));
    assertSame(await store.get(entryId(author.entry(0n))), author.entry(256n));
  });

  add('of one revision the smaller work hash wins, whichever comes first', async (store, author) => {
    const [winner, loser] = author.tie(4n);
    assert.equal((await store.putIfNewer(loser)).outcome, 'stored');
    assert.equal((await store.putIfNewer(winner)).outcome, 'stored');
    assert.equal((await store.putIfNewer(loser)).outcome, 'refused');
    assertSame(await store.get(entryId(winner)), winner);
  });

  add('of one work hash type 2 wins over type 1', async (store, author) => {
    const plain = author.entry(1n, 'payload');
    const hosted = author.entry(1n, Buffer.concat([new Uint8Array(20).fill(1), Buffer.from('payload')]), { type: 2 });
    assert.equal(entryTag(plain), entryTag(hosted));
    assert.equal((await store.putIfNewer(plain)).outcome, 'stored');
    assert.equal((await store.putIfNewer(hosted)).outcome, 'stored');
    assert.equal((await store.putIfNewer(plain)).outcome, 'refused');
    assertSame(await store.get(entryId(plain)), hosted);
  });

  add('the same entry again is identical', async (store, author) => {
    await store.putIfNewer(author.entry(3n));
    const result = await store.putIfNewer(author.entry(3n));
    assert.equal(result.outcome, 'identical');
    assertSame(result.current, author.entry(3n));
  });

  add('entries of other keys and datakeys are other entries', async (store, author, seed) => {
    const entries = [author.entry(5n), author.entry(3n, 'x', { name: 'another' }), new Author(`${seed} 2`).entry(1n)];
    for (const entry of entries) assert.equal((await store.putIfNewer(entry)).outcome, 'stored');
    for (const entry of entries) assertSame(await store.get(entryId(entry)), entry);
  });

  add('a precondition that holds lets the put take place', async (store, author) => {
    assert.equal((await store.putIfNewer(author.entry(1n), { noneMatch: '*' })).outcome, 'stored');
    assert.equal((await store.putIfNewer(author.entry(2n), { match: ['other', entryTag(author.entry(1n))] })).outcome, 'stored');
    assert.equal((await store.putIfNewer(author.entry(3n), { match: '*' })).outcome, 'stored');
    assert.equal((await store.putIfNewer(author.entry(4n), { noneMatch: [entryTag(author.entry(1n))] })).outcome, 'stored');
  });

  add('a precondition that does not hold changes nothing and shows the current entry', async (store, author) => {
    const absent = await store.putIfNewer(author.entry(1n), { match: '*' });
    assert.deepEqual(absent, { outcome: 'precondition-failed', current: undefined });
    assert.equal(await store.get(entryId(author.entry(1n))), undefined);
    await store.putIfNewer(author.entry(1n));
    const failing = [{ match: [entryTag(author.entry(0n))] }, { match: [] }, { noneMatch: '*' as const }, { noneMatch: [entryTag(author.entry(1n))] }];
    for (const precondition of failing) {
      const result = await store.putIfNewer(author.entry(2n), precondition);
      assert.equal(result.outcome, 'precondition-failed', JSON.stringify(precondition));
      assertSame(result.current, author.entry(1n));
    }
    assertSame(await store.get(entryId(author.entry(1n))), author.entry(1n));
  });

  add('the precondition is looked at before the order', async (store, author) => {
    await store.putIfNewer(author.entry(2n));
    assert.equal((await store.putIfNewer(author.entry(1n), { noneMatch: '*' })).outcome, 'precondition-failed');
    assert.equal((await store.putIfNewer(author.entry(1n), { match: '*' })).outcome, 'refused');
  });

  add('the same entry again is identical, unless the precondition fails: it may be another writer\'s', async (store, author) => {
    await store.putIfNewer(author.entry(2n), { noneMatch: '*' });
    assert.equal((await store.putIfNewer(author.entry(2n), { noneMatch: '*' })).outcome, 'precondition-failed');
    assert.equal((await store.putIfNewer(author.entry(2n), { match: ['other'] })).outcome, 'precondition-failed');
    assert.equal((await store.putIfNewer(author.entry(2n), { match: [entryTag(author.entry(2n))] })).outcome, 'identical');
  });

  add('puts at one time end at the greatest entry, and those that are stored do not go back', async (store, author, seed) => {
    const entries = [...Array.from({ length: 30 }, (_, i) => author.entry(BigInt(i))), ...author.tie(29n)];
    const stored: CheckedEntry[] = [];
    const put = async (entry: CheckedEntry) => {
      const result = await store.putIfNewer(entry);
      if (result.outcome === 'stored') stored.push(entry);
      else if (result.outcome === 'refused') assert.ok(compareChecked(result.current, entry) > 0, 'refused for an entry that is not newer');
      const current = await store.get(entryId(entry));
      assert.ok(current !== undefined && compareChecked(current, entry) >= 0, 'an older entry is read after the answer to a put');
    };
    await Promise.all(shuffled(entries, seed).map(put));
    const [greatest] = [...entries].sort((a, b) => compareChecked(b, a));
    assertSame(await store.get(entryId(author.entry(0n))), greatest);
    assert.ok(stored.some((entry) => compareChecked(entry, greatest as CheckedEntry) === 0), 'the greatest entry was never said to be stored');
  });

  add('of many first writes at one time one is stored', async (store, author) => {
    const puts = Array.from({ length: 16 }, (_, i) => store.putIfNewer(author.entry(BigInt(i)), { noneMatch: '*' }));
    const outcomes = (await Promise.all(puts)).map(({ outcome }) => outcome);
    assert.equal(outcomes.filter((outcome) => outcome === 'stored').length, 1, outcomes.join());
    assert.equal(outcomes.filter((outcome) => outcome === 'precondition-failed').length, 15, outcomes.join());
  });

  add('no update is lost between writers that compare and set', async (store, author) => {
    await store.putIfNewer(author.entry(0n));
    const id = entryId(author.entry(0n));
    const increment = async (writer: number, attempts = 100): Promise<void> => {
      assert.ok(attempts > 0, 'no put came through');
      const current = await store.get(id);
      assert.ok(current !== undefined);
      const next = author.entry(current.revision + 1n, `writer ${writer}`);
      if ((await store.putIfNewer(next, { match: [entryTag(current)] })).outcome !== 'stored') await increment(writer, attempts - 1);
    };
    await Promise.all(Array.from({ length: 20 }, (_, i) => increment(i)));
    assert.equal((await store.get(id))?.revision, 20n);
  });

  list.add('closing twice is closing once, and every call after it is STORAGE', async (seed) => {
    const store = await openStore();
    const entry = new Author(seed).entry(1n);
    await store.putIfNewer(entry);
    await Promise.all([store.close(), store.close()]);
    await assert.rejects(async () => store.get(entryId(entry)), isStorage);
    await assert.rejects(async () => store.putIfNewer(entry), isStorage);
  });

  return list.checks;
}

function assertSame(seen: CheckedEntry | undefined, expected: CheckedEntry | undefined): void {
  assert.deepEqual(comparable(seen), comparable(expected));
}

/** Bytes as hex, so that a Buffer and a Uint8Array of the same bytes are the same. */
function comparable(entry: CheckedEntry | undefined): object | undefined {
  return entry && Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value]));
}

const isStorage = (error: unknown): boolean => error instanceof RegistryError && error.code === 'STORAGE';
