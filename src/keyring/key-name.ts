/** The most keys that key data holds. */
export const MAX_KEYS = 256;

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** What every object answers to, and what key data and classes have beside their keys. */
const RESERVED: ReadonlySet<string> = new Set([
  'version',
  'prototype',
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
]);

/** Whether a key can have this name: a letter, then up to 63 letters, digits, `-` and `_`; not what objects have by themselves. */
export const isKeyName = (name: string): boolean => NAME.test(name) && !RESERVED.has(name);

/** Completes "… must be …". */
export const NAME_EXPECTED = 'a letter and up to 63 letters, digits, - or _, and nothing that every object has';
