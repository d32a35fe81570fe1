import { Observable, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { RegistryError } from '../../src/error.ts';
import { reportsOf, type Inspectable, type InspectionEvent, type Report, type WatchedReport } from '../../src/inspect.ts';
import { Backlog } from '../../src/inspect/backlog.ts';
import { createRuntime, type PortalView } from '../../src/runtime.ts';
import { SimulatedWorld } from '../../src/testing/index.ts';

async function start() {
  const world = new SimulatedWorld({ seed: 7, portals: 3 });
  const runtime = await world.run(createRuntime({ portals: world.urls, workers: world.host() }));
  const seen: Report[] = [];
  let ended = 0;
  const inspect = () => reportsOf(runtime, world.clock).subscribe({ next: (report) => seen.push(report), complete: () => ended++ });
  return { world, runtime, author: world.author('somebody'), seen, inspect, ended: () => ended };
}
const of = <T extends Report['type']>(reports: readonly Report[], type: T): Extract<Report, { type: T }>[] => reports.filter((report) => report.type === type) as never;
const entries = (reports: readonly WatchedReport[]) => reports.flatMap((report) => report.entries);
const birth = { type: '@xstate.actor', name: 'a', sessionId: 'a/x:0', rootId: 'a/x:0', createdAt: '0', _version: '0.7.2', id: null, definition: '{}', snapshot: {} } as const;

describe('the reports of a runtime', () => {
  it('begin with the births of its actors and with its portals, also for who comes late', async () => {
    const { world, inspect, seen, runtime } = await start();
    inspect();
    await world.pass(1_000);
    expect(of(seen, '@xstate.actor').map(({ name }) => name)).toEqual(expect.arrayContaining(['portal', 'entries', 'verifier.0']));
    expect(of(seen, '@secure-registry.portals')[0]?.portals.map(({ url }) => url)).toEqual(world.urls);
    const before = seen.length;
    inspect();
    await world.pass(1_000);
    expect(of(seen.slice(before), '@xstate.actor').map(({ name }) => name)).toEqual(expect.arrayContaining(['portal', 'entries', 'verifier.0']));
    await world.run(runtime.close());
  });

  it('are over when it is closed, and at once where it was before', async () => {
    const { world, inspect, seen, ended, runtime } = await start();
    inspect();
    await world.run(runtime.close());
    expect(ended()).toBe(1);
    seen.length = 0;
    inspect();
    await world.pass(1);
    expect(ended()).toBe(2);
    expect(of(seen, '@xstate.actor')).toEqual([]);
  });

  it('tell of every watched entry as watchers see it, first of all those that were, and that nobody watches one any more (N7)', async () => {
    const { world, inspect, seen, author, runtime } = await start();
    const entry = author.entry('fact', 7n, 'seven');
    world.put(entry);
    const watches = [runtime.watch(entry).subscribe(), runtime.watch(author.key('nothing')).subscribe()];
    await world.pass(5_000);
    inspect();
    await world.pass(1_000);
    const first = entries(of(seen, '@secure-registry.watched').slice(0, 1));
    expect(first).toHaveLength(2);
    expect(first).toContainEqual(expect.objectContaining({ pubkey: expect.stringMatching(/^[\da-f]{64}$/) as string, watched: true, exists: true, deleted: false, revision: '7n', data: '0x736576656e', status: 'live', floor: 'durable' }));
    expect(first).toContainEqual(expect.objectContaining({ watched: true, exists: false, status: 'live', confirmedBy: expect.arrayContaining([world.urls[0]]) as string[] }));
    seen.length = 0;
    world.put(author.entry('fact', 8n));
    await world.pass(1_000);
    expect(entries(of(seen, '@secure-registry.watched')).at(-1)).toMatchObject({ revision: '8n', status: 'live' });
    for (const portal of world.portals) portal.kill();
    await world.pass(90_000);
    expect(entries(of(seen, '@secure-registry.watched')).filter(({ exists }) => exists === true).at(-1)).toMatchObject({ revision: '8n', status: 'cached' });
    for (const watch of watches) watch.unsubscribe();
    await world.pass(1_000);
    expect(entries(of(seen, '@secure-registry.watched')).slice(-2)).toEqual([expect.objectContaining({ watched: false }), expect.objectContaining({ watched: false })]);
    await world.run(runtime.close());
  });

  it('tell of incidents', async () => {
    const { world, inspect, seen, author, runtime } = await start();
    inspect();
    const entry = author.entry('fact', 7n);
    world.put(entry);
    world.portal(0).faults = { sockets: 'forge', reads: 'forge' };
    runtime.watch(entry).subscribe();
    await world.pass(10_000);
    expect(of(seen, '@secure-registry.incident')).toContainEqual(expect.objectContaining({ incident: expect.objectContaining({ kind: 'bad-signature', portal: world.urls[0], raw: expect.stringMatching(/^0x/) as string }) as unknown }));
    await world.run(runtime.close());
  });

  it('can all be sent as JSON, and read as they were', async () => {
    const { world, inspect, seen, author, runtime } = await start();
    inspect();
    world.put(author.entry('fact', 2n ** 64n - 2n));
    runtime.watch(author.key('fact')).subscribe();
    await world.pass(10_000);
    await world.run(runtime.close());
    expect(seen.length).toBeGreaterThan(20);
    const findings = of(seen, '@xstate.event').flatMap(({ event }) => (event.type === 'FINDINGS' ? [(event as { findings?: unknown }).findings] : []));
    expect(findings.length).toBeGreaterThan(0);
    for (const number of findings) expect(number).toEqual(expect.any(Number));
    expect(JSON.stringify(seen)).toContain('18446744073709551614n');
    expect(JSON.parse(JSON.stringify(seen))).toEqual(JSON.parse(JSON.stringify(seen, (_, each: unknown) => (typeof each === 'bigint' || typeof each === 'function' ? 'no JSON' : each))));
  });

  it('tell of a gap where their reader fell behind, and begin anew', () => {
    const subscriptions: Subject<InspectionEvent>[] = [];
    const source: Inspectable = {
      inspect$: new Observable((subscriber) => {
        const events = new Subject<InspectionEvent>();
        subscriptions.push(events);
        subscriber.next(birth);
        return events.subscribe(subscriber);
      }),
    };
    const seen: string[] = [];
    let isOver = false;
    reportsOf(source).subscribe({ next: ({ type }) => seen.push(type), complete: () => (isOver = true) });
    subscriptions[0]?.error(new RegistryError('THROTTLED', 'the reader is behind'));
    expect(seen).toEqual(['@xstate.actor', '@secure-registry.gap', '@xstate.actor']);
    subscriptions[1]?.complete();
    expect(isOver).toBe(true);
  });

  it('tell of everything anew after a gap, watched entries too: who is not watched any more is not told of again', async () => {
    const { world, author, runtime } = await start();
    const events: Subject<InspectionEvent>[] = [];
    const inspect$ = new Observable<InspectionEvent>((subscriber) => events[events.push(new Subject()) - 1]?.subscribe(subscriber));
    const backlog = new Backlog();
    const shown = (): readonly (string | undefined)[] => backlog.reports(0).flatMap((report) => (report.type === '@secure-registry.watched' ? report.entries.map(({ data }) => data) : []));
    const [left, kept] = [author.entry('left', 1n, 'l'), author.entry('kept', 1n, 'k')];
    for (const entry of [left, kept]) world.put(entry);
    const leaving = runtime.watch(left).subscribe();
    runtime.watch(kept).subscribe();
    reportsOf({ inspect$, watched$: runtime.watched$ }, world.clock).subscribe((report) => backlog.take(report));
    await world.pass(5_000);
    expect(new Set(shown())).toEqual(new Set(['0x6b', '0x6c']));
    leaving.unsubscribe();
    events[0]?.error(new RegistryError('THROTTLED', 'the reader is behind'));
    await world.pass(1_000);
    expect(shown()).toEqual(['0x6b']);
    await world.run(runtime.close());
  });

  it('fail as the inspection does, and not as what else is told', () => {
    const [inspection, portals] = [new Subject<InspectionEvent>(), new Subject<readonly PortalView[]>()];
    const seen: unknown[] = [];
    reportsOf({ inspect$: inspection, portals$: portals }).subscribe({ next: ({ type }) => seen.push(type), error: (error: unknown) => seen.push(error) });
    portals.error(new Error('portals'));
    inspection.next(birth);
    const failure = new RegistryError('WORKER_GONE', 'gone');
    inspection.error(failure);
    expect(seen).toEqual(['@xstate.actor', failure]);
    expect([inspection.observed, portals.observed]).toEqual([false, false]);
  });

  it('ask nothing of anybody once nobody listens (N1)', () => {
    const [inspection, portals] = [new Subject<InspectionEvent>(), new Subject<readonly PortalView[]>()];
    const reports = reportsOf({ inspect$: inspection, portals$: portals });
    expect([inspection.observed, portals.observed]).toEqual([false, false]);
    const subscription = reports.subscribe();
    expect([inspection.observed, portals.observed]).toEqual([true, true]);
    subscription.unsubscribe();
    expect([inspection.observed, portals.observed]).toEqual([false, false]);
  });
});
