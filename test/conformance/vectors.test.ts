import { describe, expect, it } from 'vitest';
import { describeEd25519 } from './ed25519-vectors.ts';
import { TROUBLE, VECTORS } from './folder.ts';
import { describeKeyring } from './keyring-vectors.ts';
import { describeRegistry } from './registry-vectors.ts';
import { describeSkylinks } from './skylink-vectors.ts';

describe('given the folder of vectors', () => {
  it('then every file of it is there', () => {
    if (TROUBLE !== undefined) expect.unreachable(TROUBLE);
    expect(VECTORS).toBeDefined();
  });
});

// Without the folder the test above is the only one, and fails with the reason.
if (VECTORS !== undefined) {
  describeRegistry(VECTORS);
  describeSkylinks(VECTORS);
  describeEd25519(VECTORS);
  describeKeyring(VECTORS);
}
