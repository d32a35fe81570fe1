import { describe, expect, it } from 'vitest';
import { takeFaults } from '../../src/testing/take-faults.ts';
import { EFFECTS } from './fixture/effects.ts';
import { simulatedStage } from './fixture/simulated-stage.ts';

describe('every fault of a portal in simulated time is seen', () => {
  it.each(EFFECTS)('%s', async (_, effect) => {
    await expect(effect(simulatedStage())).resolves.toBeUndefined();
  });
});

describe('faults that there are not', () => {
  const REFUSED: readonly (readonly [unknown, string, RegExp])[] = [
    [{ reads: 'stal' }, 'faults.reads', /one of 'mute', .*'stale', .*'redirect', or an answer with a status, not 'stal'$/],
    [{ writes: 'stale' }, 'faults.writes', /one of 'mute', .*'lapse', .*not 'stale'$/],
    [{ sockets: { status: 200 } }, 'faults.sockets', /one of 'hang', .*'flood'$/],
    [{ sockets: 'x'.repeat(25) }, 'faults.sockets', /'flood'$/],
    [{ reads: { status: 100 } }, 'faults.reads.status', /from 200 to 599$/],
    [{ reads: { status: 200, text: '' } }, 'faults.reads.text', /the options are status, headers, body$/],
    [{ writes: { status: 200, body: 1 } }, 'faults.writes.body', /a text$/],
    [{ writes: { status: 200, headers: { a: 1 } } }, 'faults.writes.headers', /texts/],
    [{ share: 1.5 }, 'faults.share', /from 0 to 1$/],
    [{ share: '1' }, 'faults.share', /from 0 to 1$/],
    [{ latency: -1 }, 'faults.latency', /milliseconds/],
    [{ latency: Infinity }, 'faults.latency', /milliseconds/],
    [{ bandwidth: 0 }, 'faults.bandwidth', /more than 0/],
    [{ held: 1 }, 'faults.held', /true, or left out$/],
    [{ read: 'stale' }, 'faults.read', /the options are reads, writes, sockets, share, plain, latency, bandwidth, slice, halfOpen, held$/],
    ['stale', 'faults', /an object$/],
  ];

  it.each(REFUSED)('%j: are refused, and those named that there are', (faults, field, message) => {
    expect(() => takeFaults(faults)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field, message: expect.stringMatching(message) }));
  });

  it('when a portal is given some, then it misbehaves as before', () => {
    const { portal } = simulatedStage();
    portal.faults = { reads: 'stale' };
    expect(() => (portal.faults = { reads: 'stal' as 'stale' })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    expect(portal.faults).toEqual({ reads: 'stale' });
  });

  it('when those that were given change afterwards, then the portal does not', () => {
    const { portal } = simulatedStage();
    const faults = { reads: 'stale' as 'stale' | 'mute' };
    portal.faults = faults;
    faults.reads = 'mute';
    expect(portal.faults).toEqual({ reads: 'stale' });
  });
});
