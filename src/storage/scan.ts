import type { Bytes } from '../registry/bytes.ts';
import type { KeyRange, StorageConnection, StoredRecord } from './adapter.ts';

/** Records read at a time. */
const PAGE = 1_000;

/** All records of a range, in bytewise order of their keys: some at a time, so not all as of one moment. */
export async function scanAll(connection: StorageConnection, range: KeyRange): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for (let { from } = range; ; ) {
    const page = await connection.scan({ from, before: range.before }, PAGE);
    records.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return records;
    from = after(last.key);
  }
}

/** The next key in bytewise order. */
function after(key: Bytes): Bytes {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
