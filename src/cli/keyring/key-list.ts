import type { PublicKey } from '../../index.ts';

/** All that is public of a vault's keys, as a table for people: a line a key. */
export function tableOf(keys: readonly PublicKey[]): string {
  const rows = [['name', 'type', 'origin', 'path', 'public key', 'address'], ...keys.map((key) => [key.name, key.type, key.origin, key.path ?? '-', key.public, key.address])];
  const widths = rows.reduce<readonly number[]>((widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, cell.length)), []);
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd()).join('\n');
}

/** The same as one JSON object. */
export const keysAsJson = (folder: string, keys: readonly PublicKey[]): string =>
  JSON.stringify({ vault: folder, keys: keys.map(({ name, type, origin, path, public: publicKey, address }) => ({ name, type, origin, path, public: publicKey, address })) });
