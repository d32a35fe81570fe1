/**
 * The data that says "deleted": 34 zero bytes, the empty skylink (skynet-js `DELETION_ENTRY_DATA`). The entry itself stays, since
 * a revision can only grow.
 */
export const DELETED_DATA: Uint8Array = /* @__PURE__ */ new Uint8Array(34); // bytes cannot be frozen: what is ours never reads it

export function isDeleted(data: Uint8Array): boolean {
  return data.length === 34 && data.every((byte) => byte === 0);
}
