import { describe, expect, it } from 'vitest';
import { Backlog } from '../../src/inspect/backlog.ts';
import { replayRecording, type Report, type ReportedEntry } from '../../src/inspect.ts';
import { reportsOf } from '../../src/inspect.ts';
import { troubledTime } from './fixture/troubled-time.ts';

const OF = { createdAt: '0', _version: '0.7.2', id: null } as const;
const birth = (sessionId: string, rootId: string, status = 'active'): Report => ({ ...OF, type: '@xstate.actor', sessionId, rootId, name: sessionId, definition: '{}', snapshot: { status }, ...(sessionId === rootId ? {} : { parentId: rootId }) });
const snapshot = (sessionId: string, rootId: string, status: string, value = 'a'): Report => ({ ...OF, type: '@xstate.snapshot', sessionId, rootId, event: { type: 'E' }, snapshot: { status, value } });
const entry = (number: number, more: Partial<ReportedEntry> = {}): ReportedEntry => ({ pubkey: 'p', datakey: String(number), watched: true, ...more });
const watched = (changed: readonly ReportedEntry[]): Report => ({ type: '@secure-registry.watched', createdAt: '0', entries: changed });
const portals = (url: string): Report => ({ type: '@secure-registry.portals', createdAt: '0', portals: [{ url }] as never });

function after(...reports: Report[]): readonly Report[] {
  const backlog = new Backlog();
  for (const report of reports) backlog.take(report);
  return backlog.reports(7);
}

describe('what a page that comes late is told', () => {
  it('is every living actor, as it is now', () => {
    expect(after(birth('a/x:0', 'a/x:0'), birth('a/x:1', 'a/x:0'), birth('a/x:2', 'a/x:0'), snapshot('a/x:0', 'a/x:0', 'active', 'b'), snapshot('a/x:1', 'a/x:0', 'done'), snapshot('nobody', 'a/x:0', 'active'))).toEqual([
      { ...birth('a/x:0', 'a/x:0'), snapshot: { status: 'active', value: 'b' } },
      birth('a/x:2', 'a/x:0'),
    ]);
  });

  it('is no actor of a worker that another took the place of', () => {
    expect(after(birth('a/x:0', 'a/x:0'), birth('a/x:1', 'a/x:0'), birth('b/x:0', 'b/x:0'), birth('a/x:0', 'a/x:0'))).toEqual([birth('b/x:0', 'b/x:0'), birth('a/x:0', 'a/x:0')]);
  });

  it('is an actor that has ended as a whole thread has', () => {
    expect(after(birth('a/x:0', 'a/x:0'), snapshot('a/x:0', 'a/x:0', 'error'))).toMatchObject([{ snapshot: { status: 'error' } }]);
  });

  it('are all watched entries, a thousand in one report, portals and incidents as they were told last', () => {
    const entries = Array.from({ length: 2_500 }, (_, i) => entry(i));
    const incidents = Array.from({ length: 150 }, (_, i): Report => ({ type: '@secure-registry.incident', createdAt: '0', incident: i }));
    const told = after(portals('x'), watched(entries), portals('y'), watched([entry(3, { watched: false }), entry(4, { status: 'live' })]), ...incidents);
    expect(told[0]).toEqual(portals('y'));
    const told4 = told.flatMap((report) => (report.type === '@secure-registry.watched' ? report.entries : []));
    expect(told.filter(({ type }) => type === '@secure-registry.watched').map((report) => [report.createdAt, (report as { entries: readonly unknown[] }).entries.length])).toEqual([['7', 1_000], ['7', 1_000], ['7', 499]]);
    expect(told4.find(({ datakey }) => datakey === '4')).toEqual(entry(4, { status: 'live' }));
    expect(told4.some(({ datakey }) => datakey === '3')).toBe(false);
    expect(told.slice(-100)).toEqual(incidents.slice(-100));
    expect(told.filter(({ type }) => type === '@secure-registry.incident')).toHaveLength(100);
  });

  it('is bounded, and thread by thread', () => {
    const children = Array.from({ length: 20_010 }, (_, i) => birth(`a/x:${i + 1}`, 'a/x:0'));
    const told = after(birth('a/x:0', 'a/x:0'), ...children);
    expect(told).toHaveLength(20_000);
    expect(told[0]).toEqual(birth('a/x:0', 'a/x:0'));
    expect(told.at(-1)).toEqual(children.at(-1));
  });

  it('is nothing of before a gap', () => {
    expect(after(birth('a/x:0', 'a/x:0'), watched([entry(1)]), { type: '@secure-registry.gap', createdAt: '0' })).toEqual([]);
  });

  it('is an actor of which a snapshot could not be shown', () => {
    const hidden = { ...snapshot('a/x:1', 'a/x:0', 'active'), snapshot: { type: '[cannot be shown]' } } as Report;
    expect(after(birth('a/x:0', 'a/x:0'), birth('a/x:1', 'a/x:0'), hidden)).toHaveLength(2);
  });

  it('is enough to follow from there on: fed back to the machines, it gives the same states', async () => {
    const reports = (await troubledTime(11, 4, (runtime, { clock }) => reportsOf(runtime, clock))) as Report[];
    for (const at of [0.2, 0.5, 0.8]) {
      const index = Math.floor(reports.length * at);
      const { differences, events } = replayRecording([...after(...reports.slice(0, index)), ...reports.slice(index)]);
      expect(differences).toEqual([]);
      expect(events).toBeGreaterThan(50);
    }
  });
});
