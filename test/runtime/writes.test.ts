import { describe, expect, it } from 'vitest';
import { codeOf } from '../link/fixture/channels.ts';
import { someone } from './fixture/author.ts';
import { startPortals } from './fixture/portals.ts';
import { isNode, live, Seen, startRuntime, timed, type TestOptions } from './fixture/runtime.ts';

async function start(count = 2, options: TestOptions = {}) {
  const portals = await startPortals(count);
  return { portals, author: someone(), runtime: await startRuntime(portals.urls, options) };
}
/** With no word from a subscription: one that comes late makes a portal look as if it lagged, and it is sent the entry once more. */
const NO_SOCKETS = { sockets: 'refuse' } as const;

const REFUSAL = JSON.stringify({ message: 'Unable to update the registry: provided revision number is invalid' });

describe('a write', () => {
  it('reaches all portals, though it resolves at the first acceptance', async () => {
    const { portals, author, runtime } = await start(3);
    await Promise.all([1, 2].map((i) => portals.fault(i, { held: true })));
    const { acceptedBy } = await runtime.write(author.entry(4n));
    expect(acceptedBy).toEqual([portals.url(0)]);
    await Promise.all([1, 2].map((i) => portals.fault(i, {})));
    await Promise.all([0, 1, 2].map((i) => portals.until(i, { accepted: 1 })));
    expect(await Promise.all([0, 1, 2].map((i) => portals.stored(i, author.entry(4n))))).toEqual([4n, 4n, 4n]);
  });

  it('is what a watcher and a reader see at once', async () => {
    const { portals, author, runtime } = await start();
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.until(({ exists }) => !exists);
    await Promise.all([0, 1].map((i) => portals.fault(i, { sockets: 'mute' })));
    await runtime.write(author.entry(4n));
    expect((await seen.revision(4n)) as object).toMatchObject({ revision: 4n });
    expect(await runtime.read(author.entry(4n), { maxStaleness: Infinity })).toMatchObject({ revision: 4n, confirmedAt: 0, confirmedBy: [] });
  });

  it('is what a handle reads afterwards, though its watchers are told another way', async () => {
    const { portals, author, runtime } = await start();
    await portals.put(author.entry(1n));
    const handle = runtime.entry(author.entry(1n));
    const seen = new Seen(handle.watch({ status: true }));
    await seen.until(({ status }) => status === 'live');
    for (let revision = 2n; revision < 40n; revision++) {
      await handle.write(author.entry(revision));
      expect(await handle.read()).toMatchObject({ revision });
    }
  });

  it('that is CONFLICT has shown the winner: no read afterwards is answered by less', async () => {
    const { portals, author, runtime } = await start(1);
    for (let i = 0; i < 10; i++) {
      const name = String(i);
      await portals.fault(0, {});
      await portals.put(author.entry(1n, '', { name }));
      const handle = runtime.entry(author.entry(1n, '', { name }));
      const seen = new Seen(handle.watch({ status: true }));
      await seen.until(({ status }) => status === 'live');
      await portals.fault(0, { sockets: 'mute' });
      await portals.put(author.entry(9n, '', { name }));
      expect(await codeOf(handle.write(author.entry(8n, '', { name })))).toBe('CONFLICT');
      expect(await handle.read()).toMatchObject({ revision: 9n });
    }
  });

  it('may be repeated', async () => {
    const { author, runtime } = await start();
    await runtime.write(author.entry(4n));
    expect(await runtime.write(author.entry(4n))).toMatchObject({ revision: 4n });
  });

  it('is CONFLICT with the winner where it is known already, and nothing is sent', async () => {
    const { portals, author, runtime } = await start();
    await portals.put(author.entry(9n));
    await Promise.all([0, 1].map((i) => portals.fault(i, NO_SOCKETS)));
    await runtime.read(author.entry(9n));
    await expect(runtime.write(author.entry(8n))).rejects.toMatchObject({ code: 'CONFLICT', current: author.entry(9n) });
    const [winner, loser] = author.tie(10n);
    await runtime.write(winner);
    await expect(runtime.write(loser)).rejects.toMatchObject({ code: 'CONFLICT', current: winner });
    for (const i of [0, 1]) {
      await portals.until(i, { writes: 1 });
      expect(await portals.traffic(i)).toMatchObject({ writes: 1 });
    }
  });

  it('is CONFLICT with the winner where a portal has it', async () => {
    const { portals, author, runtime } = await start();
    await portals.put(author.entry(9n));
    await expect(runtime.write(author.entry(8n))).rejects.toMatchObject({ code: 'CONFLICT', current: author.entry(9n), retryable: false });
  });

  it('is CONFLICT with the winner where a portal has it, though another one never answers', async () => {
    const { portals, author, runtime } = await start(2, { policy: { writeDeadline: 3_000 } });
    await portals.put(author.entry(9n));
    await portals.mute(1);
    await expect(runtime.write(author.entry(8n))).rejects.toMatchObject({ code: 'CONFLICT', current: author.entry(9n) });
  });

  it('is CONFLICT with the winner of the portal that refused, though another one serves what is older', async () => {
    const { portals, author, runtime } = await start(2);
    await portals.put(author.entry(1n), [0]);
    await portals.put(author.entry(9n), [1]);
    await portals.fault(0, { writes: { status: 503, body: '' } });
    await portals.fault(1, { held: true });
    const outcome = runtime.write(author.entry(8n)).catch((error: unknown) => error);
    await portals.until(1, { writes: 1 });
    // What the other one has is known long before this one is heard.
    expect(await runtime.read(author.entry(1n))).toMatchObject({ revision: 1n });
    await portals.fault(1, {});
    expect(await outcome).toMatchObject({ code: 'CONFLICT', current: author.entry(9n) });
  });

  it('reaches a slow portal, too, when the runtime is closed at once', async () => {
    const { portals, author, runtime } = await start(2);
    await portals.fault(1, { held: true });
    expect(await runtime.write(author.entry(1n))).toMatchObject({ acceptedBy: [portals.url(0)] });
    const closing = runtime.close();
    await portals.fault(1, {});
    await closing;
    expect(await portals.stored(1, author.entry(1n))).toBe(1n);
  });

  it('is REJECTED where a portal refuses and serves no winner', async () => {
    const { portals, author, runtime } = await start(1);
    await portals.fault(0, { writes: { status: 400, body: REFUSAL } });
    expect(await codeOf(runtime.write(author.entry(8n)))).toBe('REJECTED');
  });

  it('is accepted where one portal refuses and another does not', async () => {
    const { portals, author, runtime } = await start(2);
    await portals.fault(0, { writes: { status: 400, body: REFUSAL } });
    expect(await runtime.write(author.entry(8n))).toMatchObject({ acceptedBy: [portals.url(1)] });
  });

  it('is BAD_SIGNATURE where its key did not sign it, and nothing is sent', async () => {
    const { portals, author, runtime } = await start(1);
    const entry = author.entry(1n);
    await expect(runtime.write({ ...entry, revision: 2n })).rejects.toMatchObject({ code: 'BAD_SIGNATURE', field: 'entry.signature' });
    expect(await codeOf(runtime.write({ ...entry, signature: new Uint8Array(64) }))).toBe('BAD_SIGNATURE');
    expect(await portals.traffic(0)).toMatchObject({ writes: 0 });
  });

  it('is REVISION_LIMIT where it leaps, and to the last revision, unless it is final', async () => {
    const { portals, author, runtime } = await start(1, { policy: { maxRevisionStep: 1_000n } });
    await portals.fault(0, NO_SOCKETS);
    expect(await codeOf(runtime.write(author.entry(1_001n)))).toBe('REVISION_LIMIT');
    await runtime.write(author.entry(1_000n));
    await runtime.write(author.entry(2_000n));
    expect(await codeOf(runtime.write(author.entry(3_001n)))).toBe('REVISION_LIMIT');
    expect(await codeOf(runtime.write(author.entry(2n ** 64n - 1n)))).toBe('REVISION_LIMIT');
    expect(await portals.traffic(0)).toMatchObject({ writes: 2 });
    await runtime.write(author.entry(3_001n), { final: true });
    await runtime.write(author.entry(2n ** 64n - 2n), { final: true });
    expect(await codeOf(runtime.write(author.entry(2n ** 64n - 1n)))).toBe('REVISION_LIMIT');
    expect(await runtime.write(author.entry(2n ** 64n - 1n), { final: true })).toMatchObject({ revision: 2n ** 64n - 1n });
  });

  it('is UNREACHABLE where surely no portal got it; a browser does not tell why a request failed, so there it is UNCONFIRMED', async () => {
    const { portals, author, runtime } = await start(2);
    await Promise.all([portals.kill(0), portals.kill(1)]);
    expect(await codeOf(runtime.write(author.entry(1n)))).toBe(isNode ? 'UNREACHABLE' : 'UNCONFIRMED');
  });

  it('G5: is UNCONFIRMED where a portal took it and said nothing, within its deadline', async () => {
    const { portals, author, runtime } = await start(2, { policy: { writeDeadline: 2_000 } });
    await portals.fault(0, { writes: 'mute' });
    await portals.kill(1);
    const [outcome, took] = await timed(runtime.write(author.entry(1n)).catch((error: unknown) => error));
    expect(outcome).toMatchObject({ code: 'UNCONFIRMED', retryable: true });
    // Long before the deadline of anything else.
    expect(took).toBeLessThan(10_000);
    await portals.until(0, { accepted: 1 });
    expect(await portals.stored(0, author.entry(1n))).toBe(1n);
    await portals.fault(0, {});
    expect(await runtime.write(author.entry(1n))).toMatchObject({ acceptedBy: [portals.url(0)] });
  });

  it('is UNCONFIRMED where a portal broke off after it was sent', async () => {
    const { portals, author, runtime } = await start(1);
    await portals.fault(0, { writes: { status: 502, body: '<html>Bad Gateway</html>' } });
    expect(await codeOf(runtime.write(author.entry(1n)))).toBe('UNCONFIRMED');
    await portals.fault(0, { writes: 'drop' });
    expect(await codeOf(runtime.write(author.entry(1n)))).toBe('UNCONFIRMED');
  });

  it('waits for a slow portal until its own deadline, not that of reads', async () => {
    const { portals, author, runtime } = await start(1, { policy: { readDeadline: 200, writeDeadline: 20_000 } });
    await portals.fault(0, { held: true });
    const write = runtime.write(author.entry(1n));
    // Asked at the same portal, and after it.
    expect(await codeOf(runtime.read(author.entry(1n), { maxStaleness: 0 }))).toBe('TIMEOUT');
    await portals.fault(0, {});
    expect(await write).toMatchObject({ revision: 1n });
  });

  it('repairs a portal that is seen lagging', async () => {
    const { portals, author, runtime } = await start(2);
    await portals.put(author.entry(9n), [0]);
    await portals.put(author.entry(3n), [1]);
    await runtime.read(author.entry(9n));
    await portals.kill(0);
    const seen = new Seen(runtime.watch(author.entry(9n), { status: true }));
    await live(runtime, portals.url(1));
    await portals.until(1, { accepted: 1 });
    await seen.until((result) => result.exists && result.status === 'live' && result.confirmedBy.includes(portals.url(1)));
    expect(await portals.stored(1, author.entry(9n))).toBe(9n);
    expect(seen.revisions).not.toContain(3n);
  });

  it('repairs a portal that lost the entry', async () => {
    const { portals, author, runtime } = await start(2);
    await portals.put(author.entry(9n), [0]);
    await runtime.read(author.entry(9n));
    await portals.kill(0);
    await runtime.read(author.entry(9n), { maxStaleness: 0 }).catch(() => {});
    await portals.until(1, { accepted: 1 });
    const other = await startRuntime([portals.url(1)]);
    expect(await new Seen(other.watch(author.entry(9n))).revision(9n)).toMatchObject({ confirmedBy: [portals.url(1)] });
  });
});
