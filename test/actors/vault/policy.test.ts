import { expect, it } from 'vitest';
import { KDF_BOUNDS } from '../../../src/keyring/vault/index.ts';
import { DEFAULT_POLICY, takePolicy } from '../../../src/policy.ts';

it.each([
  { rule: 'vaultMemory', bounds: KDF_BOUNDS.memory },
  { rule: 'vaultPasses', bounds: KDF_BOUNDS.passes },
] as const)('$rule may be what a vault may have, and nothing else', ({ rule, bounds: [least, most] }) => {
  for (const allowed of [least, most]) expect(takePolicy({ [rule]: allowed })[rule]).toBe(allowed);
  for (const refused of [least - 1, most + 1]) expect(() => takePolicy({ [rule]: refused })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: `options.policy.${rule}` }));
  expect(DEFAULT_POLICY[rule]).toBeGreaterThan(least);
});
