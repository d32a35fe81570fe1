import { createElement, StrictMode, startTransition, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { Subject } from 'rxjs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Greeting } from '../../examples/react/greeting.tsx';
import { useEntry, type Entries } from '../../examples/react/use-entry.ts';
import { inline } from '../../src/inline.ts';
import { nameOf, type SignedEntry } from '../../src/registry/index.ts';
import type { FoundResult, ReadResult } from '../../src/runtime.ts';
import { Asked } from '../runtime/fixture/asked.ts';
import { someone } from '../runtime/fixture/author.ts';
import { startPortals } from '../runtime/fixture/portals.ts';
import { Seen, startRuntime } from '../runtime/fixture/runtime.ts';

async function set() {
  const [portals, author] = [await startPortals(1), someone()];
  await portals.put(author.entry(1n));
  const runtime = await startRuntime(portals.urls, { workers: inline() });
  const { pubkey, datakey } = author.entry(0n);
  return { portals, author, runtime, entryKey: { pubkey, datakey }, asked: new Asked({ watched: nameOf(author.entry(0n)) }) };
}

/** Renders into the page, for the running test; what React complains of fails it. */
function render(node: ReactNode) {
  const troubles: unknown[] = [];
  const complaints = vi.spyOn(console, 'error').mockImplementation((...said: unknown[]) => void troubles.push(said));
  const place = document.body.appendChild(document.createElement('div'));
  const onUncaughtError = (error: unknown): void => void troubles.push(error);
  const root = createRoot(place, { onUncaughtError });
  root.render(node);
  onTestFinished(() => {
    root.unmount();
    place.remove();
    complaints.mockRestore();
    expect(troubles).toEqual([]);
  });
  return { place, root };
}

const resultOf = (entry: SignedEntry): FoundResult => ({ ...entry, exists: true, deleted: false, status: 'live', source: 'portal', confirmedAt: 0, confirmedBy: [], floor: 'durable' });
const textOf = ({ data }: { readonly data: Uint8Array }): string => new TextDecoder().decode(data);

it.each([true, false])('given the example in a page (in strict mode: %s), when the entry changes, then it shows it, and asks for nothing once it is gone', async (isStrict) => {
  const { portals, author, runtime, entryKey, asked } = await set();
  const greeting = createElement(Greeting, { entries: runtime, entryKey });
  const { place, root } = render(isStrict ? createElement(StrictMode, null, greeting) : greeting);
  await expect.poll(() => place.textContent).toBe(textOf(author.entry(1n)));
  await portals.put(author.entry(2n));
  await expect.poll(() => place.textContent).toBe(textOf(author.entry(2n)));
  await expect.poll(() => place.querySelector('p')?.title).toBe('live');
  expect(asked).toMatchObject({ times: 1, open: 1 });
  root.unmount();
  await expect.poll(() => asked.open).toBe(0);
});

it('given many that show one entry, when it changes while they are being rendered, then nothing is ever shown with two of its values', async () => {
  const author = someone();
  const changes = new Subject<ReadResult>();
  let latest = resultOf(author.entry(1n));
  const entry = { get latest() { return latest; }, watch: () => changes };
  const entries: Entries = { entry: () => entry };
  const key = author.entry(0n);
  const commits: string[][] = [];
  let turnTo: ((turn: number) => void) | undefined;
  const Shown = (): ReactNode => createElement('i', null, textOf(useEntry(entries, key) as FoundResult));
  /** Between two that show it, it changes. */
  const Between = ({ turn }: { readonly turn: number }): ReactNode => {
    if (turn > 0 && latest.revision === 1n) {
      latest = resultOf(author.entry(2n));
      queueMicrotask(() => changes.next(latest));
    }
    return null;
  };
  const Many = (): ReactNode => {
    const [turn, setTurn] = useState(0);
    turnTo = (next) => startTransition(() => setTurn(next));
    return [createElement(Shown, { key: `a${turn}` }), createElement(Between, { key: 'b', turn }), createElement(Shown, { key: `c${turn}` })];
  };
  const { place } = render(createElement(Many));
  const shown = (): string[] => [...place.querySelectorAll('i')].map(({ textContent }) => textContent);
  await expect.poll(shown).toEqual([textOf(author.entry(1n)), textOf(author.entry(1n))]);
  const observer = new MutationObserver(() => commits.push(shown()));
  observer.observe(place, { childList: true, characterData: true, subtree: true });
  turnTo?.(1);
  await expect.poll(shown).toEqual([textOf(author.entry(2n)), textOf(author.entry(2n))]);
  expect(commits.length).toBeGreaterThan(0);
  for (const commit of commits) expect(new Set(commit).size).toBe(1);
});

it('given the same value, then what a handle says is latest is the same object, so that nothing renders anew', async () => {
  const { runtime, entryKey } = await set();
  const seen = new Seen(runtime.watch(entryKey));
  await seen.revision(1n);
  const [one, two] = [runtime.entry(entryKey), runtime.entry(entryKey)];
  expect(one.latest).toBe(seen.results.at(-1));
  expect(two.latest).toBe(one.latest);
});
