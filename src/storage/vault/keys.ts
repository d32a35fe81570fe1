/**
 * The keys of what a vault keeps in a storage. Floors take the first byte 1 (`../record.ts`).
 * A new layout takes a new key: older code holds a record that it cannot read for none.
 */

/** The vault itself, where it is a record. */
export const VAULT_KEY: Uint8Array = /* @__PURE__ */ Uint8Array.of(2, 1);
/** The newest vault that was seen, where it is a file. */
export const SEEN_KEY: Uint8Array = /* @__PURE__ */ Uint8Array.of(2, 2);
/** Who gave wrong passwords, how often, and when last. */
export const ATTEMPTS_KEY: Uint8Array = /* @__PURE__ */ Uint8Array.of(2, 3);
