import { takePortalUrl } from '../../portal-url.ts';
import type { UseStorage } from './records.ts';
import type { Seal } from './seal.ts';

/** The key of the record, and what kind of statement its seal is of. */
const TAG = 6;
const KEY = Uint8Array.of(TAG);
const SEAL_BYTES = 32;

/** The portals that somebody who may has set, for all workers of the module, by their URLs; undefined where none were, or not by this module. Never rejects. */
export async function readPortals(use: UseStorage, seal: Seal): Promise<readonly string[] | undefined> {
  const [record = KEY] = (await use((connection) => connection.getMany([KEY]))) ?? [];
  const text = record.subarray(SEAL_BYTES);
  try {
    if (seal.holds(record.subarray(0, SEAL_BYTES), TAG, text)) return new TextDecoder().decode(text).split('\n').map((url) => takePortalUrl(url, 'portals'));
  } catch {
    // Of another version of this module.
  }
  return undefined;
}

/** Resolves when it is on disk: a seal of 32 bytes, then a line for each. Where it cannot be, or there is no key to seal it with, it holds for this worker alone. */
export async function writePortals(use: UseStorage, seal: Seal, urls: readonly string[]): Promise<void> {
  const text = new TextEncoder().encode(urls.join('\n'));
  const record = seal.of(TAG, text);
  if (record === undefined) return;
  await use((connection) => connection.update([{ key: KEY, decide: () => Uint8Array.of(...record, ...text) }]));
}
