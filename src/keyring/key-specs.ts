import { invalidInput } from '../error.ts';
import { isKeyType, KEY_TYPES } from './algorithm/index.ts';
import { areJoined, derivationAt, junctionsOf, PATH_EXPECTED, type Derivation, type Junction } from './derivation/index.ts';
import type { KeyType } from './key-data.ts';
import { isKeyName, MAX_KEYS, NAME_EXPECTED } from './key-name.ts';
import { readPlainData } from './plain-data.ts';

/** How a key is made: at a path, the same each time; or for this device, at random each time. */
export type KeySpec = { readonly type: KeyType; readonly path: string } | { readonly type: KeyType; readonly origin: 'device' };

/** Specs by the names of the keys. */
export type KeySpecs = Readonly<Record<string, KeySpec>>;

/** Presets are shared by everybody: who could write to one would choose others' keys. */
function preset<Specs extends KeySpecs>(specs: Specs): Specs {
  for (const spec of Object.values(specs)) Object.freeze(spec);
  return Object.freeze(specs);
}

/** The keys one gets without asking for others. Their paths can never change: who recovers would get other keys. */
export const DEFAULT_KEYS = /* @__PURE__ */ preset({
  programMod: { type: 'ed25519', path: "m/44'/1991'/0'/0'" },
  developer: { type: 'ed25519', path: "m/44'/1991'/1'/0'" },
  device: { type: 'ed25519', origin: 'device' },
});

/** The key that pays, for who wants another than `programMod` to: `{ ...DEFAULT_KEYS, registration: REGISTRATION_KEY }`. */
export const REGISTRATION_KEY = /* @__PURE__ */ Object.freeze({ type: 'ed25519', path: "m/44'/1991'/2'/0'" } as const);

/** The keys of Entropy's accounts, on Substrate's curve and paths. */
export const ENTROPY_KEYS = /* @__PURE__ */ preset({
  programMod: { type: 'sr25519', path: '//entropy//registration' },
  developer: { type: 'sr25519', path: '//entropy//program-dev' },
  device: { type: 'sr25519', origin: 'device' },
});

/** A spec that was checked. */
export type CheckedSpec = { readonly type: KeyType; readonly path: string; readonly derive: Derivation } | { readonly type: KeyType; readonly path: undefined };

/**
 * Takes specs from a caller, at least one.
 * @throws RegistryError `INVALID_INPUT`
 */
export function takeKeySpecs(value: unknown, field: string): ReadonlyMap<string, CheckedSpec> {
  const specs = readPlainData(value === undefined ? DEFAULT_KEYS : value, MAX_KEYS);
  if (specs === undefined || specs.size === 0) throw invalidInput(field, `a plain object of 1 to ${MAX_KEYS} keys`);
  const checked = new Map(
    Array.from(specs, ([name, spec]) => {
      if (!isKeyName(name)) throw invalidInput(field, `an object of keys; the name of a key must be ${NAME_EXPECTED}`);
      return [name, takeKeySpec(spec, `${field}.${name}`)];
    }),
  );
  refuseJoined(checked, field);
  return checked;
}

/** Who shares one key of a keyring must not share others with it. */
function refuseJoined(specs: ReadonlyMap<string, CheckedSpec>, field: string): void {
  const before: (readonly Junction[])[] = [];
  for (const [name, { type, path }] of specs) {
    const junctions = type === 'sr25519' && path !== undefined ? junctionsOf(path) : undefined;
    if (junctions === undefined) continue;
    if (before.some((others) => areJoined(others, junctions))) throw invalidInput(`${field}.${name}.path`, 'one that no soft step joins to another key: the secret of one would give the other; hard steps (//) do not');
    before.push(junctions);
  }
}

function takeKeySpec(value: unknown, field: string): CheckedSpec {
  const spec = readPlainData(value, 2);
  const type = spec?.get('type');
  const path = spec?.get('path');
  if (spec?.size !== 2) throw invalidInput(field, "a plain object of a type and a path, or a type and the origin 'device'");
  if (!isKeyType(type)) throw invalidInput(`${field}.type`, KEY_TYPES.join(' or '));
  if (!spec.has('path')) {
    if (spec.get('origin') !== 'device') throw invalidInput(`${field}.origin`, "'device'");
    return { type, path: undefined }; // its own, whatever stands in Object.prototype
  }
  const derive = derivationAt(type, path);
  if (derive === undefined) throw invalidInput(`${field}.path`, PATH_EXPECTED[type]);
  return { type, path: path as string, derive };
}
