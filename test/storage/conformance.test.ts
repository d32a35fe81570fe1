import { describe, expect, it } from 'vitest';
import { storageConformance } from '../../src/storage/conformance.ts';
import { MemoryStorage } from '../../src/storage/memory.ts';

describe('the storage contract, kept by MemoryStorage', () => {
  it.each(storageConformance)('$name', async ({ run }) => {
    await expect(run(new MemoryStorage())).resolves.toBeUndefined();
  });
});
