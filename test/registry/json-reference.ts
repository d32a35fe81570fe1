import { LosslessNumber, parse } from 'lossless-json';
import type { JsonValue } from '../../src/registry/json.ts';

/** A value as both readers give it: numbers as `#` and their text, objects as maps. */
export type Plain = string | boolean | null | { readonly number: string } | readonly Plain[] | ReadonlyMap<string, Plain>;

export const MOST_DEEP = 32;

/**
 * What `readJson` should make of a text, found another way: `JSON.parse` says whether it is JSON, a list of its tokens whether a known
 * key is given twice or it nests too deep, and lossless-json what it says. Undefined for what is refused.
 */
export function readByReference(text: string, known: ReadonlySet<string>): Plain | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  if (isRefused(text, known)) return undefined;
  const again: string[] = [];
  const value = parse(text, null, {
    onDuplicateKey: ({ key, newValue }) => {
      again.push(key);
      return newValue;
    },
  });
  if (again.some((key) => known.has(key))) throw new Error('the tokens and lossless-json differ about a key given twice');
  return plainOfLossless(value, known);
}

/** Tokens of a text that is JSON: nothing else is told apart here. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

function isRefused(text: string, known: ReadonlySet<string>): boolean {
  const open: (Set<string> | undefined)[] = [];
  const tokens = text.match(TOKEN) ?? [];
  for (const [i, token] of tokens.entries()) {
    if (token === ',' || token === ':') continue;
    if (token === '}' || token === ']') {
      open.pop();
      continue;
    }
    const keys = open.at(-1);
    if (keys !== undefined && tokens[i + 1] === ':') {
      const key = JSON.parse(token) as string;
      if (keys.has(key) && known.has(key)) return true;
      keys.add(key);
      continue;
    }
    if (open.length > MOST_DEEP) return true;
    if (token === '{') open.push(new Set());
    if (token === '[') open.push(undefined);
  }
  return false;
}

function plainOfLossless(value: unknown, known: ReadonlySet<string>): Plain {
  if (value instanceof LosslessNumber) return { number: value.value };
  if (Array.isArray(value)) return value.map((item) => plainOfLossless(item, known));
  if (typeof value !== 'object' || value === null) return value as string | boolean | null;
  return new Map(
    Object.entries(value)
      .filter(([key]) => known.has(key))
      .map(([key, item]) => [key, plainOfLossless(item, known)]),
  );
}

export function plainOf(value: JsonValue): Plain {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(plainOf);
  if (value instanceof Map) return new Map([...(value as ReadonlyMap<string, JsonValue>)].map(([key, item]) => [key, plainOf(item)]));
  if (typeof value === 'object' && value !== null) return { number: (value as { text: string }).text };
  return value;
}
