import { describe, expect, it } from 'vitest';
import { Exchange } from '../../../actors/portal/exchange.ts';
import { RegistryClient } from '../../../actors/portal/registry-client.ts';
import { realClock, type Fetch } from '../../../src/world.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { startPortals, type Faults } from '../../runtime/fixture/portals.ts';
import { codeOf } from '../../link/fixture/channels.ts';
import { FakeClock } from '../../link/fixture/clock.ts';

const LIMITS = { answerBytes: 4_096, deadline: 5_000 };
const get = (url: string) => ({ method: 'GET', url, portal: new URL(url).origin, headers: {} }) as const;
/** A `fetch` that answers with this body, and says whether anybody stopped reading it. */
function answering(chunks: readonly Uint8Array[] | 'endless', headers: Record<string, string> = {}, status = 200): { readonly fetch: Fetch; readonly read: { bytes: number; isAborted: boolean } } {
  const read = { bytes: 0, isAborted: false };
  let i = 0;
  const fetch: Fetch = (_, { signal }) => {
    signal.addEventListener('abort', () => (read.isAborted = true));
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        const chunk = chunks === 'endless' ? new Uint8Array(1_000) : chunks[i++];
        if (chunk === undefined) return controller.close();
        read.bytes += chunk.length;
        controller.enqueue(new Uint8Array(chunk));
      },
    });
    return Promise.resolve(new Response(body, { headers, status }));
  };
  return { fetch, read };
}

/** A `fetch` that nobody ever answers. */
const mute: Fetch = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    const fail = (): void => reject(new Error('aborted'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail);
  });

const said = (status: number, message: string): Faults => ({ reads: { status, body: JSON.stringify({ message }) } });

describe('an Exchange', () => {
  it('reads up to the limit and not a byte more', async () => {
    const exact = answering([new Uint8Array(4_000).fill(97), new Uint8Array(96).fill(98)]);
    expect((await new Exchange(exact.fetch, realClock).send(get('http://p'), LIMITS)).text).toHaveLength(4_096);
    const longer = answering([new Uint8Array(4_000), new Uint8Array(97)]);
    expect(await codeOf(new Exchange(longer.fetch, realClock).send(get('http://p'), LIMITS))).toBe('TOO_LARGE');
  });

  it('cuts an endless body while it is read, and stops what still comes', async () => {
    const { fetch, read } = answering('endless');
    await expect(new Exchange(fetch, realClock).send(get('http://p/path'), LIMITS)).rejects.toMatchObject({ code: 'TOO_LARGE', portal: 'http://p' });
    expect(read.bytes).toBeLessThan(10_000);
    expect(read.isAborted).toBe(true);
  });

  it('knows by the status alone what a long page about an error means', async () => {
    const { fetch, read } = answering('endless', {}, 503);
    expect(await new Exchange(fetch, realClock).send(get('http://p'), LIMITS)).toEqual({ status: 503, text: undefined, keepsPreconditions: false });
    expect(read.bytes).toBeLessThan(10_000);
    expect(read.isAborted).toBe(true);
  });

  it('takes a long page for no answer of a portal’s', async () => {
    const { fetch } = answering('endless', { 'content-type': 'text/html; charset=utf-8' });
    expect(await new Exchange(fetch, realClock).send(get('http://p'), LIMITS)).toEqual({ status: 200, text: undefined, keepsPreconditions: false });
  });

  it('does not begin to read what is announced as too long', async () => {
    const { fetch, read } = answering([new Uint8Array(1)], { 'content-length': '4097' });
    expect(await codeOf(new Exchange(fetch, realClock).send(get('http://p'), LIMITS))).toBe('TOO_LARGE');
    expect(read.isAborted).toBe(true);
  });

  it('has no text for what is not UTF-8', async () => {
    const { fetch } = answering([new Uint8Array([0xff, 0xfe])]);
    expect(await new Exchange(fetch, realClock).send(get('http://p'), LIMITS)).toEqual({ status: 200, text: undefined, keepsPreconditions: false });
  });

  it('G5: is TIMEOUT at the deadline, be it that nothing comes or that the body never ends, and leaves no timer', async () => {
    const clock = new FakeClock();
    const late = codeOf(new Exchange(mute, clock).send(get('http://p'), LIMITS));
    await clock.advance(4_999);
    expect(clock.timers.size).toBe(1);
    await clock.advance(1);
    expect(await late).toBe('TIMEOUT');
    expect(clock.timers.size).toBe(0);
  });

  it('is ABORTED by its signal, before and meanwhile', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const pending = codeOf(new Exchange(mute, clock).send(get('http://p'), LIMITS, controller.signal));
    controller.abort();
    expect(await pending).toBe('ABORTED');
    expect(await codeOf(new Exchange(mute, clock).send(get('http://p'), LIMITS, controller.signal))).toBe('ABORTED');
    expect(clock.timers.size).toBe(0);
  });

  it('follows no redirect and sends no cookie, no referrer, and asks no cache', async () => {
    let seen: object = {};
    const spy: Fetch = (_, init) => {
      seen = init;
      return Promise.resolve(new Response('{}'));
    };
    await new Exchange(spy, realClock).send(get('http://p'), LIMITS);
    expect(seen).toMatchObject({ redirect: 'error', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' });
  });
});

describe('a RegistryClient at a real portal', () => {
  const author = someone();
  const offences: [string, string][] = [];
  const conduct = { sentGarbage: (portal: string) => offences.push(['garbage', portal]), sentTooMuch: (portal: string) => offences.push(['too much', portal]) };
  const newClient = () => new RegistryClient(new Exchange((url, init) => fetch(url, init), realClock), { ...LIMITS, writeDeadline: 5_000, lookupSeconds: 5 }, conduct, Math.random);
  const client = newClient();
  const ask = async (faults: Faults, apiKey?: string) => {
    const portals = await startPortals(1, apiKey === undefined ? {} : { apiKey });
    await portals.put(author.entry(1n));
    await portals.fault(0, faults);
    return codeOf(client.ask({ url: portals.url(0), apiKey }, author.entry(1n), new AbortController().signal));
  };
  const { data, revision, signature, type } = author.entry(1n);

  it.each<[string, Faults, unknown]>([
    ['an entry', {}, { settled: { kind: 'claim', claim: { data, revision, signature, type } } }],
    ['that it is missing', said(404, 'registry entry not found'), { settled: { kind: 'missing' } }],
    ['that its own search timed out', said(404, 'timed out after 5s; registry entry not found within given time'), 'TIMEOUT'],
    ['404 without a message', { reads: { status: 404, body: 'not found' } }, 'UNREACHABLE'],
    ['a redirect', { reads: { status: 301, headers: { Location: '/' } } }, 'UNREACHABLE'],
    ['that it was asked too often', { reads: { status: 429, body: '<html>' } }, 'THROTTLED'],
    ['that it wants a key', said(401, 'unauthorized'), 'FORBIDDEN'],
    ['a blocked entry', said(451, 'blocked'), 'UNREACHABLE'],
    ['a small body that unpacks to a megabyte', { reads: 'bomb' }, 'TOO_LARGE'],
    ['without an end', { reads: 'endless' }, 'TOO_LARGE'],
    ['nothing and breaks off', { reads: 'drop' }, 'UNREACHABLE'],
  ])('understands %s', async (_, faults, outcome) => {
    expect(await ask(faults)).toEqual(outcome);
  });

  it.each<[string, Faults, string[]]>([
    ['without an end', { reads: 'endless' }, ['too much']],
    ['a page', { reads: { status: 200, body: '<html>' } }, ['garbage']],
    ['a page about an error', { reads: { status: 502, body: '<html>' } }, []],
    ['an entry', {}, []],
  ])('tells of an answer that no portal gives: %s', async (_, faults, expected) => {
    offences.length = 0;
    await ask(faults);
    expect(offences.map(([kind]) => kind)).toEqual(expected);
  });

  it('sends the API key where there is one', async () => {
    expect(await ask({}, 'a-key')).toMatchObject({ settled: { kind: 'claim' } });
  });

  it.each<[string, number, string, unknown]>([
    ['a lower revision', 400, 'Unable to update the registry: provided revision number is invalid', { settled: { kind: 'refused', status: 400, message: expect.any(String) as unknown } }],
    ['a bad signature', 500, 'failed to verify signature of entry; invalid signature', { settled: { kind: 'refused', status: 500, message: expect.any(String) as unknown } }],
    ['another failure', 500, 'all registry updates failed', 'UNCONFIRMED'],
    ['a time-out', 408, 'registry update timed out', 'UNCONFIRMED'],
  ])('knows a refusal of %s from a portal that failed', async (_, status, message, outcome) => {
    const portals = await startPortals(1);
    await portals.fault(0, { writes: { status, body: JSON.stringify({ message }) } });
    expect(await codeOf(client.post({ url: portals.url(0) }, author.entry(1n)))).toEqual(outcome);
  });

  it('sends a condition where the portal said that it keeps them, and says whether it was kept', async () => {
    const portals = await startPortals(1);
    const portal = { url: portals.url(0) };
    const ours = newClient();
    const look = () => ours.ask(portal, author.entry(1n), new AbortController().signal);
    await look();
    expect(await ours.post(portal, author.entry(0n), null)).toEqual({ kind: 'accepted', isGuarded: true });
    expect(await ours.post(portal, author.entry(1n), null)).toMatchObject({ kind: 'refused', status: 412 });
    expect(await ours.post(portal, author.entry(1n), author.entry(0n))).toEqual({ kind: 'accepted', isGuarded: true });
    expect(await ours.post(portal, author.entry(2n), author.entry(0n))).toMatchObject({ kind: 'refused', status: 412 });
    // The same once more, by us, and by another writer.
    expect(await ours.post(portal, author.entry(1n), author.entry(0n))).toEqual({ kind: 'accepted', isGuarded: true });
    const other = newClient();
    await other.ask(portal, author.entry(1n), new AbortController().signal);
    expect(await other.post(portal, author.entry(1n), author.entry(0n))).toMatchObject({ kind: 'refused', status: 412 });
    expect(await ours.post(portal, author.entry(2n))).toEqual({ kind: 'accepted', isGuarded: false });
    // What stands before it says nothing of what it keeps.
    await portals.fault(0, { reads: { status: 503, body: '' } });
    expect(await codeOf(look())).toBe('UNREACHABLE');
    expect(await ours.post(portal, author.entry(3n), author.entry(0n))).toMatchObject({ kind: 'refused', status: 412 });
    await portals.fault(0, { plain: true });
    await look();
    expect(await ours.post(portal, author.entry(3n), author.entry(0n))).toEqual({ kind: 'accepted', isGuarded: false });
  });
});
