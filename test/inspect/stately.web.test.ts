import { createBrowserInspector, createBrowserReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { expect, it, onTestFinished, vi } from 'vitest';
import { connectInspector, fromShown } from '../../src/inspect.ts';
import { someone } from '../runtime/fixture/author.ts';
import { startPortals } from '../runtime/fixture/portals.ts';
import { live, startRuntime } from '../runtime/fixture/runtime.ts';

/** A window in which a visualizer may be. */
function openFrame(): HTMLIFrameElement {
  const iframe = document.body.appendChild(document.createElement('iframe'));
  onTestFinished(() => iframe.remove());
  return iframe;
}

it("shows a runtime with workers of its own to Stately's visualizer, which comes when more has happened than is kept for it", async () => {
  const portals = await startPortals(1);
  const runtime = await startRuntime(portals.urls);
  const iframe = openFrame();
  const inspector = createBrowserInspector({ iframe, url: 'about:blank' });
  const connection = connectInspector(runtime, inspector);
  const author = someone();
  runtime.watch(author.entry(0n)).subscribe();
  await live(runtime);
  for (let i = 1n; connection.sent <= 250; i++) await runtime.write(author.entry(i));

  const window = iframe.contentWindow;
  if (window === null) throw new Error('the frame has no window');
  const seen: StatelyInspectionEvent[] = [];
  createBrowserReceiver({ window }).subscribe((event) => void seen.push(event));
  const last = author.entry(2n ** 53n + 1n);
  await runtime.write(last, { final: true });
  const entries = () => seen.flatMap((event) => ('event' in event && 'entry' in event.event ? [fromShown(event.event.entry)] : []));
  await vi.waitFor(() => expect(entries()).toContainEqual(expect.objectContaining({ revision: last.revision, data: last.data, pubkey: last.pubkey })), { timeout: 20_000 });

  const births = seen.filter(({ type }) => type === '@xstate.actor') as { readonly name: string; readonly sessionId: string; readonly definition: string }[];
  expect(births.map(({ name }) => name)).toEqual(expect.arrayContaining(['portal', 'entries']));
  expect(births.some(({ name }) => name.startsWith('entry.'))).toBe(true);
  const roots = births.filter(({ name }) => ['portal', 'entries'].includes(name) || name.startsWith('verifier'));
  expect(new Set(roots.map(({ sessionId }) => sessionId)).size).toBe(new Set(roots.map(({ name }) => name)).size);
  expect(JSON.parse(births.find(({ name }) => name === 'portal')?.definition ?? '')).toMatchObject({ id: 'portal', type: 'parallel' });
  connection.close();
  await runtime.close();
});
