import { hexToBytes } from '@noble/hashes/utils.js';

/** What is shown, as the value that it was: `7n` a bigint again, `0x…` bytes, text in quotes of its own that text. What has no way back (a Map, an error) stays as it is shown. */
export function fromShown(shown: unknown): unknown {
  if (typeof shown === 'string') return fromText(shown);
  if (Array.isArray(shown)) return shown.map(fromShown);
  if (typeof shown !== 'object' || shown === null) return shown;
  return Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, fromShown(value)]));
}

function fromText(text: string): unknown {
  if (/^-?\d+n$/.test(text)) return BigInt(text.slice(0, -1));
  if (/^0x([\da-f]{2})*$/.test(text)) return hexToBytes(text.slice(2));
  if (/^(NaN|-?Infinity)$/.test(text)) return Number(text);
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
