import { describe, expect, it } from 'vitest';
import { inline, MemoryStorage } from '../../src/inline.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/policy.ts';
import { createRuntime } from '../../src/runtime.ts';
import { someone } from './fixture/author.ts';
import { startRuntime } from './fixture/runtime.ts';

const URL_OF_NOBODY = 'http://127.0.0.1:9';
const author = someone();
const entry = author.entry(1n);

/** What is no options object of anybody's. */
const NO_RECORDS: readonly unknown[] = [null, 7, 'text', true, [], [{}], () => {}];

async function refusalOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    const { code, field } = error as { code?: unknown; field?: unknown };
    return { code, field };
  }
  return 'accepted';
}
const invalid = (field: string) => ({ code: 'INVALID_INPUT', field });

const refused = (options: unknown) => refusalOf(() => createRuntime(options as never));
const withPolicy = (policy: unknown) => refused({ portals: [URL_OF_NOBODY], policy });

/** A list of this length with nothing in it at all. */
function holes(length: number): never[] {
  const list: never[] = [];
  list.length = length;
  return list;
}

describe('createRuntime', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'options'],
    ...NO_RECORDS.map((value): [string, unknown, string] => [`${typeof value} ${JSON.stringify(value)}`, value, 'options']),
    ['no portals', {}, 'options.portals'],
    ['an empty list', { portals: [] }, 'options.portals'],
    ['a list with a hole', { portals: [URL_OF_NOBODY, ...holes(1)] }, 'options.portals[1]'],
    ['a list of nothing but a hole', { portals: holes(1) }, 'options.portals[0]'],
    ['one URL without a list', { portals: URL_OF_NOBODY }, 'options.portals'],
    ['one portal twice', { portals: [URL_OF_NOBODY, `${URL_OF_NOBODY}/`] }, 'options.portals[1]'],
    ['an unknown option', { portals: [URL_OF_NOBODY], portal: 1 }, 'options.portal'],
    ['an unknown option of a portal', { portals: [{ url: URL_OF_NOBODY, key: 'x' }] }, 'options.portals[0].key'],
    ['an API key that is no text', { portals: [{ url: URL_OF_NOBODY, apiKey: 7 }] }, 'options.portals[0].apiKey'],
    ['an API key that breaks a header', { portals: [{ url: URL_OF_NOBODY, apiKey: 'a\r\nb' }] }, 'options.portals[0].apiKey'],
    ['an empty API key', { portals: [{ url: URL_OF_NOBODY, apiKey: '' }] }, 'options.portals[0].apiKey'],
    ['another storage', { portals: [URL_OF_NOBODY], storage: 'disk' }, 'options.storage'],
    ['a storage without a path', { portals: [URL_OF_NOBODY], storage: {} }, 'options.storage.path'],
    ['a storage with an empty path', { portals: [URL_OF_NOBODY], storage: { path: '' } }, 'options.storage.path'],
    ['other workers', { portals: [URL_OF_NOBODY], workers: 'none' }, 'options.workers'],
    ['workers that are no host', { portals: [URL_OF_NOBODY], workers: {} }, 'options.workers'],
    ['a signal that is none', { portals: [URL_OF_NOBODY], signal: { aborted: false } }, 'options.signal'],
    ['a rule that does not exist', { portals: [URL_OF_NOBODY], policy: { patience: 1 } }, 'options.policy.patience'],
    ['a rule of every object', { portals: [URL_OF_NOBODY], policy: { toString: 1 } }, 'options.policy.toString'],
  ])('refuses %s', async (_, options, field) => {
    expect(await refused(options)).toEqual(invalid(field));
  });

  it.each(['', 'portal', 'ftp://p', 'ws://p', 'javascript:1', 'http://', 'http://u:p@h', 'http://u@h', 'http://h?q', 'http://h/#f', 7, null, {}, undefined, ['http://h']])(
    'refuses the portal URL %j',
    async (url) => {
      const { code, field } = (await refused({ portals: [url] })) as { code: string; field: string };
      expect(code).toBe('INVALID_INPUT');
      expect(field).toMatch(/^options\.portals\[0\](\.url)?$/);
      expect(await refused({ portals: [{ url }] })).toEqual(invalid('options.portals[0].url'));
    },
  );

  it('does not quote a URL, which might hold a password', async () => {
    await expect(createRuntime({ portals: ['http://user:secret@host'] })).rejects.toThrow(/^(?!.*secret)/s);
  });

  it.each(Object.keys(DEFAULT_POLICY) as (keyof Policy)[])('refuses what is no value of policy.%s', async (rule) => {
    const numbers = [-1, 0.5, Number.NaN, 2 ** 31, '1', null, {}, [], true, rule === 'maxStaleness' ? -Infinity : Infinity];
    const others: Partial<Record<keyof Policy, readonly unknown[]>> = { maxRevisionStep: [0n, -1n, 1, '1', null], checkRate: [-1, 0, 1_001, Number.NaN, Infinity, '1', null], updatePortal: [...numbers, 1n, 'no URL', 'http://other.example'] };
    const wrong = others[rule] ?? [...numbers, 1n];
    for (const value of wrong) expect(await withPolicy({ [rule]: value })).toEqual(invalid(`options.policy.${rule}`));
  });

  it.each(NO_RECORDS.map((policy) => ({ shown: `${typeof policy} ${JSON.stringify(policy)}`, policy })))('refuses $shown as a policy', async ({ policy }) => {
    expect(await withPolicy(policy)).toEqual(invalid('options.policy'));
  });

  it.each([
    ['backoff', 1_501],
    ['quarantine', 3_600_001],
  ])('refuses a first %s that is longer than the longest', async (rule, milliseconds) => {
    expect(await withPolicy({ [`${rule}Base`]: milliseconds })).toEqual(invalid(`options.policy.${rule}Base`));
    expect(await withPolicy({ [`${rule}Base`]: 10, [`${rule}Most`]: 9 })).toEqual(invalid(`options.policy.${rule}Base`));
  });

  it('refuses more verifiers than any machine has use for', async () => {
    expect(await withPolicy({ verifiers: 65 })).toEqual(invalid('options.policy.verifiers'));
  });

  it('takes what is right, in every spelling', async () => {
    const runtime = await createRuntime({
      portals: ['http://127.0.0.1:9/', { url: 'https://h/a/path/' }, { url: 'http://[::1]:9', apiKey: 'key' }],
      storage: 'memory',
      workers: inline(),
      policy: { maxStaleness: Infinity, linger: 0 },
      signal: new AbortController().signal,
    });
    const { context } = await runtime.actors.portal.snapshot();
    expect(context.portals.map(({ url }) => url)).toEqual(['http://127.0.0.1:9', 'https://h/a/path', 'http://[::1]:9']);
    await runtime.close();
  });
});

describe('inline', () => {
  it.each<[string, unknown, string]>([
    ...NO_RECORDS.map((value): [string, unknown, string] => [`${typeof value} ${JSON.stringify(value)}`, value, 'world']),
    ['what it does not know', { clok: 1 }, 'world.clok'],
    ['a clock that is none', { clock: { now: () => 0 } }, 'world.clock'],
    ['a random that is a number', { random: 0.5 }, 'world.random'],
    ['sockets that are none', { sockets: {} }, 'world.sockets'],
    ['a fetch that is none', { fetch: 'fetch' }, 'world.fetch'],
    ['a storage that is a number', { storage: 5 }, 'world.storage'],
    ['a storage that cannot be opened', { storage: {} }, 'world.storage'],
  ])('refuses %s', async (_, world, field) => {
    expect(await refusalOf(() => inline(world as never))).toEqual(invalid(field));
  });

  it('takes what is right', () => {
    expect(() => [inline(), inline({}), inline({ clock: undefined, fetch: undefined }), inline({ storage: new MemoryStorage() })]).not.toThrow();
  });
});

const start = () => startRuntime([URL_OF_NOBODY], { workers: inline() });

describe('a runtime’s methods', () => {
  const KEYS: readonly [unknown, string][] = [
    [undefined, ''],
    [null, ''],
    ['key', ''],
    [{}, '.pubkey'],
    [{ pubkey: entry.pubkey }, '.datakey'],
    [{ pubkey: entry.pubkey.subarray(1), datakey: entry.datakey }, '.pubkey'],
    [{ pubkey: [...entry.pubkey], datakey: entry.datakey }, '.pubkey'],
    [{ pubkey: entry.pubkey, datakey: 'name' }, '.datakey'],
    [{ pubkey: entry.pubkey, datakey: new Uint8Array(33) }, '.datakey'],
    [{ pubkey: entry.pubkey, datakey: new Uint16Array(32) }, '.datakey'],
  ];

  it('refuse what is no key', async () => {
    const runtime = await start();
    for (const [key, path] of KEYS) {
      expect(await refusalOf(() => runtime.read(key as never))).toEqual(invalid(`key${path}`));
      expect(await refusalOf(() => runtime.readMany([entry, key] as never))).toEqual(invalid(`keys[1]${path}`));
      // At the call, not in the stream.
      expect(() => runtime.watch(key as never)).toThrow(expect.objectContaining(invalid(`key${path}`)) as Error);
      expect(() => runtime.entry(key as never)).toThrow(expect.objectContaining(invalid(`key${path}`)) as Error);
    }
    for (const keys of [undefined, null, {}, 'keys', entry]) expect(await refusalOf(() => runtime.readMany(keys as never))).toEqual(invalid('keys'));
    expect(await refusalOf(() => runtime.readMany(holes(2)))).toEqual(invalid('keys[0]'));
    expect(await runtime.readMany([])).toEqual([]);
    expect((await runtime.actors.entries.snapshot()).context).toMatchObject({ entries: 0, watched: 0 });
  });

  it('refuse what are no options', async () => {
    const runtime = await start();
    for (const options of NO_RECORDS as never[]) {
      expect(await refusalOf(() => runtime.read(entry, options))).toEqual(invalid('options'));
      expect(await refusalOf(() => runtime.readMany([entry], options))).toEqual(invalid('options'));
      expect(await refusalOf(() => runtime.write(entry, options))).toEqual(invalid('options'));
      expect(await refusalOf(() => runtime.watch(entry, options))).toEqual(invalid('options'));
    }
    for (const maxStaleness of [-1, Number.NaN, '1', null, 1n, {}] as never[]) expect(await refusalOf(() => runtime.read(entry, { maxStaleness }))).toEqual(invalid('options.maxStaleness'));
    for (const signal of [null, {}, 'signal', new AbortController()] as never[]) {
      for (const call of [() => runtime.read(entry, { signal }), () => runtime.readMany([entry], { signal }), () => runtime.write(entry, { signal })]) {
        expect(await refusalOf(call)).toEqual(invalid('options.signal'));
      }
    }
    for (const final of [false, 1, 'true', null] as never[]) expect(await refusalOf(() => runtime.write(entry, { final }))).toEqual(invalid('options.final'));
    for (const status of [1, 'yes', null] as never[]) expect(await refusalOf(() => runtime.watch(entry, { status }))).toEqual(invalid('options.status'));
    const unknown = { maxStalenes: 1 } as never;
    for (const call of [() => runtime.read(entry, unknown), () => runtime.readMany([entry], unknown), () => runtime.write(entry, unknown), () => runtime.watch(entry, unknown)]) {
      expect(await refusalOf(call)).toEqual(invalid('options.maxStalenes'));
    }
    expect((await runtime.actors.entries.snapshot()).context).toMatchObject({ entries: 0, watched: 0 });
  });

  it('refuse events that are not what they say they are', async () => {
    const { actors } = await start();
    const { pubkey, datakey } = entry;
    for (const event of [{ pubkey: 'x' }, {}, { pubkey }, { pubkey, datakey: null }] as never[]) {
      const field = 'pubkey' in event && event['pubkey'] === pubkey ? 'event.datakey' : 'event.pubkey';
      expect(await refusalOf(() => actors.entries.send(Object.assign({ type: 'RELEASE' }, event)))).toEqual(invalid(field));
    }
    for (const url of [5, undefined, null, {}]) expect(await refusalOf(() => actors.portal.send({ type: 'SWITCH_TO', url } as never))).toEqual(invalid('event.url'));
    for (const event of [null, undefined, 7, {}, { type: 7 }]) expect(await refusalOf(() => actors.portal.send(event as never))).toEqual(invalid('event'));
    expect(await refusalOf(() => actors.portal.send({ type: 'WANTED' } as never))).toEqual({ code: 'FORBIDDEN', field: 'event.type' });
    expect(await refusalOf(() => actors.portal.send({ type: 'RELEASE' } as never))).toEqual({ code: 'FORBIDDEN', field: 'event.type' });
    await actors.entries.send({ type: 'RELEASE', pubkey, datakey });
    await actors.portal.send({ type: 'RETRY_NOW' });
  });

  it('refuse more confirmations than there are origins, and what is no number of them', async () => {
    // Two portals of one origin, and one more.
    const runtime = await startRuntime([URL_OF_NOBODY, `${URL_OF_NOBODY}/other`, 'http://127.0.0.1:10'], { workers: inline() });
    for (const confirmations of [3, 0, -1, 1.5, '2', 'nonsense', null, NaN, Infinity, 2n] as never[]) {
      const options = { confirmations } as never;
      for (const call of [() => runtime.read(entry, options), () => runtime.readMany([entry], options), () => runtime.watch(entry, options), () => runtime.entry(entry).read(options)]) {
        expect(await refusalOf(call)).toEqual(invalid('options.confirmations'));
      }
      const update = () => runtime.update({ signer: 'developer', datakey: entry.datakey, change: () => null }, options);
      for (const call of [() => runtime.write(entry, options), update]) if (confirmations !== 0) expect(await refusalOf(call)).toEqual(invalid('options.confirmations'));
    }
    expect(await refusalOf(() => runtime.write(entry, { confirmations: 'all' } as never))).toEqual(invalid('options.confirmations'));
    for (const confirmations of [1, 2, 'all', undefined] as const) expect(await refusalOf(() => runtime.watch(entry, { confirmations }))).toBe('accepted');
  });

  it('refuse what is no signed entry', async () => {
    const runtime = await start();
    const wrongs: readonly [object, string][] = [
      [{ revision: 1 }, 'entry.revision'],
      [{ revision: -1n }, 'entry.revision'],
      [{ revision: 2n ** 64n }, 'entry.revision'],
      [{ data: new Uint8Array(114) }, 'entry.data'],
      [{ data: 'text' }, 'entry.data'],
      [{ signature: new Uint8Array(63) }, 'entry.signature'],
      [{ type: 3 }, 'entry.type'],
      [{ type: 2, data: new Uint8Array(19) }, 'entry.data'],
      [{ pubkey: new Uint8Array(31) }, 'entry.pubkey'],
    ];
    for (const [wrong, field] of wrongs) expect(await refusalOf(() => runtime.write({ ...entry, ...wrong }))).toEqual(invalid(field));
    for (const value of [undefined, null, 7, 'entry']) expect(await refusalOf(() => runtime.write(value as never))).toEqual(invalid('entry'));
  });

  it('refuse an entry of another key than the handle’s', async () => {
    const handle = (await start()).entry(entry);
    expect(await refusalOf(() => handle.write(someone().entry(1n)))).toEqual(invalid('entry.pubkey'));
    expect(await refusalOf(() => handle.write(author.entry(1n, '', { name: 'other' })))).toEqual(invalid('entry.datakey'));
    expect(await refusalOf(() => handle.read({ maxStaleness: -1 }))).toEqual(invalid('options.maxStaleness'));
    expect(await refusalOf(() => handle.watch({ status: 1 } as never))).toEqual(invalid('options.status'));
  });

  it('keep what they were given, whatever becomes of it afterwards', async () => {
    const runtime = await startRuntime([URL_OF_NOBODY], { workers: inline(), policy: { linger: 600_000 } });
    const key = { pubkey: entry.pubkey.slice(), datakey: entry.datakey.slice() };
    const reading = refusalOf(() => runtime.read(key));
    key.pubkey.fill(0);
    expect(await reading).toMatchObject({ code: 'UNREACHABLE' });
    expect((await runtime.actors.entries.snapshot()).context.entries).toBe(1);
  });
});
