/** How much of one value is kept: events with hundreds of findings would fill the memory of a page that is open for days. */
const MOST_PARTS = 400;
const MOST_ITEMS = 24;
const MOST_CHARACTERS = 600;
const MOST_DEPTH = 12;

/** A JSON value as it is, or what there is room for of a large one: what was left out is said in its place. */
export function abridged(value: unknown): unknown {
  return weight(value, 0) <= MOST_PARTS ? value : shortened(value, { left: MOST_PARTS }, 0);
}

/** Parts of a value; long text counts for more. Stops where it is too much already. */
function weight(value: unknown, depth: number): number {
  if (typeof value === 'string') return 1 + Math.floor(value.length / MOST_CHARACTERS) * MOST_PARTS;
  if (typeof value !== 'object' || value === null) return 1;
  if (depth >= MOST_DEPTH) return Infinity;
  let parts = 1;
  for (const key in value) {
    parts += weight((value as Record<string, unknown>)[key], depth + 1);
    if (parts > MOST_PARTS) return parts;
  }
  return parts;
}

function shortened(value: unknown, room: { left: number }, depth: number): unknown {
  room.left -= 1;
  if (typeof value === 'string') return value.length <= MOST_CHARACTERS ? value : `${value.slice(0, MOST_CHARACTERS)}… (${value.length} characters)`;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MOST_DEPTH || room.left <= 0) return '…';
  const kept: [string, unknown][] = [];
  const entries = Object.entries(value);
  for (const [key, item] of entries) {
    if (kept.length >= MOST_ITEMS || room.left <= 0) break;
    kept.push([key, shortened(item, room, depth + 1)]);
  }
  const missing = entries.length - kept.length;
  if (Array.isArray(value)) return [...kept.map(([, item]) => item), ...(missing > 0 ? [`… ${missing} more`] : [])];
  return Object.fromEntries([...kept, ...(missing > 0 ? [['…', `${missing} more`]] : [])]);
}
