import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pages, THREADS } from '../fixture/places.node.ts';
import { author, keyOf, nowhere, oldKeyOf, portals, portalsWith } from '../fixture/portals.node.ts';

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.open();
});
afterAll(() => pages?.close());

const [older, newer] = [author.entry(1n), author.entry(2n)];
const key = keyOf(newer);

describe('given portals of which one is behind, and a worker that has never asked', () => {
  it('when an entry is read, then the newest of all portals is the answer, whichever is asked first', async () => {
    const [behind, ahead] = await portalsWith(older, newer);
    const page = await pages.page();
    for (const place of [page, THREADS]) {
      for (const urls of [[behind.url, ahead.url], [ahead.url, behind.url]]) {
        const kernel = await place.kernel({ portals: urls, seed: null });
        expect(await kernel.ask('readEntry', oldKeyOf(newer))).toMatchObject({ data: { exists: true, revision: 2n } });
      }
    }
  });

  it('when a portal hangs, or says at once that there is none, then the answer of another one is not missed, and not held up', async () => {
    const [mute, empty, well] = await portals('mute', 'empty', 'well');
    mute.faults = { reads: 'mute', sockets: 'mute' };
    well.faults = { latency: 150 };
    await well.put(newer);
    const began = performance.now();
    const kernel = await (await pages.page()).kernel({ portals: [mute.url, empty.url, well.url] });
    expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 2n, confirmedBy: [well.url] } });
    // Far less than any deadline, and far more than it takes.
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('given a kernel that ends a worker with its response', () => {
  it('when an entry was answered, then its floor is on disk: the next worker never answers older, nor does any after the page was reloaded', async () => {
    const [behind, ahead] = await portalsWith(older, newer);
    const page = await pages.page();
    const first = await page.kernel({ portals: [behind.url, ahead.url] });
    expect(await first.ask('registryRead', key)).toMatchObject({ data: { revision: 2n } });
    await ahead.kill();
    // Without a seed no stamp is believed, and the older portal is asked: it says what it has, which is not shown.
    const asked = behind.traffic.reads;
    const second = await page.kernel({ portals: [behind.url], seed: null });
    expect(await second.ask('registryRead', key)).toMatchObject({ data: { exists: true, revision: 2n, data: newer.data, status: 'stale' } });
    expect(behind.traffic.reads).toBeGreaterThan(asked);
    await second.close();
    await first.close();
    await page.reload();
    const third = await page.kernel({ portals: [behind.url], seed: null });
    expect(await third.ask('readEntry', oldKeyOf(newer))).toMatchObject({ data: { exists: true, revision: 2n } });
    expect(await third.ask('registryWrite', older)).toMatchObject({ data: { success: false, reason: 'CONFLICT', current: { revision: 2n } } });
  });

  it('when an entry is written, then every portal that answers has it before the response; one that hangs holds that up for no more than two seconds', async () => {
    const [one, slow, mute] = await portals('one', 'slow', 'mute');
    slow.faults = { latency: 700 };
    const page = await pages.page();
    expect(await (await page.kernel({ portals: [one.url, slow.url] })).ask('registryWrite', newer)).toMatchObject({ data: { success: true } });
    expect(await slow.get(key)).toMatchObject({ revision: 2n });
    mute.faults = { writes: 'mute' };
    const began = performance.now();
    expect(await (await page.kernel({ portals: [one.url, mute.url] })).ask('registryWrite', author.entry(3n))).toMatchObject({ data: { success: true } });
    const took = performance.now() - began;
    expect(took, 'milliseconds').toBeGreaterThan(1_900);
    expect(took, 'milliseconds').toBeLessThan(10_000);
  });

  it('when it is read, then no socket is opened; when it is subscribed, then one is, and it ends with the query', async () => {
    const [portal] = await portalsWith(older);
    const kernel = await (await pages.page()).kernel({ portals: [portal.url] });
    await kernel.ask('registryRead', key);
    await kernel.ask('readEntry', oldKeyOf(older));
    await kernel.ask('registryWrite', newer);
    expect(portal.traffic.opened).toBe(0);
    const query = await kernel.open('registrySubscribe', key);
    expect((await kernel.news(query, 1)).news).toMatchObject([{ exists: true, revision: 2n }]);
    await portal.until({ sockets: 1, subscriptions: 1 });
    await portal.put(author.entry(3n));
    expect((await kernel.news(query, 2)).news).toMatchObject([{ revision: 2n }, { revision: 3n, status: 'live' }]);
    await kernel.update(query, undefined);
    expect((await kernel.news(query, 3)).answer).toStrictEqual({ data: { closed: true }, err: null });
    await portal.until({ sockets: 0 });
    expect(await kernel.state()).toMatchObject({ workers: 0, open: 0, heard: 6 });
  });
});

describe('given an entry that was read lately', () => {
  it('when another fresh worker is asked, then it answers without asking any portal', async () => {
    const [portal] = await portalsWith(newer);
    const page = await pages.page();
    const kernel = await page.kernel({ portals: [portal.url] });
    const first = await kernel.ask('registryRead', key);
    const { reads, opened } = portal.traffic;
    await portal.kill();
    const second = await kernel.ask('registryRead', key);
    expect(second).toStrictEqual(first);
    expect(second).toMatchObject({ data: { revision: 2n, status: 'cached', confirmedBy: [portal.url] } });
    expect(await kernel.ask('readEntry', oldKeyOf(newer))).toMatchObject({ data: { revision: 2n } });
    expect(portal.traffic).toMatchObject({ reads, opened });
  });

  it('when no seed was presented, or another one, then what is stamped is not believed: portals are asked', async () => {
    const [portal] = await portalsWith(newer);
    const page = await pages.page();
    for (const seed of [null, Array.from({ length: 16 }, () => 1), null, Array.from({ length: 16 }, () => 2)]) {
      const { reads } = portal.traffic;
      expect(await (await page.kernel({ portals: [portal.url], seed })).ask('registryRead', key)).toMatchObject({ data: { revision: 2n } });
      expect(portal.traffic.reads, `reads with ${seed === null ? 'no seed' : 'another seed'}`).toBeGreaterThan(reads);
    }
  });

  it('when another worker has it subscribed, then that one vouches for it: it is live, though no portal says anything any more', async () => {
    const [portal] = await portalsWith(newer);
    const page = await pages.page();
    const kernel = await page.kernel({ portals: [portal.url] });
    const query = await kernel.open('registrySubscribe', key);
    await kernel.news(query, 1);
    await portal.until({ subscriptions: 1 });
    await portal.put(author.entry(3n));
    await kernel.news(query, 2);
    const { reads, opened } = portal.traffic;
    portal.faults = { held: true, reads: 'mute' };
    expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 3n, status: 'live' } });
    expect(portal.traffic.opened).toBe(opened);
    expect(portal.traffic.reads - reads, 'what was asked beside').toBeLessThanOrEqual(1);
  });
});

describe('given a domain that is trusted', () => {
  it('when it sets portals, then fresh workers use them, for whoever asks; and nobody else may set any', async () => {
    const [one, other] = await portalsWith(older, newer);
    const page = await pages.page();
    const wanted = { portals: [one.url], trustedDomains: ['trusted.example'] };
    const kernel = await page.kernel(wanted);
    expect(await kernel.ask('setPortals', { portals: [other.url] })).toStrictEqual({ data: null, err: 'FORBIDDEN: only a trusted domain may set portals' });
    expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 1n, confirmedBy: [one.url] } });
    expect(await kernel.ask('setPortals', { portals: [other.url] }, { domain: 'trusted.example' })).toStrictEqual({ data: { success: true }, err: null });
    const { reads } = one.traffic;
    await page.reload();
    const later = author.entry(5n, 'later', { name: 'later' });
    await other.put(later);
    const again = await page.kernel(wanted);
    expect(await again.ask('registryRead', keyOf(later))).toMatchObject({ data: { revision: 5n, confirmedBy: [other.url] } });
    expect(one.traffic.reads).toBe(reads);
    // A module in which nobody is trusted, or that has another seed, has those that it was built with.
    for (const built of [{ portals: [one.url] }, { ...wanted, seed: Array.from({ length: 16 }, () => 9) }]) {
      const named = await (await page.kernel(built)).ask('registryRead', keyOf(author.entry(1n, 'x', { name: `none ${built.portals.join('')}` })));
      expect(named).toMatchObject({ data: { exists: false, claimedBy: [one.url] } });
    }
  });

  it('when a module that was built with none is told of some, then it answers', async () => {
    const [portal] = await portalsWith(newer);
    const kernel = await (await pages.page()).kernel({ portals: [], trustedDomains: ['trusted.example'] });
    expect(await kernel.ask('registryRead', key)).toMatchObject({ err: expect.stringMatching(/SECURE_REGISTRY_PORTALS/) as string });
    expect(await kernel.ask('setPortals', { portals: ['ftp://x'] }, { domain: 'trusted.example' })).toMatchObject({ err: expect.stringMatching(/^INVALID_INPUT: portals\[0\]/) as string });
    expect(await kernel.ask('setPortals', { portals: [await nowhere(), portal.url] }, { domain: 'trusted.example' })).toMatchObject({ err: null });
    expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 2n } });
  });
});
