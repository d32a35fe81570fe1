import { afterEach, describe, expect, it, vi } from 'vitest';
import { openVaultPlace } from '#vault-place';
import { IndexedDbStorage } from '../../../src/storage/indexeddb.ts';
import { askForPersistence } from '../../../src/storage/vault/persistence.ts';
import { vaultOf, vaultPlaceConformance } from '../../../src/storage/vault/conformance.ts';

afterEach(() => vi.restoreAllMocks());

describe('the contract of a place for a vault, kept by IndexedDB', () => {
  it.each(vaultPlaceConformance.map((property, i) => ({ ...property, i })))('$name', async ({ run, i }) => {
    const storage = new IndexedDbStorage({ name: `vault ${i} ${Math.random()}` });
    await expect(run(async () => (await openVaultPlace('persistent', storage)).place)).resolves.toBeUndefined();
  });
});

describe('openVaultPlace in a browser', () => {
  it('given nothing, or `persistent`, then keeps the vault in the database of the site', async () => {
    const first = await openVaultPlace();
    const standing = await first.place.generation();
    if (standing !== undefined) await first.place.remove(standing);
    await first.place.replace(undefined, vaultOf(1n));
    await first.place.replace(1n, vaultOf(2n));
    expect(first.place.durable).toBe(true);
    await first.close();
    const second = await openVaultPlace('persistent');
    expect(await second.place.generation()).toBe(2n);
    await second.place.remove(2n);
    await second.close();
  });

  it('given `memory`, then is durable nowhere; given a path, then is UNSUPPORTED', async () => {
    const { place, close } = await openVaultPlace('memory');
    await place.replace(undefined, vaultOf(1n));
    expect(place.durable).toBe(false);
    await close();
    await expect(openVaultPlace({ path: '/x' })).rejects.toMatchObject({ code: 'UNSUPPORTED', field: 'storage' });
  });

  it('given a browser that refuses to be asked, then nothing is thrown', async () => {
    vi.spyOn(navigator.storage, 'persist').mockRejectedValue(new TypeError('opaque origin'));
    expect(await askForPersistence()).toBeUndefined();
  });
});
