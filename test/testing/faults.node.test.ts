import { describe, expect, it } from 'vitest';
import { EFFECTS } from './fixture/effects.ts';
import { realStage } from './fixture/real-stage.node.ts';

describe('every fault of a portal on a real port is seen, as in simulated time', () => {
  it.each(EFFECTS)('%s', async (_, effect) => {
    await expect(effect(await realStage())).resolves.toBeUndefined();
  });
});

describe('faults that there are not', () => {
  it('when a portal is given some, then they are refused, and it misbehaves as before', async () => {
    const { portal } = await realStage();
    portal.faults = { reads: 'stale' };
    expect(() => (portal.faults = { reads: 'stal' as 'stale' })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'faults.reads' }));
    expect(portal.faults).toEqual({ reads: 'stale' });
  });
});
