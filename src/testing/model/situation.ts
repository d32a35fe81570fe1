/** All of a model, as text: bigints, maps, sets and numbers that JSON would drop or take for something else, too. */
export function situationOf(model: unknown): string {
  return JSON.stringify([model], (_key, value: unknown) => {
    if (typeof value === 'bigint') return ['bigint', String(value)];
    if (value instanceof Map) return ['map', ...value];
    if (value instanceof Set) return ['set', ...value];
    return typeof value === 'number' && !Number.isFinite(value) ? ['number', String(value)] : value;
  });
}
