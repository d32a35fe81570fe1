import { describe, expect, it } from 'vitest';
import { someone } from './fixture/author.ts';
import { startPortals } from './fixture/portals.ts';
import { first, live, QUICK, Seen, startRuntime, timed, type TestOptions } from './fixture/runtime.ts';

/** A watch that is live at the first portal. */
async function watching(count: number, options: TestOptions = {}) {
  const portals = await startPortals(count);
  const author = someone();
  await portals.put(author.entry(1n));
  const runtime = await startRuntime(portals.urls, options);
  const seen = new Seen(runtime.watch(author.entry(1n), { status: true }));
  await seen.until(({ status }) => status === 'live');
  await live(runtime, portals.url(0));
  return { portals, author, runtime, seen };
}

describe('a watch', () => {
  it('G7: goes on through the next portal when the live one is killed', async () => {
    const { portals, author, runtime, seen } = await watching(3);
    const [, took] = await timed(
      (async () => {
        await portals.kill(0);
        await portals.put(author.entry(2n), [1, 2]);
        await seen.revision(2n);
        await live(runtime, portals.url(1));
      })(),
    );
    // Long before any deadline.
    expect(took).toBeLessThan(10_000);
    await seen.until((result) => result.exists && result.revision === 2n && result.status === 'live');
    expect(await first(runtime.portals$, () => true)).toMatchObject([{ state: 'standby', failures: 1, lastFailure: 'closed' }, { state: 'live' }, { state: 'standby' }]);
  });

  it('P1: leaves no socket open where it was', async () => {
    const { portals, runtime } = await watching(2);
    await runtime.actors.portal.send({ type: 'SWITCH_TO', url: portals.url(1) });
    await portals.until(1, { sockets: 1, subscriptions: 1 });
    await portals.until(0, { sockets: 0 });
    expect(await portals.traffic(1)).toMatchObject({ opened: 1 });
  });

  it('P4: passes over a portal that takes connections and says nothing, and one that never ends its handshake', async () => {
    const portals = await startPortals(3);
    const author = someone();
    await portals.mute(0);
    await portals.fault(1, { sockets: 'hang' });
    await portals.put(author.entry(1n));
    const runtime = await startRuntime(portals.urls, { policy: { connectDeadline: 60_000, proofDeadline: 60_000 } });
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await live(runtime, portals.url(2));
    await seen.revision(1n);
    const views = await first(runtime.portals$, () => true);
    expect(views.map(({ lastFailure }) => lastFailure)).toEqual(['too slow', 'too slow', undefined]);
  });

  it('P4: leaves a connection that falls silent within interval and deadline of its liveness', async () => {
    const policy = { livenessInterval: 300, livenessDeadline: 1_500 };
    const { portals, author, runtime, seen } = await watching(2, { policy });
    await portals.mute(0);
    const [, took] = await timed(live(runtime, portals.url(1)));
    expect(took).toBeLessThan(policy.livenessInterval + policy.livenessDeadline + 5_000);
    await portals.put(author.entry(2n), [1]);
    await seen.revision(2n);
    expect(await first(runtime.portals$, () => true)).toMatchObject([{ lastFailure: 'fell silent' }, { state: 'live' }]);
  });

  it('P2, P3: waits and goes on trying while all portals are down, and finds the first that is back', async () => {
    const { portals, author, runtime, seen } = await watching(2);
    const left = seen.next(({ status }) => status !== 'live');
    await Promise.all([portals.kill(0), portals.kill(1)]);
    await left;
    await first(runtime.portals$, (views) => views.some(({ state }) => state === 'waiting'));
    // Many rounds, and it has not given up.
    await first(runtime.portals$, (views) => views.every(({ failures }) => failures >= 5));
    await portals.put(author.entry(2n), [1]);
    await portals.revive(1);
    const [, took] = await timed(live(runtime, portals.url(1)));
    expect(took).toBeLessThan(QUICK.backoffMost! + 5_000);
    await seen.revision(2n);
  });

  it('P5: does not meet a portal that accepts and drops in a hot loop', async () => {
    const { portals, runtime } = await watching(1, { policy: { backoffBase: 200, backoffMost: 200 } });
    await portals.fault(0, { sockets: 'refuse' });
    const [, took] = await timed(
      (async () => {
        await portals.cut(0);
        await first(runtime.portals$, ([view]) => view!.failures >= 6);
      })(),
    );
    // Five back-offs of at least half their length.
    expect(took).toBeGreaterThan(5 * 100);
  });

  it('tries again at once when told to', async () => {
    const { portals, runtime } = await watching(1, { policy: { backoffBase: 600_000, backoffMost: 600_000 } });
    await portals.kill(0);
    await first(runtime.portals$, ([view]) => view!.state === 'waiting');
    await portals.revive(0);
    runtime.retryNow();
    await live(runtime);
    expect((await portals.traffic(0)).opened).toBe(2);
  });

  it('G6, G7: resubscribes a hundred watched entries, and all that happened in the gap arrives', async () => {
    const portals = await startPortals(2);
    const author = someone();
    const names = Array.from({ length: 100 }, (_, i) => `name ${i}`);
    const revision = (n: bigint) => names.map((name) => author.entry(n, undefined, { name }));
    await portals.put(revision(1n));
    const runtime = await startRuntime(portals.urls);
    const watches = revision(1n).map((key) => new Seen(runtime.watch(key)));
    await Promise.all(watches.map((seen) => seen.revision(1n)));
    await portals.until(0, { subscriptions: 100 });
    await portals.put(revision(2n), [1]);
    await portals.kill(0);
    await Promise.all(watches.map((seen) => seen.revision(2n)));
    await portals.until(1, { subscriptions: 100 });
    for (const { revisions } of watches) expect(revisions).toEqual([1n, 2n]);
  });

  it('works with a portal of generation A', async () => {
    const portals = await startPortals(1, { generation: 'A' });
    const author = someone();
    const runtime = await startRuntime(portals.urls);
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.until(({ exists }) => !exists);
    await portals.until(0, { subscriptions: 1 });
    await portals.put(author.entry(1n));
    await seen.revision(1n);
    await live(runtime);
    expect(seen.revisions).toEqual([undefined, 1n]);
  });

  it('G1: shows nothing that a portal forged, and nothing of what nobody asked for', async () => {
    const { portals, author, runtime, seen } = await watching(1);
    await portals.until(0, { told: 1 });
    const caught = first(runtime.incidents$, ({ kind }) => kind === 'bad-signature');
    await portals.put(author.entry(9n, '', { name: 'other' }));
    await portals.say(0, 'no JSON', '{}', '[1', '{"error":"so it goes"}', '{"responsetype":"activesubscriptions","subscriptions":[]}');
    await portals.forge(0);
    await portals.put(author.entry(2n));
    await caught;
    expect(new Set(seen.revisions)).toEqual(new Set([1n]));
    // From here on it is honest, and may be asked for 2 before it has 3.
    await portals.fault(0, {});
    await portals.put(author.entry(3n));
    await seen.revision(3n);
    expect(seen.revisions).not.toContain(9n);
  });
});
