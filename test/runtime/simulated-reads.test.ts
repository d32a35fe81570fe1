import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { inline, MemoryStorage } from '../../src/inline.ts';
import { Author } from '../../src/portal/conformance/author.ts';
import { createRuntime, type ReadResult } from '../../src/runtime.ts';
import type { Fetch, OpenSocket } from '../../src/world.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { Simulation } from './fixture/simulation.ts';

const URLS = ['http://a.example', 'http://b.example'] as const;
const [A] = URLS;

interface Network {
  readonly urls?: readonly string[];
  /** How much later than it came a message of a portal's is heard, in milliseconds. */
  readonly lag?: (text: string) => number;
  readonly onMessage?: () => void;
  readonly fetch?: (real: Fetch) => Fetch;
}

/** A runtime in simulated time with a watch on one entry, so that there is a connection. */
async function start({ urls = URLS, lag = () => 0, onMessage = () => {}, fetch = (real) => real }: Network = {}) {
  const world = new Simulation(urls, 1);
  const { clock } = world;
  const author = new Author('somebody');
  const sockets: OpenSocket = (address, events, options) => {
    const heard = (text: string | undefined): void => {
      events.message(text);
      onMessage();
    };
    const message = (text: string | undefined): void => {
      const later = lag(text ?? '');
      if (later === 0) heard(text);
      else if (later < Infinity) clock.setTimeout(() => heard(text), later);
    };
    return world.sockets(address, { ...events, message }, options);
  };
  const host = inline({ clock, verdict: world.verdict, random: world.random, sockets, fetch: fetch(world.fetch), storage: new MemoryStorage() });
  const runtime = await clock.run(createRuntime({ portals: urls, workers: host, policy: { verifiers: 1 } }));
  world.put(A, author.entry(1n));
  const seen: ReadResult[] = [];
  runtime.watch(author.entry(1n)).subscribe((result) => seen.push(result));
  await clock.pass(2_000);
  const read = (...[key, options]: Parameters<typeof runtime.read>): Promise<ReadResult> => clock.run(runtime.read(key, options));
  return { world, clock, author, runtime, seen, read, close: () => clock.run(runtime.close()) };
}

const named = (author: Author, name: string) => author.entry(1n, '', { name });

describe('a read in simulated time', () => {
  it('G2: is never older than what a watch told before it was answered, wherever it was overtaken', async () => {
    const network = { onMessage: () => {} };
    const { world, clock, author, runtime, seen, close } = await start({ onMessage: () => network.onMessage() });
    const back: string[] = [];
    const readAndCompare = async (): Promise<void> => {
      const result = await runtime.read(author.entry(1n));
      const told = seen.at(-1);
      if (result.exists && told?.exists === true && result.revision < told.revision) back.push(`${result.revision} after ${told.revision}`);
    };
    for (let turns = 0; turns < 14; turns++) {
      network.onMessage = () => {
        network.onMessage = () => {};
        const after = (left: number): void => {
          if (left > 0) return void clock.setTimeout(() => after(left - 1), 0);
          void readAndCompare();
        };
        after(turns);
      };
      world.put(A, author.entry(BigInt(turns + 2)));
      await clock.pass(200);
    }
    expect(back).toEqual([]);
    expect(seen.at(-1)).toMatchObject({ revision: 15n });
    await close();
  });

  it.each(['watched', 'only read'])('G2: of many is never older than what was told of it while others were waited for: of one that is %s', async (use) => {
    const slow = bytesToHex(new Author('somebody').entry(1n, '', { name: 'slow' }).datakey);
    const { world, clock, author, runtime, read, seen, close } = await start({
      fetch: (real) => async (url, init) => {
        if (url.includes(slow)) await new Promise<void>((resolve) => void clock.setTimeout(resolve, 3_000));
        return real(url, init);
      },
    });
    const name = use === 'watched' ? undefined : 'unwatched';
    const [first, second] = [1n, 2n].map((revision) => author.entry(revision, String(revision), name === undefined ? {} : { name })) as [ReturnType<Author['entry']>, ReturnType<Author['entry']>];
    for (const url of URLS) world.put(url, first);
    const many = runtime.readMany([first, named(author, 'slow')], { maxStaleness: 0 });
    await clock.pass(1_000);
    for (const url of URLS) world.put(url, second);
    if (name === undefined) await clock.pass(200);
    else expect(await read(second, { maxStaleness: 0 })).toMatchObject({ revision: 2n });
    const [result] = await clock.run(many);
    expect(result).toMatchObject({ exists: true, revision: 2n });
    if (name === undefined) expect(seen.at(-1)).toMatchObject({ revision: 2n });
    await close();
  });

  it('G2: a handle shows nothing older than what its holder has written, though nobody follows the entry', async () => {
    const { clock, author, runtime, read, close } = await start();
    const handle = runtime.entry(named(author, 'own'));
    await clock.run(runtime.write(author.entry(4n, 'four', { name: 'own' })));
    expect(await clock.run(handle.read())).toMatchObject({ revision: 4n });
    await clock.run(runtime.write(author.entry(5n, 'five', { name: 'own' })));
    expect(handle.latest).toMatchObject({ revision: 5n, floor: 'volatile' });
    const told: unknown[] = [];
    const watch = handle.watch().subscribe((result) => told.push(result.exists && result.revision));
    await clock.pass(1_000);
    expect(new Set(told)).toEqual(new Set([5n]));
    watch.unsubscribe();
    expect(await read(named(author, 'own'))).toMatchObject({ revision: 5n });
    await close();
  });

  it('asks where a word is under way that was called for before it', async () => {
    const state = { lag: 0 };
    const isAbout = bytesToHex(new Author('somebody').entry(1n).datakey);
    const { world, clock, author, runtime, read, close } = await start({ urls: [A], lag: (text) => (text.includes(isAbout) ? state.lag : 0) });
    // Its word shows that the connection answers subscriptions.
    const other = runtime.watch(named(author, 'other')).subscribe();
    await clock.pass(1_000);
    world.kill(A);
    await clock.pass(100);
    world.revive(A);
    state.lag = 350;
    const told = (what: string): number => world.log.filter((line) => line.endsWith(what)).length;
    const before = [told('tells 1'), told('tells nothing')];
    while (told('tells 1') === before[0] || told('tells nothing') === before[1]) await clock.pass(10);
    // The portal has told the old one, which is still on its way.
    world.put(A, author.entry(2n));
    expect(await read(author.entry(1n), { maxStaleness: 0 })).toMatchObject({ revision: 2n });
    other.unsubscribe();
    await close();
  });

  it('T3: counts a portal once among those that claim there is nothing, however late it says so', async () => {
    const { author, read, close } = await start({ lag: (text) => (text.includes('notification') && !text.includes('signature') ? 395 : 0) });
    for (let i = 0; i < 30; i++) {
      const result = await read(named(author, `nowhere ${i}`));
      const claimedBy = result.exists ? [] : result.claimedBy;
      expect([...claimedBy].toSorted()).toEqual([...new Set(claimedBy)].toSorted());
    }
    await close();
  });

  it('waits once for a connection that answers no subscriptions, not every time', async () => {
    const state = { isSilent: false };
    const { world, clock, author, read, close } = await start({ lag: (text) => (state.isSilent && text.includes('notification') ? Infinity : 0) });
    state.isSilent = true;
    const took: number[] = [];
    for (let i = 0; i < 10; i++) {
      const entry = named(author, `${i}`);
      for (const url of URLS) world.put(url, entry);
      const begun = clock.now();
      await read(entry);
      took.push(clock.now() - begun);
    }
    expect(took.filter((milliseconds) => milliseconds >= 400)).toHaveLength(1);
    await close();
  });

  it('G5: is refused at once when the runtime is closed, whatever the actors still do', async () => {
    const mute = new Promise<never>(() => {});
    const { clock, author, runtime, close } = await start({
      lag: (text) => (text.includes('notification') ? Infinity : 0),
      fetch: (real) => (url, init) => (init.method === 'GET' || url.startsWith(URLS[1]) ? mute : real(url, init)),
    });
    // Closing waits for the portal that says nothing to it.
    await clock.run(runtime.write(author.entry(2n)));
    const read = codeOf(runtime.read(named(author, 'other')));
    const begun = clock.now();
    const settled = read.then((code) => ({ code, took: clock.now() - begun }));
    await close();
    expect(await settled).toEqual({ code: 'CLOSED', took: 0 });
  });

  it('G5: settles, and so do others, whatever a receiver did with results of before', async () => {
    const { world, author, read, close } = await start();
    world.put(A, named(author, 'other'));
    const result = await read(named(author, 'other'));
    if (!result.exists) throw new Error('there is one');
    structuredClone(undefined, { transfer: [result.data.buffer, result.signature.buffer, result.pubkey.buffer] as ArrayBuffer[] });
    expect(await read(named(author, 'other'), { maxStaleness: 0 })).toMatchObject({ revision: 1n });
    expect(await read(author.entry(1n))).toMatchObject({ revision: 1n });
    await close();
  });
});
