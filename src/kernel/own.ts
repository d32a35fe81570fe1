/**
 * Own properties of an object by their names, each read once. What it does not have, or will not show, is not there; what every object inherits is nothing that
 * somebody sent.
 */
export function own<K extends string>(value: unknown, names: readonly K[]): Partial<Record<K, unknown>> {
  const found = Object.create(null) as Partial<Record<K, unknown>>;
  if (typeof value !== 'object' || value === null) return found;
  for (const name of names) {
    try {
      if (Object.hasOwn(value, name)) found[name] = (value as Record<K, unknown>)[name];
    } catch {
      // A getter, or a proxy: nothing that crossed a thread.
    }
  }
  return found;
}
