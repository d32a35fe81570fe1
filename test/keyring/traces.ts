import { base58, base64, base64urlnopad, hex } from '@scure/base';

/** Enough of a secret to know it by; less of it turns up by chance. */
const PIECE_BYTES = 12;

/** How a secret, or a piece of it, may be written. */
const SPELLINGS: readonly ((bytes: Uint8Array) => string)[] = [
  (bytes) => hex.encode(bytes),
  (bytes) => base64.encode(bytes).slice(0, -2),
  (bytes) => base64urlnopad.encode(bytes).slice(0, -2),
  (bytes) => base58.encode(bytes),
  (bytes) => bytes.join(),
  (bytes) => bytes.join(', '),
  (bytes) => JSON.stringify(Object.assign({}, bytes)).slice(1, -1),
  (bytes) => String.fromCharCode(...bytes),
];

/** Whether a text holds any of these secrets, whole or the beginning of it, in any spelling. */
export function holdsSecret(text: string, secrets: readonly Uint8Array[]): boolean {
  const lower = text.toLowerCase();
  return secrets.some((secret) => [secret, secret.subarray(0, PIECE_BYTES)].some((bytes) => SPELLINGS.some((spell) => text.includes(spell(bytes)) || lower.includes(spell(bytes).toLowerCase()))));
}

/**
 * Everything that leads out of a value without calling its methods, as text: own properties of any kind, accessors asked, prototypes, the
 * entries of collections, and what conversions, `JSON.stringify` and `structuredClone` make of it.
 */
export function tracesOf(value: unknown): string {
  const texts: string[] = [];
  const seen = new Set<unknown>();
  const take = (make: () => unknown): void => {
    try {
      look(make());
    } catch (error) {
      look(error); // an error is a way out too
    }
  };
  function look(found: unknown): void {
    if ((typeof found !== 'object' && typeof found !== 'function') || found === null) {
      texts.push(String(found));
      return;
    }
    if (seen.has(found) || found === Object.prototype || found === Function.prototype || found === globalThis) return;
    seen.add(found);
    if (found instanceof Uint8Array) texts.push(hex.encode(found));
    for (const key of Reflect.ownKeys(found)) {
      texts.push(String(key));
      take(() => Reflect.get(found, key));
    }
    take(() => Object.getPrototypeOf(found));
    if (found instanceof Map || found instanceof Set) for (const item of found) look(item);
  }
  look(value);
  take(() => JSON.stringify(value));
  take(() => structuredClone(value));
  take(() => String(value));
  take(() => (value as { [Symbol.toPrimitive]?: unknown })[Symbol.toPrimitive]);
  take(() => ({ ...(value as object) }));
  take(() => Object.entries(value as object));
  for (const key in value as object) take(() => (value as Record<string, unknown>)[key]);
  return texts.join('\n');
}
