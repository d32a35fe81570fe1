import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/inspect/report.ts';
import { Player, recordedReports } from '../../src/inspector/recording.ts';
import { birth, event } from './fixture/inspected.ts';

/** So many reports, at such times. */
const reportsAt = (...times: readonly number[]): readonly Report[] => times.map((at, i) => event('portal/x:0', { type: 'MEASURED', i }, undefined, at));

function played(reports: readonly Report[]): { readonly player: Player; readonly shown: () => readonly Report[] } {
  let shown: Report[] = [];
  const player = new Player(reports, { clear: () => (shown = []), show: (more) => shown.push(...more) });
  return { player, shown: () => shown };
}

const header = '{"type":"@secure-registry.recording","version":1,"createdAt":"0"}';

describe('a recording that is played', () => {
  it('shows what had happened by then, at its speed', () => {
    const reports = reportsAt(1_000, 1_100, 1_400, 2_000);
    const { player, shown } = played(reports);
    player.play();
    player.pass(0);
    expect(shown()).toEqual(reports.slice(0, 1));
    player.pass(99);
    expect(shown()).toHaveLength(1);
    player.pass(1);
    expect(shown()).toHaveLength(2);
    player.speed = 5;
    player.pass(60);
    expect(shown()).toHaveLength(3);
    expect(player.isPlaying).toBe(true);
    player.pass(120);
    expect(shown()).toEqual(reports);
    expect(player.isPlaying).toBe(false);
    expect(player.time).toBe(2_000);
  });

  it('does not wait out hours in which nothing happened', () => {
    const { player, shown } = played(reportsAt(0, 10 * 3_600_000));
    player.play();
    player.pass(4_999);
    expect(shown()).toHaveLength(1);
    player.pass(1);
    expect(shown()).toHaveLength(2);
  });

  it('stands still while it is paused, and begins again after its end', () => {
    const { player, shown } = played(reportsAt(0, 10, 20));
    player.play();
    player.pass(10);
    player.pause();
    player.pass(1_000);
    expect(shown()).toHaveLength(2);
    player.play();
    player.pass(10);
    expect(shown()).toHaveLength(3);
    player.play();
    expect(player.position).toBe(0);
    expect(player.isPlaying).toBe(true);
  });

  it('shows the beginning of what was recorded at any place, however it came there', () => {
    const reports = reportsAt(...Array.from({ length: 50 }, (_, i) => i * 30));
    const step = fc.oneof(
      fc.record({ seek: fc.oneof(fc.integer({ min: -5, max: 60 }), fc.constant(Number.NaN)) }),
      fc.record({ pass: fc.nat(400) }),
      fc.record({ play: fc.boolean() }),
      fc.record({ speed: fc.constantFrom(0.5, 1, 20) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { player, shown } = played(reports);
        for (const one of steps) {
          const before = player.position;
          if ('seek' in one) player.seek(one.seek);
          else if ('pass' in one) player.pass(one.pass);
          else if ('speed' in one) player.speed = one.speed;
          else if (one.play) player.play();
          else player.pause();
          if ('pass' in one) expect(player.position).toBeGreaterThanOrEqual(before);
          expect(shown()).toEqual(reports.slice(0, player.position));
        }
      }),
    );
  });
});

describe('a recording that is read', () => {
  it('is its reports, without the header', () => {
    const reports = [birth('portal/x:0', 'portal'), ...reportsAt(1, 2)];
    const text = [header, ...reports.map((one) => JSON.stringify(one))].join('\n');
    expect(recordedReports(`${text}\n`)).toEqual({ reports: JSON.parse(JSON.stringify(reports)) as unknown, fault: undefined });
  });

  it('has machines by the line in which they stand', () => {
    const { definition, ...rest } = JSON.parse(JSON.stringify(birth('entries/x:1', 'entry.1', 'entries/x:0'))) as Record<string, unknown>;
    const lines = [header, { ...rest, definition }, { ...rest, sessionId: 'entries/x:2', definitionOf: 2 }].map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    const { reports, fault } = recordedReports(lines.join('\n'));
    expect(fault).toBeUndefined();
    expect(reports).toEqual([{ ...rest, definition }, { ...rest, sessionId: 'entries/x:2', definition }]);
  });

  it('is shown as far as it can be read', () => {
    const [report] = reportsAt(7);
    const line = JSON.stringify(report);
    expect(recordedReports([header, line, '{"type":"@xstate.ev'].join('\n'))).toEqual({ reports: [JSON.parse(line)], fault: undefined });
    expect(recordedReports([header, line, 'nonsense', line].join('\n'))).toEqual({ reports: [JSON.parse(line)], fault: 'line 3 of a recording must be a report, as JSON' });
  });
});
