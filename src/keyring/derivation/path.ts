/** How deep any path goes, and how long it is; deeper ones are nobody's, and cost a derivation a level. */
export const MAX_DEPTH = 16;
export const MAX_PATH_LENGTH = 256;

/** Beyond this an index is a hardened one (BIP-32). */
export const HARDENED = 2 ** 31;

const INDEX = /^(?:0|[1-9]\d{0,9})('?)$/;

/**
 * The indexes of a path of BIP-32: `m`, or `m/44'/0'/0'`: decimal, no leading zeros, below 2³¹, hardened by an apostrophe and
 * nothing else, at most {@link MAX_DEPTH} of them. A hardened one comes with {@link HARDENED} added. Undefined for anything else.
 */
export function indexesOf(path: string): readonly number[] | undefined {
  if (path.length > MAX_PATH_LENGTH) return undefined;
  const [root, ...levels] = path.split('/');
  if (root !== 'm' || levels.length > MAX_DEPTH) return undefined;
  const indexes = levels.map(indexOf);
  return indexes.every((index) => index !== undefined) ? indexes : undefined;
}

function indexOf(level: string): number | undefined {
  const match = INDEX.exec(level);
  const index = Number.parseInt(level, 10);
  if (match === null || index >= HARDENED) return undefined;
  return match[1] === '' ? index : index + HARDENED;
}
