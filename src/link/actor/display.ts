import { bytesToHex } from '@noble/hashes/utils.js';

/** Bytes shown whole: all that a registry entry has. Of more, these, and how many there are. */
const MAX_BYTES = 128;

/** Strings that would be taken for something else than they are. */
const AMBIGUOUS = /^(-?\d+n|0x([\da-f]{2})*|NaN|-?Infinity|".*")$/s;

/**
 * A value as JSON text: `7n` for a bigint, `0x…` for bytes, `Infinity` and `NaN` as these words, and a string that looks like one of them in quotes of its own; a record
 * for a Map, an array for a Set, name and message for an error. JSON itself throws at the first, and makes nonsense of the others. Throws at a cycle.
 */
export const toDisplayJson = (value: unknown): string => JSON.stringify(value, display) ?? 'null';

/** Looks at `this[key]`: some values (a Buffer) have a `toJSON` that ran before. */
function display(this: unknown, key: string, converted: unknown): unknown {
  const value = (this as Record<string, unknown>)[key];
  if (typeof value === 'string') return AMBIGUOUS.test(value) ? `"${value}"` : value;
  if (typeof value === 'number' && !Number.isFinite(value)) return `${value}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return { type: value.name };
  if (value instanceof ArrayBuffer) return hex(new Uint8Array(value));
  if (ArrayBuffer.isView(value)) return hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, item]: [unknown, unknown]) => [keyText(name), item]));
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return { name: value.name, message: value.message };
  return converted;
}

const keyText = (key: unknown): string => {
  const shown = toDisplayJson(key);
  return shown.startsWith('"') ? (JSON.parse(shown) as string) : shown;
};

function hex(bytes: Uint8Array): string {
  const shown = `0x${bytesToHex(bytes.subarray(0, MAX_BYTES))}`;
  return bytes.length > MAX_BYTES ? `${shown}… (${bytes.length} bytes)` : shown;
}
