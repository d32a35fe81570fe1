import { equalBytes, type Bytes } from '../registry/bytes.ts';
import type { Change, KeyRange, StorageAdapter, StorageConnection } from './adapter.ts';

/** One property of the storage contract. `run` rejects where the adapter breaks it. */
export interface ConformanceCase {
  readonly name: string;
  /** @param storage on an empty place of its own */
  run(storage: StorageAdapter): Promise<void>;
}

/** The contract of {@link StorageAdapter}, for any implementation and any test runner: a fresh, empty storage for each case. */
export const storageConformance: readonly ConformanceCase[] = [
  {
    name: 'what was never written is undefined',
    run: (storage) => using(storage, async (connection) => same(await connection.getMany([bytes(1)]), [undefined])),
  },
  {
    name: 'what was written is read, in the order of the keys asked for',
    run: (storage) =>
      using(storage, async (connection) => {
        await connection.update([put(bytes(1), bytes(10)), put(bytes(2), bytes(20, 21))]);
        same(await connection.getMany([bytes(2), bytes(3), bytes(1)]), [bytes(20, 21), undefined, bytes(10)]);
      }),
  },
  {
    name: 'keys of 33 bytes and of 64, and records of none and of 100,000 bytes, come back as they were',
    run: (storage) =>
      using(storage, async (connection) => {
        const long = new Uint8Array(100_000).map((_, i) => i % 251);
        await connection.update([put(new Uint8Array(33).fill(255), bytes()), put(new Uint8Array(64).fill(7), long)]);
        same(await connection.getMany([new Uint8Array(33).fill(255), new Uint8Array(64).fill(7)]), [bytes(), long]);
      }),
  },
  {
    name: 'a decision is told what stands there, and null deletes it, undefined leaves it',
    run: (storage) =>
      using(storage, async (connection) => {
        await connection.update([put(bytes(1), bytes(10)), put(bytes(2), bytes(20))]);
        const told: (Bytes | undefined)[] = [];
        const answering = (key: Bytes, answer: Uint8Array | null | undefined): Change => ({ key, decide: (current) => (told.push(current), answer) });
        await connection.update([answering(bytes(1), null), answering(bytes(2), undefined), answering(bytes(3), bytes(30))]);
        same(told, [bytes(10), bytes(20), undefined]);
        same(await connection.getMany([bytes(1), bytes(2), bytes(3)]), [undefined, bytes(20), bytes(30)]);
      }),
  },
  {
    name: 'what is handed over is a copy, both ways',
    run: (storage) =>
      using(storage, async (connection) => {
        const record = bytes(1, 2, 3, 4).subarray(1, 3);
        await connection.update([put(bytes(1), record)]);
        record.fill(9);
        const [first] = await connection.getMany([bytes(1)]);
        first?.fill(8);
        await connection.update([{ key: bytes(1), decide: (current) => void current?.fill(7) }]);
        const [second] = await connection.getMany([bytes(1)]);
        same([second], [bytes(2, 3)]);
        check(second?.buffer.byteLength === 2, 'a record owns its memory');
      }),
  },
  {
    name: 'a decision that throws rejects the update with its error, and nothing of the batch is written',
    run: (storage) =>
      using(storage, async (connection) => {
        await connection.update([put(bytes(1), bytes(10))]);
        const error = new Error('undecided');
        const refuse = (): never => {
          throw error;
        };
        const outcome = await connection.update([put(bytes(1), bytes(11)), { key: bytes(2), decide: refuse }, put(bytes(3), bytes(30))]).catch((thrown: unknown) => thrown);
        check(outcome === error, 'update rejects with the error of the decision');
        same(await connection.getMany([bytes(1), bytes(2), bytes(3)]), [bytes(10), undefined, undefined]);
      }),
  },
  {
    name: 'no writer comes between reading and writing: two connections count to 200 without losing one',
    run: async (storage) => {
      const [first, second] = [await storage.open(), await storage.open()];
      const increment: Change = { key: bytes(1), decide: (current) => bytes((current?.[0] ?? 0) + 1) };
      await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 ? first : second).update([increment])));
      for (const connection of [first, second]) {
        same(await connection.getMany([bytes(1)]), [bytes(200)]);
        await connection.close();
      }
    },
  },
  {
    name: 'what one connection committed, another reads at once',
    run: async (storage) => {
      const [writer, reader] = [await storage.open(), await storage.open()];
      same(await reader.getMany([bytes(1)]), [undefined]);
      await writer.update([put(bytes(1), bytes(10))]);
      same(await reader.getMany([bytes(1)]), [bytes(10)]);
      await writer.close();
      same(await reader.getMany([bytes(1)]), [bytes(10)]);
      await reader.close();
    },
  },
  {
    name: 'what was committed is there after closing and opening again',
    run: async (storage) => {
      await using(storage, (connection) => connection.update([put(bytes(1), bytes(10))]));
      await using(storage, async (connection) => same(await connection.getMany([bytes(1)]), [bytes(10)]));
    },
  },
  {
    name: 'a range is scanned in bytewise order, from its first key up to but without its last, at most as many as asked for',
    run: (storage) =>
      using(storage, async (connection) => {
        const keys = [bytes(1), bytes(1, 0), bytes(1, 255), bytes(2), bytes(2, 128), bytes(3), bytes(255)];
        await connection.update(keys.toReversed().map((key) => put(key, key)));
        const range: KeyRange = { from: bytes(1, 0), before: bytes(3) };
        const found = await connection.scan(range, 10);
        same(found.map(({ key }) => key), keys.slice(1, 5));
        same(found.map(({ record }) => record), keys.slice(1, 5));
        same((await connection.scan(range, 2)).map(({ key }) => key), keys.slice(1, 3));
        check((await connection.count(range)) === 4, 'a range is counted as it is scanned');
        check((await connection.count({ from: bytes(4), before: bytes(5) })) === 0, 'an empty range holds nothing');
      }),
  },
  {
    name: 'a closed connection refuses with STORAGE, and closing twice is no error',
    run: async (storage) => {
      const connection = await storage.open();
      await connection.close();
      await connection.close();
      const calls = [() => connection.getMany([bytes(1)]), () => connection.update([put(bytes(1), bytes(1))]), () => connection.count({ from: bytes(1), before: bytes(2) })];
      for (const call of calls) {
        const outcome: unknown = await call().then(() => undefined, (error: unknown) => error);
        check(outcome instanceof Error && 'code' in outcome && outcome.code === 'STORAGE', 'a call after close rejects with STORAGE');
      }
    },
  },
];

async function using(storage: StorageAdapter, action: (connection: StorageConnection) => Promise<void>): Promise<void> {
  const connection = await storage.open();
  try {
    await action(connection);
  } finally {
    await connection.close();
  }
}

const bytes = (...values: number[]): Bytes => Uint8Array.from(values);
const put = (key: Bytes, record: Bytes): Change => ({ key, decide: () => record });

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

function same(actual: readonly (Uint8Array | undefined)[], expected: readonly (Uint8Array | undefined)[]): void {
  const isSame = actual.length === expected.length && actual.every((value, i) => sameRecord(value, expected[i]));
  if (!isSame) throw new Error(`expected ${JSON.stringify(expected.map(shown))}, got ${JSON.stringify(actual.map(shown))}`);
}

const sameRecord = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean => (a === undefined || b === undefined ? a === b : equalBytes(a, b));
const shown = (value: Uint8Array | undefined): string => (value === undefined ? 'nothing' : `${value.length} bytes: ${value.subarray(0, 8).join(' ')}`);
