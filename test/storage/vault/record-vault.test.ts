import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../../src/storage/memory.ts';
import { vaultOf } from '../../../src/storage/vault/conformance.ts';
import { RecordVault } from '../../../src/storage/vault/record-vault.ts';

describe('RecordVault', () => {
  it.each<[string, Uint8Array]>([
    ['is damaged', vaultOf(1n).map((byte, i) => (i === 60 ? byte ^ 4 : byte))],
    ['is something else', new Uint8Array()],
  ])('given a record that %s, then that is told, and it is neither replaced nor removed', async (_, record) => {
    const storage = new MemoryStorage();
    const connection = await storage.open();
    await connection.update([{ key: Uint8Array.of(2, 1), decide: () => record }]);
    const place = new RecordVault(connection);
    for (const call of [() => place.load(), () => place.generation(), () => place.replace(undefined, vaultOf(1n)), () => place.replace(1n, vaultOf(2n)), () => place.remove(1n)]) {
      await expect(call()).rejects.toMatchObject({ code: 'STORAGE', message: 'the vault is damaged' });
    }
    expect(await connection.getMany([Uint8Array.of(2, 1)])).toEqual([record]);
  });

  it('given a storage, then is as durable as that, and fails as that does', async () => {
    for (const durable of [true, false]) expect(new RecordVault(await new MemoryStorage({ durable }).open()).durable).toBe(durable);
    const storage = new MemoryStorage();
    const place = new RecordVault(await storage.open());
    const vault = vaultOf(1n);
    await place.replace(undefined, vault);
    storage.fault = 'full';
    await expect(place.replace(1n, vaultOf(2n))).rejects.toMatchObject({ code: 'STORAGE' });
    expect(await place.load()).toEqual(vault);
  });
});
