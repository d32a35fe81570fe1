import { describe, expect, test } from 'vitest';
import { bytesToHex } from '@noble/hashes/utils.js';
import { compareChecked, entryId } from '../../src/registry/index.ts';
import {
  entryStoreConformance,
  fileStoreConformance,
  judgePut,
  LocalBus,
  MemoryFileStore,
  MemoryStore,
  portalConformance,
  updateBusConformance,
  type Check,
  type CheckedEntry,
  type EntryStore,
  type FilePutOutcome,
  type Precondition,
  type PutResult,
  type UpdateBus,
} from '../../src/portal/index.ts';
import { openPortal } from './fixture.ts';

/** The names of the checks that a thing does not pass. */
async function failing(checks: readonly Check[]): Promise<string[]> {
  const results = await Promise.allSettled(checks.map((check) => check.run()));
  return checks.filter((_, i) => results[i]?.status === 'rejected').map(({ name }) => name);
}

/** Whoever says nothing is waited for this long. */
const patience = 1_000;

/** A store that judges in a way of its own. */
class JudgingStore extends MemoryStore {
  readonly #entries = new Map<string, CheckedEntry>();
  readonly #judge: typeof judgePut;
  constructor(judge: typeof judgePut) {
    super();
    this.#judge = judge;
  }
  override async get(id: Uint8Array): Promise<CheckedEntry | undefined> {
    await super.get(id); // closed or not
    return this.#entries.get(bytesToHex(id));
  }
  override async putIfNewer(entry: CheckedEntry, precondition?: Precondition): Promise<PutResult> {
    const id = entryId(entry);
    await super.get(id);
    const result = this.#judge(entry, this.#entries.get(bytesToHex(id)), precondition);
    if (result.outcome === 'stored') this.#entries.set(bytesToHex(id), entry);
    return result;
  }
}

const cut = (entry: CheckedEntry): CheckedEntry => ({ ...entry, revision: BigInt.asUintN(32, entry.revision) });
const stored: PutResult = { outcome: 'stored' };
const STORES: Record<string, () => EntryStore> = {
  'takes lower revisions': () => new JudgingStore((entry, current, condition) => (current && entry.revision < current.revision ? stored : judgePut(entry, current, condition))),
  'compares revisions as 32-bit integers': () =>
    new JudgingStore((entry, current, condition) => {
      return judgePut(cut(entry), current && cut(current), condition);
    }),
  'ignores the tie-break': () =>
    new JudgingStore((entry, current, condition) => (current?.revision === entry.revision && compareChecked(entry, current) > 0 ? { outcome: 'refused', current } : judgePut(entry, current, condition))),
  'turns the tie-break around': () =>
    new JudgingStore((entry, current, condition) => {
      if (current?.revision !== entry.revision || compareChecked(entry, current) === 0) return judgePut(entry, current, condition);
      return compareChecked(entry, current) < 0 ? stored : { outcome: 'refused', current };
    }),
  'ignores preconditions': () => new JudgingStore((entry, current) => judgePut(entry, current, undefined)),
  'sees that nothing changes before it looks at the precondition': () =>
    new JudgingStore((entry, current, condition) => (current && compareChecked(entry, current) === 0 ? { outcome: 'identical', current } : judgePut(entry, current, condition))),
  'calls an identical entry refused': () =>
    new JudgingStore((entry, current, condition) => {
      const result = judgePut(entry, current, condition);
      return result.outcome === 'identical' ? { ...result, outcome: 'refused' } : result;
    }),
  'keeps one entry per key': () => {
    const store = new MemoryStore();
    return {
      get: () => Promise.resolve(undefined),
      putIfNewer: (entry, precondition) => store.putIfNewer({ ...entry, datakey: new Uint8Array(32) }, precondition),
      close: () => store.close(),
    };
  },
  'acknowledges and drops': () => {
    const store = new MemoryStore();
    return { get: (id) => store.get(id), putIfNewer: async () => stored, close: () => store.close() };
  },
  'reads and writes in two steps': () => {
    const store = new MemoryStore();
    const unguarded = new Map<string, CheckedEntry>();
    return {
      async get(id) {
        await store.get(id);
        return unguarded.get(bytesToHex(id));
      },
      async putIfNewer(entry, precondition) {
        const id = entryId(entry);
        const current = await this.get(id);
        const result = judgePut(entry, current, precondition);
        await Promise.resolve();
        if (result.outcome === 'stored') unguarded.set(bytesToHex(id), entry);
        return result;
      },
      close: () => store.close(),
    };
  },
  'works on after its end': () => {
    const store = new MemoryStore();
    return { get: (id) => store.get(id), putIfNewer: (entry, precondition) => store.putIfNewer(entry, precondition), close: async () => {} };
  },
};

describe('a store is caught that', () => {
  test.each(Object.keys(STORES))('%s', async (name) => {
    expect(await failing(entryStoreConformance(async () => (STORES[name] as () => EntryStore)()))).not.toEqual([]);
  });

  test('nothing, since it has no fault, and then is not caught', async () => {
    expect(await failing(entryStoreConformance(async () => new JudgingStore(judgePut)))).toEqual([]);
  });
});

const BUSES: Record<string, () => UpdateBus> = {
  'delivers nothing': () => ({ publish: () => {}, subscribe: () => () => {} }),
  'knows one listener': () => {
    let listener: ((entry: CheckedEntry) => void) | undefined;
    return { publish: (entry) => listener?.(entry), subscribe: (next) => ((listener = next), () => (listener = undefined)) };
  },
  'goes on after the end': () => {
    const bus = new LocalBus();
    return { publish: (entry) => bus.publish(entry), subscribe: (listener) => (bus.subscribe(listener), () => {}) };
  },
  'lets one failing listener end the round': () => {
    const listeners = new Set<(entry: CheckedEntry) => void>();
    return { publish: (entry) => listeners.forEach((listener) => listener(entry)), subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)) };
  },
  'rounds revisions': () => {
    const bus = new LocalBus();
    return { publish: (entry) => bus.publish({ ...entry, revision: BigInt(Math.min(Number(entry.revision), 2 ** 53)) }), subscribe: (listener) => bus.subscribe(listener) };
  },
};

describe('a bus is caught that', () => {
  test.each(Object.keys(BUSES))('%s', async (name) => {
    expect(await failing(updateBusConformance(async () => (BUSES[name] as () => UpdateBus)(), { patience }))).not.toEqual([]);
  });
});

describe('a portal is caught that', () => {
  test.each(['takes lower revisions', 'ignores the tie-break', 'ignores preconditions', 'acknowledges and drops', 'calls an identical entry refused'])('%s', async (name) => {
    const { portal } = await openPortal({ store: (STORES[name] as () => EntryStore)() });
    expect(await failing(portalConformance(portal.url, { patience }))).not.toEqual([]);
  });

  test('publishes what it did not store', async () => {
    const bus = new LocalBus();
    const store = new MemoryStore();
    const talkative: EntryStore = {
      get: (id) => store.get(id),
      async putIfNewer(entry, precondition) {
        bus.publish({ ...entry, revision: entry.revision + 1n });
        return await store.putIfNewer(entry, precondition);
      },
      close: () => store.close(),
    };
    const { portal } = await openPortal({ store: talkative, bus });
    const names = await failing(portalConformance(portal.url, { patience }));
    expect(names).toContain('WebSocket: what is refused or known already is not told');
  });
});

/** File stores, each with one thing wrong. */
const FILE_STORES: Record<string, (mostBytes: number) => MemoryFileStore> = {
  'loses the last byte': (mostBytes) =>
    new (class extends MemoryFileStore {
      override put(root: Uint8Array, used: Uint8Array) {
        return super.put(root, used.subarray(0, -1));
      }
    })(mostBytes),
  'has room for everything': () => new MemoryFileStore(Number.MAX_SAFE_INTEGER),
  'has room for nothing': () => new MemoryFileStore(0),
  'looks at half of the root': (mostBytes) =>
    new (class extends MemoryFileStore {
      override get() {
        return super.get(new Uint8Array(32));
      }
      override put(_: Uint8Array, used: Uint8Array) {
        return super.put(new Uint8Array(32), used);
      }
    })(mostBytes),
  'always says stored': (mostBytes) =>
    new (class extends MemoryFileStore {
      override async put(root: Uint8Array, used: Uint8Array): Promise<FilePutOutcome> {
        await super.put(root, used);
        return 'stored';
      }
    })(mostBytes),
  'hands out its own memory': (mostBytes) =>
    new (class extends MemoryFileStore {
      readonly #lent = new Map<string, Uint8Array>();
      override async get(root: Uint8Array) {
        const name = bytesToHex(root);
        const bytes = this.#lent.get(name) ?? (await super.get(root));
        if (bytes !== undefined) this.#lent.set(name, bytes);
        return bytes;
      }
    })(mostBytes),
  'goes on after close': (mostBytes) =>
    new (class extends MemoryFileStore {
      override async close() {}
    })(mostBytes),
};

describe('the suite of file stores', () => {
  test.each(Object.entries(FILE_STORES))('notices one that %s', async (_, make) => {
    expect(await failing(fileStoreConformance(async (mostBytes) => make(mostBytes)))).not.toEqual([]);
  });

  test('passes one that does none of it', async () => {
    expect(await failing(fileStoreConformance(async (mostBytes) => new MemoryFileStore(mostBytes)))).toEqual([]);
  });
});

test('a portal that takes no files passes, and says which checks could not be made', async () => {
  const { portal } = await openPortal({ files: false });
  const checks = portalConformance(portal.url, { patience: 10_000 }).filter(({ name }) => name.startsWith('files'));
  expect(await Promise.all(checks.map((check) => check.judge()))).toEqual(checks.map(() => 'not-offered'));
  expect(checks.length).toBeGreaterThan(8);
});
