import { charactersOf } from '../registry/key-name.ts';
import type { Change, StorageConnection } from './adapter.ts';
import { FLOORS, usedAt } from './record.ts';
import { scanAll } from './scan.ts';

/** Records deleted at a time. */
const PAGE = 1_000;

/** What eviction asks about a record; `id` is the entryId as characters. */
export interface Standing {
  isKept(id: string, storedUsedAt: number): boolean;
  /** The last use that this process knows of. */
  lastUse(id: string, storedUsedAt: number): number;
}

/**
 * Deletes the least recently used floors until nine tenths of `maxFloors` are left, if there are more than `maxFloors`: the tenth is
 * why one scan serves many new floors. Kept ones stay even if they alone are more. Answers with the ids that went, and with how many
 * floors are left.
 */
export async function evict(connection: StorageConnection, maxFloors: number, standing: Standing): Promise<{ readonly evicted: string[]; readonly left: number }> {
  const count = await connection.count(FLOORS);
  if (count <= maxFloors) return { evicted: [], left: count };

  const candidates = (await scanAll(connection, FLOORS)).map(({ key, record }) => {
    const id = charactersOf(key.subarray(1));
    return { id, key, stored: usedAt(record), lastUse: standing.lastUse(id, usedAt(record)) };
  });
  const victims = candidates
    .filter(({ id, stored }) => !standing.isKept(id, stored))
    .sort((a, b) => a.lastUse - b.lastUse)
    .slice(0, Math.max(0, candidates.length - Math.floor(maxFloors * 0.9)));

  const evicted: string[] = [];
  for (let i = 0; i < victims.length; i += PAGE) {
    const gone: string[] = [];
    await connection.update(
      victims.slice(i, i + PAGE).map(
        ({ id, key, stored, lastUse }): Change => ({
          key,
          decide(current) {
            // Used or pinned since it was chosen, here or by another process: then it is not the least recently used any more.
            if (current === undefined || usedAt(current) !== stored || standing.isKept(id, stored) || standing.lastUse(id, stored) !== lastUse) return undefined;
            gone.push(id);
            return null;
          },
        }),
      ),
    );
    evicted.push(...gone);
  }
  return { evicted, left: candidates.length - evicted.length };
}
