import { describe, expect, it } from 'vitest';
import { vaultPlaceConformance } from '../../../src/storage/vault/conformance.ts';
import { PLACES } from './places.ts';

describe.each(Object.entries(PLACES))('the contract of a place for a vault, kept by %s', (_, place) => {
  it.each(vaultPlaceConformance)('$name', async ({ run }) => {
    await expect(run(place())).resolves.toBeUndefined();
  });
});
