import { describe, expect, it } from 'vitest';
import { storageConformance } from '../../src/storage/conformance.ts';
import { IndexedDbStorage } from '../../src/storage/indexeddb.ts';

describe('the storage contract, kept by IndexedDbStorage', () => {
  it.each(storageConformance.map((property, i) => ({ ...property, i })))('$name', async ({ run, i }) => {
    await expect(run(new IndexedDbStorage({ name: `conformance ${i} ${Math.random()}` }))).resolves.toBeUndefined();
  });
});
