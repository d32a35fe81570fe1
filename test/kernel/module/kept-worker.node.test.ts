import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, MODULE, Pages, THREADS } from '../fixture/places.node.ts';
import { author, keyOf, oldKeyOf, portalsWith } from '../fixture/portals.node.ts';

let pages: Pages;
let callerCode = '';
beforeAll(async () => {
  const entry = fileURLToPath(new URL('../fixture/caller.worker.ts', import.meta.url));
  const [opened, { outputFiles }] = await Promise.all([Pages.open(), build({ entryPoints: [entry], bundle: true, format: 'iife', platform: 'browser', target: 'es2022', drop: ['console'], write: false })]);
  pages = opened;
  callerCode = outputFiles[0]?.text ?? '';
});
afterAll(() => pages?.close());

const [first, second, third] = [author.entry(1n), author.entry(2n), author.entry(3n)];
const key = keyOf(first);

describe('given a kernel that keeps the worker', () => {
  it('when an entry was read, then it is subscribed: later reads ask no portal, and what is pushed is what they are answered', async () => {
    const [portal] = await portalsWith(first);
    const kernel = await (await pages.page()).kernel({ manner: 'keeping', portals: [portal.url] });
    expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 1n } });
    // Nobody asks a second time: that it lives a second later tells it that it is kept.
    await portal.until({ subscriptions: 1, told: 1 });
    await expect.poll(() => kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 1n, status: 'live' } });
    const { reads, opened, subscribes } = portal.traffic;
    for (const answer of await Promise.all(Array.from({ length: 50 }, () => kernel.ask('readEntry', oldKeyOf(first))))) expect(answer).toMatchObject({ data: { revision: 1n } });
    await portal.put(second);
    await expect.poll(() => kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 2n, status: 'live' } });
    expect(portal.traffic).toMatchObject({ reads, opened, subscribes });
    expect(await kernel.state()).toMatchObject({ workers: 1, open: 0 });
  });

  it('when two subscribe to one entry, then both are told the newest and every newer one, over one subscription; and one may close', async () => {
    const [portal] = await portalsWith(first);
    const kernel = await (await pages.page()).kernel({ manner: 'keeping', portals: [portal.url] });
    const one = await kernel.open('registrySubscribe', key);
    expect((await kernel.news(one, 1)).news).toMatchObject([{ revision: 1n }]);
    const other = await kernel.open('registrySubscribe', key);
    expect((await kernel.news(other, 1)).news).toMatchObject([{ revision: 1n }]);
    await portal.put(second);
    expect((await kernel.news(one, 2)).news).toMatchObject([{ revision: 1n }, { revision: 2n }]);
    expect((await kernel.news(other, 2)).news).toMatchObject([{ revision: 1n }, { revision: 2n }]);
    expect(portal.traffic.subscribes).toBe(1);
    await kernel.update(one, { cancelDownload: true });
    expect((await kernel.news(one, 3)).answer).toStrictEqual({ data: { closed: true }, err: null });
    await portal.put(third);
    expect((await kernel.news(other, 3)).news).toMatchObject([{ revision: 1n }, { revision: 2n }, { revision: 3n }]);
    expect((await kernel.news(one, 3)).news).toHaveLength(2);
  });
});

it('given a subscription, when the portal that pushes dies, then the next one pushes', async () => {
  const [dies, lives] = await portalsWith(first, first);
  const kernel = await (await pages.page()).kernel({ portals: [dies.url, lives.url] });
  const query = await kernel.open('registrySubscribe', key);
  await kernel.news(query, 1);
  await dies.until({ subscriptions: 1 });
  await dies.kill();
  await lives.until({ subscriptions: 1 });
  await lives.put(second);
  expect((await kernel.news(query, 2)).news).toMatchObject([{ revision: 1n }, { revision: 2n }]);
});

const ours = (method: string, data: unknown) => ({ module: MODULE, method, data });

describe("given somebody else's module, made with the library for modules", () => {
  const CALLER = 'AQCaller_Module_of_somebody_else_of_46_letters';

  it.each(['fresh', 'keeping'] as const)('when it calls ours, in a kernel with %s workers, then it has our answers, and our errors', async (manner) => {
    const [portal] = await portalsWith(first);
    for (const place of [await pages.page(), THREADS]) {
      const kernel = await place.kernel({ manner, portals: [portal.url], others: { [CALLER]: callerCode }, seed: KEY, logs: ["there's an error in the data\nFORBIDDEN: only a trusted domain may set portals"] });
      const call = (method: string, data: unknown) => kernel.ask('call', ours(method, data), { module: CALLER });
      expect(await call('readEntry', oldKeyOf(first))).toStrictEqual({ data: { exists: true, deleted: false, entryData: first.data, revision: 1n }, err: null });
      expect(await call('no-op', undefined)).toStrictEqual({ data: { success: true }, err: null });
      expect(await call('registryWrite', first)).toMatchObject({ data: { success: true } });
      expect(await call('setPortals', { portals: [portal.url] })).toStrictEqual({ data: null, err: 'FORBIDDEN: only a trusted domain may set portals' });
    }
  });

  it('when it is trusted by its link, then it may set portals', async () => {
    const [portal] = await portalsWith(first);
    const kernel = await (await pages.page()).kernel({ portals: [], trustedDomains: [CALLER], others: { [CALLER]: callerCode }, seed: KEY });
    expect(await kernel.ask('call', ours('setPortals', { portals: [portal.url] }), { module: CALLER })).toMatchObject({ data: { success: true } });
    expect(await kernel.ask('call', ours('registryRead', key), { module: CALLER })).toMatchObject({ data: { revision: 1n } });
  });

  it('when it connects to ours, then it is told every newer entry, until it closes', async () => {
    const [portal] = await portalsWith(first);
    const kernel = await (await pages.page()).kernel({ portals: [portal.url], others: { [CALLER]: callerCode }, seed: KEY });
    const query = await kernel.open('connect', ours('registrySubscribe', key), { module: CALLER });
    await kernel.news(query, 1);
    await portal.until({ subscriptions: 1 });
    await portal.put(second);
    expect((await kernel.news(query, 2)).news).toMatchObject([{ revision: 1n }, { revision: 2n }]);
    await kernel.update(query, 'close');
    expect(await kernel.news(query, 3)).toMatchObject({ answer: { data: { closed: true }, err: null } });
    await portal.until({ sockets: 0 });
    expect(await kernel.state()).toMatchObject({ workers: 0, open: 0 });
  });
});
