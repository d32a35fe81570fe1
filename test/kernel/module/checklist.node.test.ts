import { runInNewContext, Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DELETED_DATA, entryId, MAX_REVISION } from '../../../src/index.ts';
import { moduleCode, Pages, THREADS, type Place } from '../fixture/places.node.ts';
import { author, keyOf, nowhere, oldKeyOf, portals } from '../fixture/portals.node.ts';
import { SEED, PUBKEY, secretKey } from '../fixture.ts';

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.open();
});
afterAll(() => pages?.close());

const PLACES: readonly (readonly [where: string, open: () => Promise<Place>])[] = [
  ['a page with storage', () => pages.page()],
  ['a frame without an origin', () => pages.sandbox()],
  ['a thread with nothing', () => Promise.resolve(THREADS)],
];

/** Firefox has channels, and forbids them to frames of other sites where cookies are blocked. */
function forbidden(): never {
  throw new DOMException('The operation is insecure.', 'SecurityError');
}

it('given the module as it was built, when it is evaluated, then it is one classic script, which listens before the first turn ends', () => {
  const code = moduleCode({ portals: ['http://127.0.0.1:1'] });
  expect(() => new Script(code)).not.toThrow();
  expect(code).not.toMatch(/\bimport\s*[({'"]|\bexport\s/);
  const worker = { addEventListener: () => {}, setTimeout: () => 0, clearTimeout: () => {}, TextEncoder, TextDecoder, URL, AbortController, onmessage: null };
  for (const globals of [{ ...worker }, { ...worker, BroadcastChannel: forbidden }]) {
    runInNewContext(code, globals);
    expect(globals.onmessage).toBeTypeOf('function');
  }
});

it('given a frame without an origin, when one looks around, then what the module must do without is not there', async () => {
  const { frame } = await pages.sandbox();
  const there = await frame.evaluate(() => {
    let opens = true;
    try {
      indexedDB.open('any');
    } catch {
      opens = false;
    }
    return { origin: self.origin, isSecureContext, hasSubtle: 'subtle' in crypto, hasLocks: 'locks' in navigator, opens };
  });
  expect(there).toEqual({ origin: 'null', isSecureContext: false, hasSubtle: false, hasLocks: false, opens: false });
});

const answer = (data: unknown) => ({ data, err: null });
const refusal = (err: unknown) => ({ data: null, err });

describe.each(PLACES)('given a kernel in %s, with a fresh worker for each query', (_where, open) => {
  it('when the first methods are used, then they answer in their old shapes: all revisions exactly, up to 113 bytes, a deletion as such', async () => {
    const [portal] = await portals('one');
    const kernel = await (await open()).kernel({ portals: [portal.url] });
    const revisions = [0n, 2n ** 53n + 1n, MAX_REVISION];
    for (const [i, revision] of revisions.entries()) {
      const datakey = new Uint8Array(32).fill(i);
      const entryData = new Uint8Array(i === 0 ? 113 : 86).fill(0xff);
      const written = await kernel.ask('writeEntry', { publicKey: PUBKEY, secretKey: secretKey(), dataKey: datakey, entryData, revision });
      expect(written).toStrictEqual(answer({ entryID: entryId({ pubkey: PUBKEY, datakey }) }));
      expect(await portal.get({ pubkey: PUBKEY, datakey })).toMatchObject({ revision, data: entryData });
      expect(await kernel.ask('readEntry', { publicKey: PUBKEY, dataKey: datakey })).toStrictEqual(answer({ exists: true, deleted: false, entryData, revision }));
    }
    const gone = { publicKey: PUBKEY, dataKey: new Uint8Array(32).fill(9) };
    expect(await kernel.ask('writeEntry', { ...gone, secretKey: secretKey(), entryData: DELETED_DATA.slice(), revision: 7n })).toMatchObject({ err: null });
    expect(await kernel.ask('readEntry', gone)).toStrictEqual(answer({ exists: true, deleted: true, revision: 7n }));
    // Of each query one message, and of what was presented none.
    expect(await kernel.state()).toMatchObject({ heard: 8, workers: 0, open: 0 });
  });

  it('when its own methods are used, then they answer in theirs, and a newer entry is a conflict that names it', async () => {
    const [portal] = await portals('one');
    const [first, second] = [author.entry(1n), author.entry(MAX_REVISION, new Uint8Array(113).fill(1))];
    const kernel = await (await open()).kernel({ portals: [portal.url] });
    expect(await kernel.ask('registryWrite', first)).toStrictEqual(answer({ success: true, entryID: entryId(first) }));
    expect(await kernel.ask('registryWrite', second)).toStrictEqual(answer({ success: true, entryID: entryId(second) }));
    expect(await kernel.ask('registryWrite', first)).toStrictEqual(answer({ success: false, reason: 'CONFLICT', current: { ...second } }));
    const read = await kernel.ask('registryRead', keyOf(second));
    expect(read).toStrictEqual(
      answer({
        exists: true,
        deleted: false,
        data: second.data,
        revision: MAX_REVISION,
        signature: second.signature,
        type: 1,
        status: 'cached',
        confirmedAt: expect.any(Number) as number,
        confirmedBy: [portal.url],
      }),
    );
  });

  it('when there is no such entry, or method, or input, then that is said: at once, or when portals have said so', async () => {
    const [portal] = await portals('one');
    const kernel = await (await open()).kernel({ portals: [portal.url] });
    const missing = author.entry(1n);
    const answers = await Promise.all([
      kernel.ask('readEntry', oldKeyOf(missing)),
      kernel.ask('registryRead', keyOf(missing)),
      kernel.ask('no-op', undefined),
      kernel.ask('registryDelete', {}),
      kernel.ask('readEntry', { publicKey: PUBKEY }),
      kernel.ask('writeEntry', { publicKey: PUBKEY, secretKey: new Uint8Array([...SEED, ...author.pubkey]), dataKey: new Uint8Array(32), entryData: new Uint8Array(1), revision: 1n }),
      kernel.ask('writeEntry', { publicKey: PUBKEY, secretKey: secretKey(), dataKey: new Uint8Array(32), entryData: new Uint8Array(114), revision: 1n }),
      kernel.ask('registryWrite', { ...missing, signature: new Uint8Array(64) }),
      kernel.ask('setPortals', { portals: [portal.url] }),
    ]);
    expect(answers).toStrictEqual([
      answer({ exists: false }),
      answer({ exists: false, data: new Uint8Array(), revision: 0n, status: 'cached', confirmedAt: expect.any(Number) as number, confirmedBy: [], claimedBy: [portal.url] }),
      answer({ success: true }),
      refusal("unrecognized method 'registryDelete'"),
      refusal('input should contain a dataKey field'),
      refusal('secretKey does not belong to publicKey'),
      refusal('provided data is too large to fit in a registry entry'),
      refusal('BAD_SIGNATURE: the entry is not what its key signed'),
      refusal('FORBIDDEN: only a trusted domain may set portals'),
    ]);
  });
});

/** What the first methods write: of its own each time, as it is overwritten. */
const secret = () => ({ publicKey: PUBKEY, secretKey: secretKey(), dataKey: new Uint8Array(32), entryData: new Uint8Array(1), revision: 1n });

it('given portals that are down, hang, lie or answer garbage, when they are asked from anywhere, then each query is answered once, with an error', async () => {
  const [mute, deaf, liar, babbler] = await portals('mute', 'deaf', 'liar', 'babbler');
  const entry = author.entry(1n);
  await liar.put(entry);
  mute.faults = { reads: 'mute', writes: 'mute', sockets: 'mute' };
  deaf.faults = { halfOpen: true };
  liar.faults = { reads: 'forge', writes: 'html', sockets: 'forge' };
  babbler.faults = { reads: 'garbage', writes: 'html', sockets: 'garbage' };
  const down = await nowhere();
  const [page, frame] = [await pages.page(), await pages.sandbox()];
  const troubles: readonly (readonly [Place, readonly string[]])[] = [
    [page, [down]],
    [page, [mute.url]],
    [page, [liar.url]],
    [page, [deaf.url, babbler.url]],
    [frame, [down, mute.url, babbler.url]],
    [THREADS, [liar.url, mute.url]],
  ];
  await Promise.all(
    troubles.map(async ([place, urls]) => {
      const kernel = await place.kernel({ portals: urls });
      const answers = await Promise.all([kernel.ask('readEntry', oldKeyOf(entry)), kernel.ask('registryRead', keyOf(entry)), kernel.ask('registryWrite', entry), kernel.ask('writeEntry', secret())]);
      expect(answers).toStrictEqual([
        refusal(expect.stringMatching(/^unable to read registry entry\n(UNREACHABLE|TIMEOUT|BAD_SIGNATURE): /)),
        refusal(expect.stringMatching(/^(UNREACHABLE|TIMEOUT|BAD_SIGNATURE): /)),
        refusal(expect.stringMatching(/^(UNREACHABLE|UNCONFIRMED): /)),
        refusal(expect.stringMatching(/^unable to write registry entry: (UNREACHABLE|UNCONFIRMED): /)),
      ]);
      expect(await kernel.state()).toMatchObject({ heard: 4, workers: 0, open: 0 });
    }),
  );
});

it('given a module with no portals, when anything is asked, then the error says how to name some', async () => {
  const kernel = await THREADS.kernel({});
  const entry = author.entry(1n);
  const text = expect.stringMatching(/UNREACHABLE: .*--portal URL, or SECURE_REGISTRY_PORTALS/) as string;
  const news = await kernel.open('registrySubscribe', keyOf(entry));
  expect(await Promise.all([kernel.ask('readEntry', oldKeyOf(entry)), kernel.ask('registryRead', keyOf(entry)), kernel.ask('registryWrite', entry)])).toStrictEqual([refusal(text), refusal(text), refusal(text)]);
  expect(await kernel.news(news, 1)).toStrictEqual({ news: [], answer: refusal(text) });
});
