/**
 * The own properties of a plain data object, each read once: one made by `{}`, `JSON.parse` or `structuredClone`, in any realm, or
 * without a prototype, that has nothing but enumerable values with string keys. Undefined for anything else: arrays, instances,
 * accessors, what throws when it is looked at. Whether it is a proxy is {@link isOrdinary}'s to tell.
 * @param most how many properties it may have
 */
export function readPlainData(value: unknown, most: number): ReadonlyMap<string, unknown> | undefined {
  try {
    return typeof value === 'object' && value !== null && hasPlainPrototype(value) ? propertiesOf(value, most) : undefined;
  } catch {
    return undefined;
  }
}

/** Another realm's `Object.prototype` is not ours, and as ours has no prototype itself. */
function hasPlainPrototype(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf');
}

function propertiesOf(value: object, most: number): ReadonlyMap<string, unknown> | undefined {
  const names = Reflect.ownKeys(value);
  if (names.length > most) return undefined;
  const properties = new Map<string, unknown>();
  for (const name of names) {
    const descriptor = Object.getOwnPropertyDescriptor(value, name);
    if (typeof name !== 'string' || descriptor?.enumerable !== true || !Object.hasOwn(descriptor, 'value')) return undefined;
    properties.set(name, descriptor.value);
  }
  return properties;
}

/**
 * Whether nothing in a value is a proxy, whose next answer may be another one: of all objects that {@link readPlainData} takes, structured
 * clone refuses these. It reads everything, so that what it is given was measured before.
 */
export function isOrdinary(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
