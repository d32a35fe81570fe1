/* oxlint-disable unicorn/require-post-message-target-origin -- a channel has none */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from 'playwright';
import { Pages } from '../fixture/places.node.ts';
import { author, keyOf, portals, portalsWith } from '../fixture/portals.node.ts';

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.open();
});
afterAll(() => pages?.close());

const [older, newer] = [author.entry(1n), author.entry(2n)];
const key = keyOf(newer);

interface Kept {
  readonly key: readonly number[];
  readonly record: readonly number[];
}

/** What any script of the origin can do with what the module keeps. */
const stored = (frame: Frame): Promise<readonly Kept[]> =>
  frame.evaluate(async () => {
    const request = indexedDB.open('secure-registry');
    await new Promise((resolve) => request.addEventListener('success', resolve));
    const store = request.result.transaction('records').objectStore('records');
    const [keys, records] = [store.getAllKeys(), store.getAll()];
    await new Promise((resolve) => store.transaction.addEventListener('complete', resolve));
    request.result.close();
    return keys.result.map((each, i) => ({ key: [...new Uint8Array(each as ArrayBuffer)], record: [...(records.result as Uint8Array[])[i]!] }));
  });
const store = (frame: Frame, kept: readonly Kept[]): Promise<void> =>
  frame.evaluate(async (put) => {
    const request = indexedDB.open('secure-registry');
    await new Promise((resolve) => request.addEventListener('success', resolve));
    const records = request.result.transaction('records', 'readwrite').objectStore('records');
    records.clear();
    for (const { key: at, record } of put) records.put(Uint8Array.from(record), Uint8Array.from(at));
    await new Promise((resolve) => records.transaction.addEventListener('complete', resolve));
    request.result.close();
  }, kept);

const [FLOOR, STAMP] = [1, 5];
const withTag = (kept: readonly Kept[], tag: number): readonly Kept[] => kept.filter((each) => each.key[0] === tag);

describe('given another module of the same origin, which writes to the storage', () => {
  it('when it puts back an older entry, genuinely signed, under the stamp of the newer one, then portals are asked', async () => {
    const [portal] = await portalsWith(older);
    const page = await pages.page();
    const kernel = await page.kernel({ portals: [portal.url] });
    await kernel.ask('registryRead', key);
    const before = await stored(page.frame);
    await kernel.ask('registryWrite', newer);
    await kernel.ask('registryRead', key);
    const after = await stored(page.frame);
    expect([withTag(after, FLOOR).length, withTag(after, STAMP).length]).toEqual([1, 1]);
    await store(page.frame, [...withTag(before, FLOOR), ...withTag(after, STAMP)]);
    const { reads } = portal.traffic;
    expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 2n } });
    expect(portal.traffic.reads).toBeGreaterThan(reads);
  });

  it('when it forges the time of a stamp, its portal, or a byte of the entry that it is of, then portals are asked', async () => {
    const [portal] = await portalsWith(newer);
    const page = await pages.page();
    const kernel = await page.kernel({ portals: [portal.url] });
    await kernel.ask('registryRead', key);
    const kept = await stored(page.frame);
    // The stamp: time at 17 … 25, seal at 25 … 57, then the portal. The floor: its last byte is of what was signed or of its signature.
    const forgeries: readonly (readonly [tag: number, at: number])[] = [[STAMP, 24], [STAMP, 25], [STAMP, 56], [STAMP, 60], [FLOOR, -1]];
    for (const [tag, at] of forgeries) {
      await store(page.frame, kept.map((each) => (each.key[0] === tag ? { ...each, record: each.record.map((byte, i) => (i === (at < 0 ? each.record.length + at : at) ? byte ^ 1 : byte)) } : each)));
      const { reads } = portal.traffic;
      expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 2n, data: newer.data } });
      expect(portal.traffic.reads, `after byte ${at} of record ${tag}`).toBeGreaterThan(reads);
    }
    // And what was there in the first place is still believed.
    await store(page.frame, kept);
    const { reads } = portal.traffic;
    expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 2n } });
    expect(portal.traffic.reads).toBe(reads);
  });

  it('when it fills every record with what is none, or makes them a megabyte long, then queries are answered all the same', async () => {
    const [portal] = await portalsWith(newer);
    const page = await pages.page();
    const kernel = await page.kernel({ portals: [portal.url], trustedDomains: ['trusted.example'] });
    await kernel.ask('registryRead', key);
    const kept = await stored(page.frame);
    for (const record of [[], [1], Array.from({ length: 1_000_000 }, () => 1)]) {
      await store(page.frame, [...kept.map((each) => ({ ...each, record })), { key: [6], record }]);
      expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 2n, confirmedBy: [portal.url] } });
      expect(await kernel.ask('registryWrite', newer)).toMatchObject({ err: null });
    }
  });
});

/** Hears what is said on the channel, keeps the vouchers, and answers every question by what it is given. */
const speak = (frame: Frame, manner: 'listen' | 'replay' | 'flood', entry: { readonly packed: string; readonly portal: string; readonly at: number } | undefined): Promise<void> =>
  frame.evaluate(
    ([how, claim]) => {
      const channel = new BroadcastChannel('secure-registry vouchers');
      const state = globalThis as unknown as { vouchers?: Record<string, unknown>[]; asked?: number };
      state.vouchers ??= [];
      state.asked = 0;
      channel.addEventListener('message', ({ data }: MessageEvent<Record<string, unknown>>) => {
        if ('vouch' in data) state.vouchers?.push(data);
        if (!('ask' in data)) return;
        state.asked = (state.asked ?? 0) + 1;
        if (how === 'listen') return;
        const number = data['ask'];
        for (const voucher of state.vouchers ?? []) {
          channel.postMessage(voucher);
          channel.postMessage({ ...voucher, vouch: number });
        }
        channel.postMessage({ vouch: number, ...claim, seal: new Uint8Array(32) });
        channel.postMessage({ vouch: number, ...claim, seal: undefined });
        if (how !== 'flood') return;
        channel.postMessage({ vouch: number, packed: 'x'.repeat(1_000_000), portal: 'y'.repeat(1_000_000), at: 1, seal: new Uint8Array(32) });
        channel.postMessage({ vouch: new Uint8Array(1_000_000), ask: new Uint8Array(1_000_000), name: 'z'.repeat(1_000_000) });
        for (const junk of [null, 7, 'text', [], { ask: number, name: 7 }, { vouch: number }, new Uint8Array(1_000_000)]) channel.postMessage(junk);
      });
    },
    [manner, entry] as const,
  );
const asked = (frame: Frame): Promise<number> => frame.evaluate(() => (globalThis as unknown as { asked: number }).asked);

describe('given another module of the same origin, which speaks on the channel', () => {
  it('when it repeats what a worker vouched for once, or says it of another entry, or with no seal, then none of it is believed', async () => {
    const other = author.entry(9n, 'other', { name: 'other' });
    const [portal] = await portalsWith(older);
    await portal.put(other);
    const page = await pages.page();
    const kernel = await page.kernel({ portals: [portal.url] });
    await speak(page.frame, 'listen', undefined);
    const query = await kernel.open('registrySubscribe', key);
    await kernel.news(query, 1);
    await portal.until({ subscriptions: 1 });
    // Another word, so that it is known to be live.
    await portal.put(newer);
    await kernel.news(query, 2);
    await store(page.frame, []);
    expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 2n, status: 'live' } });
    const vouchers = await page.frame.evaluate(() => (globalThis as unknown as { vouchers: { packed: string; portal: string; at: number }[] }).vouchers);
    expect(vouchers).toHaveLength(1);
    await kernel.update(query, undefined);
    await portal.until({ sockets: 0 });
    // Now there is a newer one, of which no worker knows.
    await portal.put(author.entry(3n));
    await store(page.frame, []);
    await speak(page.frame, 'replay', vouchers[0]);
    expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 3n, status: 'cached' } });
    expect(await kernel.ask('registryRead', keyOf(other))).toMatchObject({ data: { revision: 9n, data: other.data } });
    expect(await asked(page.frame)).toBeGreaterThanOrEqual(2);
  });

  it('when it floods the channel, with messages of a million bytes, then answers come all the same', async () => {
    const [portal] = await portals('one');
    portal.faults = { latency: 300 };
    await portal.put(newer);
    const page = await pages.page();
    const kernel = await page.kernel({ portals: [portal.url] });
    await speak(page.frame, 'flood', { packed: 'no entry', portal: portal.url, at: 1 });
    expect(await kernel.ask('registryRead', key)).toMatchObject({ data: { revision: 2n, status: 'cached' } });
    const query = await kernel.open('registrySubscribe', key);
    expect((await kernel.news(query, 1)).news).toMatchObject([{ revision: 2n }]);
    expect(await asked(page.frame)).toBeGreaterThanOrEqual(1);
  });
});
