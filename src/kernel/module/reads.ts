import type { Grace } from '../../../actors/entries/reading.ts';
import { resultNamed, type ReadResult, type ResultBody } from '../../../actors/entries/result.ts';
import type { PendingRead } from '../../../actors/entries/row.ts';
import { RegistryError } from '../../error.ts';
import { nameOf, type EntryKey } from '../../registry/index.ts';
import type { Core } from './core.ts';
import type { Vouched, Vouchers } from './vouchers.ts';

/** How long one portal's word is compared with others'. */
const GRACE: Grace = { ofValue: 250, ofAbsence: 2_000 };

/**
 * Reads an entry: what is known at once, if a live connection of this worker vouches for it or a portal said so lately; else what another worker vouches for,
 * or the newest that portals serve, whichever comes first.
 * @throws RegistryError as `Runtime.read` does
 */
export function read({ entries }: Core, vouchers: Vouchers | undefined, key: EntryKey): Promise<ReadResult> {
  const name = nameOf(key);
  return new Promise((resolve, reject) => {
    let stopAsking: (() => void) | undefined;
    const settled = (outcome: ResultBody | RegistryError): void => {
      stopAsking?.();
      if (outcome instanceof RegistryError) reject(outcome);
      else resolve(resultNamed(name, outcome));
    };
    const pending = entries.table.read(name, { maxStaleness: undefined, confirmations: 1, compare: GRACE }, settled);
    if (pending === undefined) return;
    stopAsking = vouchers?.ask(name, (vouched) => {
      // What cannot be verified or raised now, portals are being asked for.
      void believe(entries, pending, vouched).catch(() => {});
    });
  });
}

/** Another worker vouches for an entry: it is verified here, and taken in like what another process has seen. */
async function believe({ table, world }: Core['entries'], pending: PendingRead, { entry, portal, at }: Vouched): Promise<void> {
  const { row } = pending;
  if (!(await world.verify(entry))) return;
  await table.rows.recalled(row);
  if (row.compare(entry) > 0) {
    const [floor] = await world.floors.raise([entry], [row.name]);
    if (floor !== undefined) table.adopt(row, floor);
  }
  // Others may have been faster, or know better.
  if (!row.reads.has(pending) || row.compare(entry) !== 0) return;
  row.send({ type: 'ANSWERED', entry, floor: row.floor, portal, at });
  const { packed, confirmedAt, confirmedBy, floor } = row.facts;
  if (packed !== undefined) pending.settle({ exists: true, packed, status: 'live', source: 'cache', confirmedAt, confirmedBy, floor });
}
