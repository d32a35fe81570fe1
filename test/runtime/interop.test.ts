import { filter, firstValueFrom, from, map, observable as symbol, switchMap, timeout, toArray, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActor, fromObservable, toPromise, waitFor } from 'xstate';
import ZenObservable from 'zen-observable';
import { inline } from '../../src/inline.ts';
import { valuesOf } from '../../src/runtime/values.ts';
import type { ReadResult, Runtime } from '../../src/runtime.ts';
import { someone } from './fixture/author.ts';
import { startPortals } from './fixture/portals.ts';
import { Seen, startRuntime } from './fixture/runtime.ts';

const author = someone();
const KEY = author.entry(0n);
const revisionOf = (result: ReadResult): bigint | undefined => (result.exists ? result.revision : undefined);

async function set() {
  const portals = await startPortals(1);
  await portals.put(author.entry(1n));
  const runtime = await startRuntime(portals.urls, { workers: inline() });
  return { portals, runtime };
}

const STREAMS: readonly { readonly name: string; readonly of: (runtime: Runtime) => Observable<unknown> }[] = [
  { name: 'watch', of: (runtime) => runtime.watch(KEY) },
  { name: 'watch with status', of: (runtime) => runtime.watch(KEY, { status: true }) },
  { name: 'portals$', of: (runtime) => runtime.portals$ },
  { name: 'vault.state$', of: (runtime) => runtime.vault.state$ },
  { name: 'snapshot$', of: (runtime) => runtime.actors.entries.snapshot$ },
];

describe.each(STREAMS)('$name', ({ of }) => {
  it('is what RxJS, a second implementation and whoever goes by Symbol.observable take it for', async () => {
    const { runtime } = await set();
    const stream = of(runtime);
    const plain = (stream as unknown as Record<typeof symbol, (() => typeof stream) | undefined>)[symbol]?.() ?? expect.unreachable('it has no Symbol.observable');
    const told = await Promise.all([
      firstValueFrom(from(stream).pipe(timeout({ first: 20_000 }))),
      new Promise((resolve, reject) => ZenObservable.from(stream as never).subscribe({ next: resolve, error: reject })),
      new Promise((resolve, reject) => plain.subscribe({ next: resolve, error: reject })),
    ]);
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
    const ended = new Promise<void>((resolve, reject) => ZenObservable.from(stream as never).subscribe({ error: reject, complete: resolve }));
    await runtime.close();
    await ended;
  });

  it('is an actor of XState, which is done when the runtime is closed', async () => {
    const { runtime } = await set();
    const actor = createActor(fromObservable(() => of(runtime))).start();
    onTestFinished(() => void actor.stop());
    const { context } = await waitFor(actor, (snapshot) => snapshot.context !== undefined, { timeout: 20_000 });
    expect(context).toEqual(await firstValueFrom(of(runtime)));
    const done = toPromise(actor);
    await runtime.close();
    await done;
    expect(actor.getSnapshot().status).toBe('done');
  });

  it('is a loop of its values, which ends when the runtime is closed', async () => {
    const { runtime } = await set();
    const taken: unknown[] = [];
    for await (const value of valuesOf(of(runtime))) {
      taken.push(value);
      if (taken.length === 1) void runtime.close();
    }
    expect(taken.length).toBeGreaterThan(0);
  });
});

describe('watch', () => {
  it('goes through operators of RxJS, and ends with the runtime', async () => {
    const { portals, runtime } = await set();
    const seen = new Seen(runtime.watch(KEY));
    const revisions = firstValueFrom(
      from(['ours']).pipe(
        switchMap(() => runtime.watch(KEY)),
        map(revisionOf),
        filter((revision) => revision !== undefined),
        toArray(),
      ),
    );
    await seen.revision(1n);
    await portals.put(author.entry(2n));
    await seen.revision(2n);
    await runtime.close();
    expect(await revisions).toEqual([1n, 2n]);
  });

  it('gives a busy loop the last value, and what came between if it wants it', async () => {
    const { portals, runtime } = await set();
    const seen = new Seen(runtime.watch(KEY));
    const take = async (buffer: 'latest' | 'all'): Promise<readonly (bigint | undefined)[]> => {
      const revisions: (bigint | undefined)[] = [];
      for await (const result of valuesOf(runtime.watch(KEY), { buffer })) {
        revisions.push(revisionOf(result));
        if (revisionOf(result) === 1n) await seen.revision(4n);
        if (revisionOf(result) === 4n) break;
      }
      return revisions;
    };
    await seen.revision(1n);
    const loops = Promise.all([take('latest'), take('all')]);
    for (const revision of [2n, 3n, 4n]) {
      await portals.put(author.entry(revision));
      await seen.revision(revision);
    }
    expect(await loops).toEqual([
      [1n, 4n],
      [1n, 2n, 3n, 4n],
    ]);
  });
});
