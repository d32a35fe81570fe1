import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/inspect/report.ts';
import { MOST_LOGGED, type Logged } from '../../src/inspector/model/log.ts';
import { senderOf } from '../../src/inspector/model/senders.ts';
import { MOST_INCIDENTS, Source } from '../../src/inspector/model/source.ts';
import { MOST_SOURCES, Sources } from '../../src/inspector/model/sources.ts';
import { predicateOf } from '../../src/inspector/view/event-filter.ts';
import { connectionMachine, consentMachine, entriesMachine, entryMachine, portalMachine, queryMachine, vaultMachine, verifierMachine } from '../../src/machines.ts';
import { birth, event, snapshot } from './fixture/inspected.ts';
import { watchedReport } from './fixture/reports.ts';

function told(...reports: readonly Report[]): Source {
  const source = new Source('here');
  for (const report of reports) source.take(report);
  return source;
}

const names = (source: Source): readonly string[] => source.actors.rows.map(({ actor, depth }) => `${'  '.repeat(depth)}${actor.name}`);
const lines = (source: Source): readonly string[] => source.log.newest().map(({ from, to, type }) => `${from}>${to} ${type}`);

/** What the log has of the last of such reports. */
const lastOf = (...reports: readonly Report[]): Logged | undefined => told(birth('portal/x:0', 'portal', undefined, { value: 'a' }), ...reports).log.newest()[0];
/** @param at that of the incident */
const incident = (at: number, createdAt = at): Report => ({ type: '@secure-registry.incident', createdAt: String(createdAt), incident: { kind: 'flood', at } });
const incidents = (source: Source): readonly unknown[] => source.incidents.map(({ number, incident: { at } }) => [number, at]);

describe('the actors of a runtime', () => {
  it('stand below their parents, threads in the order of a word’s way', () => {
    const source = told(birth('entries/x:0', 'entries'), birth('entries/x:1', 'table', 'entries/x:0'), birth('entries/x:2', 'entry.00', 'entries/x:1'), birth('portal/x:0', 'portal'), birth('portal/x:1', 'connection.1', 'portal/x:0'));
    expect(names(source)).toEqual(['portal', '  connection.1', 'entries', '  table', '    entry.00']);
  });

  it('are as their last snapshot says, and remember the event that led to it', () => {
    const source = told(birth('vault/x:0', 'vault', undefined, { value: 'empty' }), event('vault/x:0', { type: 'CREATE' }), snapshot('vault/x:0', 'CREATE', 'creating'));
    expect(source.actors.get('vault/x:0')).toMatchObject({ value: 'creating', status: 'active', context: { at: 2_001 }, last: { type: 'CREATE', before: 'empty' } });
  });

  it('are forgotten with their thread, when another one takes its place under the same ids', () => {
    const source = told(birth('portal/x:0', 'portal'), birth('portal/x:1', 'connection.1', 'portal/x:0'), birth('entries/x:0', 'entries'), birth('portal/x:0', 'portal', undefined, { at: 5_000 }));
    expect(names(source)).toEqual(['portal', 'entries']);
    expect(source.actors.get('portal/x:0')?.bornAt).toBe(5_000);
  });

  it('that ended are shown as ended, the last of them', () => {
    const source = told(birth('entries/x:0', 'entries'));
    for (let i = 1; i <= 200; i++) {
      source.take(birth(`entries/x:${i}`, `entry.${i}`, 'entries/x:0'));
      source.take(snapshot(`entries/x:${i}`, 'RELEASED', 'released', 'done'));
    }
    source.take(birth('entries/x:201', 'check', 'entries/x:0'));
    source.take(event('entries/x:201', { type: 'xstate.stop' }));
    expect(source.actors.size).toBe(65);
    expect(source.actors.get('entries/x:200')?.status).toBe('done');
    expect(source.actors.get('entries/x:201')?.status).toBe('stopped');
    expect(source.actors.get('entries/x:1')).toBeUndefined();
    expect(source.actors.get('entries/x:0')?.status).toBe('active');
  });

  it('are learnt anew after a gap', () => {
    const watched: Report = { type: '@secure-registry.watched', createdAt: '8', entries: [{ pubkey: 'p', datakey: 'd', watched: true }] };
    const source = told(birth('portal/x:0', 'portal'), watched, { type: '@secure-registry.gap', createdAt: '9' }, birth('vault/x:0', 'vault'));
    expect(names(source)).toEqual(['vault']);
    expect(source.watched.list()).toEqual([]);
    expect(lines(source)).toContain('all>all (some events are missing here)');
  });
});

describe('incidents', () => {
  it('are there once, though all is told from the start', () => {
    const source = told(incident(1), incident(2));
    source.anew();
    // The newest are told again, maybe as of now; then what is new, be it the like of one before.
    for (const report of [incident(2, 9), incident(3), incident(3)]) source.take(report);
    expect(incidents(source)).toEqual([[4, 3], [3, 3], [2, 2], [1, 1]]);
  });

  it('are there once, though all is told again after a gap', () => {
    const source = told(incident(1), { type: '@secure-registry.gap', createdAt: '9' }, incident(1), incident(2));
    expect(incidents(source)).toEqual([[2, 2], [1, 1]]);
  });
});

describe('the log', () => {
  it('has each event with the state before and after it, though several wait in the mailbox', () => {
    const source = told(
      birth('portal/x:0', 'portal', undefined, { value: 'a' }),
      event('portal/x:0', { type: 'WANTED' }),
      event('portal/x:0', { type: 'UNWANTED' }),
      snapshot('portal/x:0', 'WANTED', 'b'),
      snapshot('portal/x:0', 'UNWANTED', 'c'),
    );
    expect(source.log.newest().map(({ type, after }) => [type, after])).toEqual([
      ['UNWANTED', 'c'],
      ['WANTED', 'b'],
      ['(seen)', undefined],
    ]);
  });

  it('keeps the newest ten thousand, and counts all', () => {
    const source = told(birth('portal/x:0', 'portal'));
    for (let i = 0; i < MOST_LOGGED + 5; i++) source.take(event('portal/x:0', { type: 'MEASURED', i }));
    expect(source.log.size).toBe(MOST_LOGGED);
    expect(source.log.total).toBe(MOST_LOGGED + 6);
    const kept = source.log.newest();
    expect(kept[0]?.event).toEqual({ type: 'MEASURED', i: MOST_LOGGED + 4 });
    expect(kept.at(-1)?.event).toEqual({ type: 'MEASURED', i: 5 });
  });

  it('abridges what is large, and says so', () => {
    const findings = Array.from({ length: 1_000 }, (_, i) => ({ kind: 'served', i, raw: 'x'.repeat(2_000) }));
    const kept = lastOf(event('portal/x:0', { type: 'FINDINGS', findings }))?.event as { findings: unknown[] };
    expect(JSON.stringify(kept).length).toBeLessThan(40_000);
    expect(kept.findings.at(-1)).toBe('… 976 more');
    const small = { type: 'LOST', connection: 3, failure: 'closed' };
    expect(lastOf(event('portal/x:0', small))?.event).toEqual(small);
  });

  it.each([
    ['a thread and a machine', { actor: 'portal connection', type: '', text: '' }, ['HEARD']],
    ['one actor', { actor: 'portal/x:0', type: '', text: '' }, ['OFFENDED', 'xstate.after.backoff.portal.connection.waiting']],
    ['a type, in any case', { actor: '', type: 'hear', text: '' }, ['HEARD']],
    ['a type as it is read', { actor: '', type: 'after backoff', text: '' }, ['xstate.after.backoff.portal.connection.waiting']],
    ['a word in what it says', { actor: '', type: '', text: 'GARBAGE' }, ['OFFENDED']],
    ['all of these', { actor: 'portal portal', type: 'offended', text: 'http://b' }, []],
  ])('is filtered by %s', (_by, filter, expected) => {
    const source = told(
      birth('portal/x:0', 'portal'),
      birth('portal/x:1', 'connection.1', 'portal/x:0', { definition: { id: 'connection' } }),
      event('portal/x:0', { type: 'xstate.after.backoff.portal.connection.waiting' }),
      event('portal/x:1', { type: 'HEARD' }),
      event('portal/x:0', { type: 'OFFENDED', url: 'http://a', offence: 'garbage' }),
    );
    expect(source.log.newest(predicateOf(filter)).map(({ type }) => type)).toEqual(expected);
  });
});

describe('who sent an event', () => {
  it('across threads is known by its type, and by what it says', () => {
    const source = told(
      birth('portal/x:0', 'portal'),
      birth('portal/x:1', 'connection.1', 'portal/x:0', { definition: { id: 'connection' } }),
      birth('portal/x:2', 'socket', 'portal/x:1'),
      birth('verifier.1/x:0', 'verifier.1', undefined, { definition: { id: 'verifier' } }),
      birth('entries/x:0', 'entries'),
      event('portal/x:0', { type: 'WANTED' }),
      event('portal/x:0', { type: 'OFFENDED', offence: 'below-floor' }),
      event('portal/x:0', { type: 'OFFENDED', offence: 'flood' }),
      event('portal/x:1', { type: 'HEARD' }, 'portal/x:2'),
      event('portal/x:2', { type: 'PROVE' }, 'portal/x:1'),
      event('portal/x:0', { type: 'PROVEN', connection: 1 }, 'portal/x:1'),
      event('verifier.1/x:0', { type: 'BATCH', batch: 1 }),
      event('entries/x:0', { type: 'FINDINGS', findings: [] }),
      event('entries/x:0', { type: 'UNHEARD_OF' }),
    );
    expect(lines(source).filter((line) => !line.includes('(')).toReversed()).toEqual([
      'entries>portal WANTED',
      'entries>portal OFFENDED',
      'outside>portal OFFENDED',
      'outside>portal HEARD',
      'portal>outside PROVE',
      'portal>portal PROVEN',
      'portal>verifier.1 BATCH',
      'verifier>entries FINDINGS',
      'entries>entries UNHEARD_OF',
    ]);
  });

  it('is asked of every event of every machine; what nobody else sends is of the thread itself', () => {
    const machines = [portalMachine, connectionMachine, verifierMachine, entriesMachine, entryMachine, vaultMachine, queryMachine, consentMachine];
    const ofOthers = machines.flatMap(({ id, events }) => (events as readonly string[]).filter((type) => senderOf(id, { type }) !== 'itself').map((type) => `${id} ${type}`));
    expect(ofOthers).toContain('verifier BATCH');
    expect(ofOthers).toContain('vault UNLOCK');
    expect(ofOthers.filter((line) => line.includes('xstate.'))).toEqual([]);
    for (const type of ['constructor', 'toString', '__proto__']) expect(senderOf('portal', { type })).toBe('itself');
    for (const machine of ['constructor', '__proto__']) expect(senderOf(machine, { type: 'WANTED' })).toBe('itself');
  });
});

describe('watched entries', () => {
  it('are those of all reports, without the ones that nobody watches any more', () => {
    const source = told(watchedReport(0, 10_000), watchedReport(5, 6, 9));
    expect(source.watched.size).toBe(10_000);
    const [, , , , , sixth] = source.watched.list();
    expect(sixth?.revision).toBe('9n');
    source.take({ type: '@secure-registry.watched', createdAt: '1', entries: [{ ...sixth!, watched: false }] });
    expect(source.watched.size).toBe(9_999);
    expect(source.watched.list(({ revision }) => revision === '9n')).toEqual([]);
  });
});

describe('what is kept', () => {
  const session = fc.record({ thread: fc.constantFrom('portal', 'entries', 'vault', '', '__proto__'), number: fc.nat(20_000) }).map(({ thread, number }) => `${thread}/x:${number}`);
  const parent = fc.option(session, { nil: undefined });
  const type = fc.constantFrom('HEARD', 'TICK', 'xstate.stop', 'constructor');
  const report: fc.Arbitrary<Report> = fc.oneof(
    fc.tuple(session, parent).map(([id, parentId]) => birth(id, id, parentId)),
    fc.tuple(session, type, parent).map(([id, sent, sourceId]) => event(id, { type: sent }, sourceId)),
    fc.tuple(session, type, fc.constantFrom('active', 'done')).map(([id, sent, status]) => snapshot(id, sent, 'a', status)),
    fc.nat(1_000_000).map((at): Report => ({ type: '@secure-registry.incident', createdAt: String(at), incident: { kind: 'flood', at } })),
    fc.nat(1_000_000).map((n) => watchedReport(n, n + 3)),
  );

  it('is bounded, whatever is told and in whatever order', () => {
    fc.assert(
      fc.property(fc.array(report, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (reports, times) => {
        const source = new Source('here');
        for (let i = 0; i < times; i++) for (const one of reports) source.take(one);
        expect(source.actors.size).toBeLessThanOrEqual(new Set(reports.flatMap((one) => ('sessionId' in one ? [one.sessionId] : []))).size);
        expect(source.actors.rows.length).toBeLessThanOrEqual(source.actors.size);
        expect(source.log.size).toBeLessThanOrEqual(MOST_LOGGED);
        expect(source.incidentCount).toBeLessThanOrEqual(MOST_INCIDENTS);
        for (const logged of source.log.newest()) expect(logged.number).toBeLessThanOrEqual(source.log.total);
      }),
      { numRuns: 60 },
    );
  });

  it('is bounded where all are others: actors, incidents, runtimes', () => {
    const source = new Source('here');
    for (let i = 0; i < 6_000; i++) {
      source.take(birth(`entries/x:${i}`, `entry.${i}`, i === 0 ? undefined : 'entries/x:0'));
      source.take(event(`entries/x:${i}`, { type: 'PUSHED' }));
      source.take({ type: '@secure-registry.incident', createdAt: '1', incident: { kind: 'flood' } });
    }
    expect(source.actors.size).toBe(4_096);
    expect(source.actors.get('entries/x:0')?.name).toBe('entry.0');
    expect(source.actors.get('entries/x:5999')?.name).toBe('entry.5999');
    expect(source.incidentCount).toBe(MOST_INCIDENTS);
    expect(source.incidents[0]?.number).toBe(6_000);
    const sources = new Sources();
    for (let i = 0; i < MOST_SOURCES + 3; i++) {
      sources.take(`runtime ${i}`, []);
      if (i === 1) sources.gone('runtime 1');
    }
    expect(sources.names).toHaveLength(MOST_SOURCES);
    expect(sources.names).not.toContain('runtime 1');
    expect(sources.names).toContain(`runtime ${MOST_SOURCES + 2}`);
  });
});
