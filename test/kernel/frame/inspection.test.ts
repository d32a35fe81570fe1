import { describe, expect, it } from 'vitest';
import { RegistryError } from '../../../src/index.ts';
import { fromShown, type InspectionEvent, type Report } from '../../../src/inspect.ts';
import { REGISTRY_MODULE } from '../../../src/kernel.ts';
import { openClient } from '../client/fixture.ts';
import { openDoor, READER, settle } from './fixture.ts';

const eventOf = (number: number): InspectionEvent => ({ type: '@xstate.event', sessionId: 'portal/x:0', rootId: 'portal/x:0', createdAt: '0', _version: '0.7.2', id: null, event: { type: 'MEASURED', number } as { type: string } });
const numbers = (reports: readonly Report[]): unknown[] => reports.map((report) => (report.type === '@xstate.event' ? fromShown((report.event as { number?: unknown }).number) : report.type));

/** A client that inspects; what it was told. */
async function inspecting() {
  const opened = openClient();
  const seen: Report[] = [];
  const ends: unknown[] = [];
  const subscription = opened.client.reports$.subscribe({ next: (report) => seen.push(report), error: (error: unknown) => ends.push(error), complete: () => ends.push('complete') });
  await opened.runtime.until(() => opened.runtime.inspections.length === 1);
  const events = opened.runtime.inspections[0];
  if (events === undefined) throw new Error('nobody inspects');
  /** What was sent before has come, and was acknowledged: all on one port, in order. */
  const exchanged = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) await opened.client.callModule(REGISTRY_MODULE, 'no-op', {});
  };
  return { ...opened, seen, ends, subscription, events, exchanged };
}

describe('given a page that inspects the frame', () => {
  it('when something happens in its runtime, then the page is told, in order and whole', async () => {
    const { events, seen, exchanged, client } = await inspecting();
    for (let i = 0; i < 5_000; i++) events.next(eventOf(i));
    while (seen.length < 5_000) await exchanged();
    expect(numbers(seen)).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
    await client.close();
  });

  it('when nobody listens any more, then nobody in the frame does', async () => {
    const { events, subscription, exchanged, runtime, client } = await inspecting();
    expect([events.observed, runtime.watched.observed]).toEqual([true, true]);
    subscription.unsubscribe();
    await exchanged();
    expect([events.observed, runtime.watched.observed]).toEqual([false, false]);
    await client.close();
  });

  it('when the runtime is closed, then the reports are over; when it fails, they fail', async () => {
    const first = await inspecting();
    first.events.complete();
    await first.exchanged();
    expect(first.ends).toEqual(['complete']);
    const second = await inspecting();
    second.events.error(new RegistryError('WORKER_GONE', 'gone'));
    await second.exchanged();
    expect(second.ends).toEqual([expect.objectContaining({ code: 'WORKER_GONE', message: 'gone' })]);
  });

  it('when it takes nothing in, then the frame keeps no more than so much, says that there is a gap, and begins anew', async () => {
    const { call, send, answers, runtime } = openDoor();
    call('inspect', undefined, { sendKernelNonce: true });
    await runtime.until(() => runtime.inspections.length === 1);
    for (let i = 0; runtime.inspections[0]?.observed === true; i++) runtime.inspections[0].next(eventOf(i));
    expect(answers().filter(({ method }) => method === 'responseUpdate')).toHaveLength(1);
    const [kernels] = answers().flatMap(({ method, data }) => (method === 'responseNonce' ? [(data as { nonce: string }).nonce] : []));
    const told = (): Report[] => answers().flatMap(({ method, data }) => (method === 'responseUpdate' ? (data as { value: Report[] }).value : []));
    while (runtime.inspections.length === 1) {
      send({ data: { method: 'queryUpdate', nonce: kernels, data: 'more' } });
      await settle();
    }
    send({ data: { method: 'queryUpdate', nonce: kernels, data: 'more' } });
    runtime.inspections[1]?.next(eventOf(-1));
    send({ data: { method: 'queryUpdate', nonce: kernels, data: 'more' } });
    const reports = numbers(told());
    expect(reports.length).toBeLessThan(20_000);
    expect(reports.slice(-2)).toEqual(['@secure-registry.gap', -1]);
    expect(reports.slice(0, -2)).toEqual(Array.from({ length: reports.length - 2 }, (_, i) => i));
  });

  it('when its origin may not, then it is refused, and nobody listens', async () => {
    const { call, answers, runtime } = openDoor();
    call('inspect', undefined, {}, READER);
    await settle();
    expect(answers()).toMatchObject([{ method: 'response', err: expect.stringContaining('FORBIDDEN') as string }]);
    expect(runtime.inspections).toEqual([]);
  });
});
