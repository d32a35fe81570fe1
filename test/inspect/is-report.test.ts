import { describe, expect, it } from 'vitest';
import { isReport } from '../../src/inspect/is-report.ts';

const OF = { createdAt: '1700000000000', _version: '0.7.2', id: null, sessionId: 'a/x:1', rootId: 'a/x:0' };
const entry = { pubkey: 'p', datakey: 'd', watched: true };
const portal = { url: 'http://x', state: 'live' };

const REPORTS: Readonly<Record<string, object>> = {
  birth: { ...OF, type: '@xstate.actor', name: 'a', parentId: 'a/x:0', definition: '{}', snapshot: {} },
  'birth of a hosted actor': { ...OF, type: '@xstate.actor', name: 'a', definition: '{}', snapshot: {} },
  event: { ...OF, type: '@xstate.event', event: { type: 'E' }, sourceId: 'a/x:0' },
  snapshot: { ...OF, type: '@xstate.snapshot', event: { type: 'E' }, snapshot: {} },
  portals: { type: '@secure-registry.portals', createdAt: '0', portals: [portal] },
  watched: { type: '@secure-registry.watched', createdAt: '0', entries: [entry, { ...entry, confirmedBy: ['http://x'] }] },
  incident: { type: '@secure-registry.incident', createdAt: '0', incident: {} },
  gap: { type: '@secure-registry.gap', createdAt: '0' },
};

describe('what came from elsewhere', () => {
  it.each(Object.entries(REPORTS))('is a report: %s', (_name, report) => {
    expect(isReport(report)).toBe(true);
  });

  it.each(Object.entries(REPORTS))('is none without anything that it has to have: %s', (name, report) => {
    const mayMiss = new Set(['id', 'parentId', 'sourceId']);
    for (const field of Object.keys(report)) {
      expect(isReport({ ...report, [field]: undefined }), `${name} without ${field}`).toBe(mayMiss.has(field));
      if (field !== 'id') expect(isReport({ ...report, [field]: 7 }), `${name} whose ${field} is a number`).toBe(false);
    }
  });

  it.each([
    null,
    'gap',
    [],
    { type: '@xstate.microstep', ...OF },
    { type: 'constructor', createdAt: '0' },
    { ...REPORTS['gap'], createdAt: 'yesterday' },
    { ...REPORTS['gap'], createdAt: '' },
    { ...REPORTS['gap'], createdAt: '1e300' },
    { ...REPORTS['watched'], entries: [null] },
    { ...REPORTS['watched'], entries: [{ ...entry, confirmedBy: 'http://x' }] },
    { ...REPORTS['portals'], portals: [{ ...portal, url: 7 }] },
    { ...REPORTS['snapshot'], snapshot: [] },
  ])('is none: %j', (value) => {
    expect(isReport(value)).toBe(false);
  });
});
