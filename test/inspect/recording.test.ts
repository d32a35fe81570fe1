import { describe, expect, it } from 'vitest';
import { portalMachine } from '../../src/machines.ts';
import { readRecording, recordingOf, replayRecording, type Report } from '../../src/inspect.ts';
import { troubledTime } from './fixture/troubled-time.ts';

const environment = (import.meta as ImportMeta & { readonly env?: Readonly<Record<string, string | undefined>> }).env;
const SEED = Number(environment?.['VITE_SEED'] ?? 20_261_122);

describe(`a recording of ten minutes in which everything goes wrong (seed ${SEED})`, async () => {
  const lines = (await troubledTime(SEED, 10, (runtime, { clock }) => recordingOf(runtime, clock))) as string[];
  const reports = [...readRecording(lines)];

  it('fed back to the machines, gives the same states (N6)', () => {
    const { actors, events, unknown, differences } = replayRecording(reports);
    expect(differences).toEqual([]);
    expect(unknown).toEqual([]);
    // oxlint-disable-next-line no-console -- what was fed back is for whoever runs the tests
    console.info(`${lines.length} lines of ${lines.join('\n').length} bytes: ${events} events of ${actors} actors fed back`);
    const states = new Set(reports.flatMap((report) => (report.type === '@xstate.snapshot' ? [`${report.sessionId.split('/')[0]} ${JSON.stringify((report.snapshot as { value?: unknown }).value)}`] : [])));
    for (const seen of [/^portal {"connection":{"live":"settled"}/, /^portal {"connection":"seeking"/, /^portal {"connection":{"waiting"/, /^entries {"live":"present"}/, /^entries {"stale":"present"}/, /^verifier.0 "verifying"/]) {
      expect([...states]).toContainEqual(expect.stringMatching(seen));
    }
    expect(events).toBeGreaterThan(500);
    expect(actors).toBeGreaterThan(10);
  });

  it('tells where a machine decides otherwise, and goes on from what was recorded', () => {
    const { differences, events } = replayRecording(reports, [portalMachine.provide({ guards: { isLastCandidate: () => false } })]);
    expect(differences.length).toBeGreaterThan(0);
    expect(differences.length).toBeLessThan(events / 2);
    for (const { report, sessionId, recorded, replayed } of differences) {
      expect(reports[report]).toMatchObject({ sessionId, snapshot: { value: recorded } });
      expect(replayed).not.toEqual(recorded);
    }
  });

  it('tells of a state that was tampered with', () => {
    const index = reports.findIndex((report) => report.type === '@xstate.snapshot' && report.sessionId === 'verifier.0/x:0' && (report.snapshot as { value?: unknown }).value === 'idle');
    const tampered = reports.with(index, { ...(reports[index] as object), snapshot: { status: 'active', value: 'starting', context: {} } } as Report);
    expect(replayRecording(tampered).differences[0]).toMatchObject({ report: index, sessionId: 'verifier.0/x:0', recorded: 'starting', replayed: 'idle' });
  });

  it('tells of a state that its machine does not have, and goes on with the next', () => {
    const index = reports.findIndex((report) => report.type === '@xstate.actor' && report.name === 'verifier.0');
    const tampered = reports.with(index, { ...(reports[index] as object), snapshot: { status: 'active', value: 'nowhere', context: null } } as Report);
    const { differences, events } = replayRecording(tampered);
    expect(differences).toEqual([{ report: index, sessionId: 'verifier.0/x:0', event: 'xstate.init', recorded: 'nowhere', replayed: 'it has no such state' }]);
    expect(events).toBeGreaterThan(500);
    const later = reports.findIndex((report, at) => at > index && report.type === '@xstate.snapshot' && report.sessionId === 'verifier.0/x:0');
    expect(replayRecording(reports.with(later, { ...(reports[later] as object), snapshot: { status: 'active', value: 7 } } as never)).differences[0]).toMatchObject({ report: later, recorded: 7 });
  });

  it('names machines that it does not know', () => {
    const others = reports.map((report) => (report.type === '@xstate.actor' && report.name === 'portal' ? { ...report, definition: '{"id":"other","states":{"a":{}}}' } : report));
    const { unknown, differences, actors } = replayRecording(others);
    expect({ unknown, differences }).toEqual({ unknown: ['other'], differences: [] });
    const broken = others.map((report) => (report.type === '@xstate.actor' && report.name === 'portal' ? { ...report, definition: '{' } : report));
    expect(replayRecording(broken).unknown).toEqual(['portal']);
    expect(actors).toBeLessThan(replayRecording(reports).actors);
  });

  it('is read as it was written, its definitions in one place each', () => {
    const definitions = lines.filter((line) => line.includes('"definition":'));
    const births = reports.filter((report) => report.type === '@xstate.actor');
    expect(definitions.length).toBe(new Set(births.map(({ definition }) => definition)).size);
    expect(births.length).toBeGreaterThan(definitions.length);
    expect([...readRecording(lines.map((line) => `${line}\r\n`))]).toEqual(reports);
    expect(lines.length).toBe(reports.length + 1);
  });

  it('may be cut off', () => {
    expect([...readRecording([...lines.slice(0, 9), lines[9]?.slice(0, 40) ?? ''])]).toEqual(reports.slice(0, 8));
  });

  it.each([
    ['line 1', []],
    ['line 1', ['{"type":"@xsta']],
    ['line 1', lines.slice(1)],
    ['line 1', ['{"type":"@secure-registry.recording","version":2}', ...lines.slice(1)]],
    ['line 3', [...lines.slice(0, 2), '{"a":', ...lines.slice(2)]],
    ['line 3', [...lines.slice(0, 2), '[]', ...lines.slice(2)]],
    ['line 2', [lines[0] ?? '', '{"type":"@xstate.actor","definitionOf":1}']],
    ['line 2', [lines[0] ?? '', '{"type":"@secure-registry.watched","createdAt":"0"}']],
    ['line 2', [lines[0] ?? '', '{"type":"@xstate.snapshot","createdAt":"0","_version":"0.7.2","sessionId":"a","rootId":"a","event":{"type":"E"},"snapshot":null}']],
  ])('is refused, naming %s, where that is none', (field, broken) => {
    expect(() => [...readRecording(broken)]).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field }) as Error);
  });
});
