/** Bytes shown; what follows is given as a length. */
const MAX_BYTES = 32;

/**
 * A value as JSON can show it: `7n` for a bigint, `0x…` for bytes, a record for a Map, an array for a Set, name and message for an error.
 * JSON itself throws at the first, and makes nonsense of the others. For display only: it cannot be read back. Never throws.
 */
export function toDisplay(value: unknown): unknown {
  try {
    return JSON.parse(toDisplayJson(value)) as unknown;
  } catch {
    return '[cannot be shown]';
  }
}

/** As {@link toDisplay}, as JSON text. Throws at a cycle. */
export const toDisplayJson = (value: unknown): string => JSON.stringify(value, display) ?? 'null';

/** Looks at `this[key]`: some values (a Buffer) have a `toJSON` that ran before. */
function display(this: unknown, key: string, converted: unknown): unknown {
  const value = (this as Record<string, unknown>)[key];
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
  const shown = toDisplay(key);
  return typeof shown === 'string' ? shown : JSON.stringify(shown);
};

function hex(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, MAX_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > MAX_BYTES ? `0x${shown}… (${bytes.length} bytes)` : `0x${shown}`;
}
