import { hasCode } from '../../src/error.ts';
import { migrateKeyData, type KeyData } from '../../src/keyring/index.ts';
import { openPayload, sealVault, vaultDamaged, type NewMethod, type VaultEnvelope, type VaultMethod } from '../../src/keyring/vault/index.ts';
import type { Bytes } from '../../src/registry/bytes.ts';

/** A vault that was opened: what is in it, and what it takes to seal it again. Whoever has it wipes the data key. */
export interface Opened {
  readonly envelope: VaultEnvelope;
  /** 32 bytes. */
  readonly dataKey: Bytes;
  readonly keyData: KeyData;
}

export type Method = NewMethod | VaultMethod;

/** What becomes of an opened vault. With another data key all methods must be made anew. */
export interface Change {
  readonly keyData?: KeyData;
  readonly dataKey?: Bytes;
  readonly methods?: readonly Method[];
}

/** @throws RegistryError `STORAGE` if the data key does not open it, or no key data is in it; `UNSUPPORTED` if these are of a newer version */
export function opened(envelope: VaultEnvelope, dataKey: Bytes): Opened {
  const payload = openPayload(envelope, dataKey);
  try {
    return { envelope, dataKey, keyData: migrateKeyData(parsed(payload)) };
  } catch (error) {
    throw hasCode(error, 'INVALID_INPUT') ? vaultDamaged() : error; // not the caller's input
  } finally {
    payload.fill(0);
  }
}

/** Neither decoder's error may be passed on: they quote what they were given, which are keys. */
function parsed(payload: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw vaultDamaged();
  }
}

/** The bytes of a vault with these keys in it. */
export function seal(sealing: { readonly id: Bytes; readonly generation: bigint; readonly dataKey: Bytes; readonly methods: readonly Method[] }, keyData: KeyData): Bytes {
  const payload = new TextEncoder().encode(JSON.stringify(keyData));
  try {
    return sealVault({ ...sealing, payload });
  } finally {
    payload.fill(0);
  }
}
