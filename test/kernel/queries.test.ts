import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { entryId, RegistryError } from '../../src/index.ts';
import type { RegistrySource } from '../../src/kernel/index.ts';
import { absent, DATAKEY, entryOf, found, KEY, openQueries, PUBKEY, secretKey, sourceThat } from './fixture.ts';

const entry = entryOf(5n);
const OLD_KEY = { publicKey: PUBKEY, dataKey: DATAKEY };
const writing = (): object => ({ ...OLD_KEY, secretKey: secretKey(), entryData: entry.data, revision: 5n });
const answer = (data: unknown, nonce: string | number = 'n'): object => ({ nonce, method: 'response', data, err: null });
const refusal = (err: unknown, nonce: string | number = 'n'): object => ({ nonce, method: 'response', data: null, err });
const shown = { exists: true, deleted: false, data: entry.data, revision: 5n, signature: entry.signature, type: 1, status: 'live', confirmedAt: 17, confirmedBy: ['https://a.example'] };
const shownAbsent = { exists: false, data: new Uint8Array(), revision: 0n, status: 'cached', confirmedAt: 18, confirmedBy: [], claimedBy: ['https://a.example'] };
const deletion = entryOf(6n, new Uint8Array(34));

describe('given a query that reads', () => {
  it.each([
    ['registryRead', KEY, found(entry), shown],
    ['registryRead', KEY, found(deletion, true), { ...shown, deleted: true, data: deletion.data, revision: 6n, signature: deletion.signature }],
    ['registryRead', KEY, absent, shownAbsent],
    ['readEntry', OLD_KEY, found(entry), { exists: true, deleted: false, entryData: entry.data, revision: 5n }],
    ['readEntry', OLD_KEY, found(deletion, true), { exists: true, deleted: true, revision: 6n }],
    ['readEntry', OLD_KEY, absent, { exists: false }],
  ] as const)('when %s finds what it finds, then that is the one answer, in its shape and nothing else', async (method, data, result, shape) => {
    const { queries, source, posted, settle } = openQueries();
    queries.take({ nonce: 'n', domain: 'app.example', method, data });
    expect(source.reads).toMatchObject([{ key: KEY, caller: 'app.example' }]);
    source.reads[0]?.answer.resolve(result);
    await settle();
    expect(posted).toStrictEqual([answer(shape)]);
    expect(queries.size).toBe(0);
  });

  it.each([
    ['registryRead', KEY, 'UNREACHABLE: no portal'],
    ['readEntry', OLD_KEY, 'unable to read registry entry\nUNREACHABLE: no portal'],
  ])('when %s fails, then the reason has a code, and no dump', async (method, data, reason) => {
    const { ask, source } = openQueries();
    const asked = ask(method, data);
    source.reads[0]?.answer.reject(new RegistryError('UNREACHABLE', 'no portal', { current: entry, cause: new Error('a dump'), portal: 'https://a.example' }));
    expect(await asked).toStrictEqual(refusal(reason));
  });

  it.each([
    ['registryRead', KEY, 'TIMEOUT: no answer within 30000 ms'],
    ['readEntry', OLD_KEY, 'unable to read registry entry\nTIMEOUT: no answer within 30000 ms'],
    ['registryWrite', entry, 'UNCONFIRMED: no answer within 30000 ms'],
    ['writeEntry', writing(), 'unable to write registry entry: UNCONFIRMED: no answer within 30000 ms'],
  ])('Q4: when the source never answers %s, then it is answered at the deadline, and what comes later is nobody\'s', async (method, data, reason) => {
    // XState warns of what is sent to an actor that has ended.
    const warn = vi.spyOn(console, 'warn');
    onTestFinished(() => warn.mockRestore());
    const { queries, source, clock, posted, settle } = openQueries();
    queries.take({ nonce: 'n', domain: 'app.example', method, data });
    clock.pass(29_999);
    expect(posted).toEqual([]);
    clock.pass(1);
    expect(posted).toStrictEqual([refusal(reason)]);
    for (const { answer: late } of source.reads) late.resolve(found());
    for (const { taken } of source.writes) taken.resolve();
    await settle();
    clock.pass(60_000);
    expect(posted).toHaveLength(1);
    expect(clock.waits).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('given a query that writes', () => {
  it.each([
    ['registryWrite', { ...entry }, { success: true, entryID: entryId(KEY) }],
    ['writeEntry', writing(), { entryID: entryId(KEY) }],
  ])('when %s was taken and has spread, then it is answered, and not before: the kernel may end the worker with the answer', async (method, data, shape) => {
    const { queries, source, posted, settle } = openQueries();
    queries.take({ nonce: 'n', domain: 'app.example', method, data });
    const [write] = source.writes;
    expect(write).toMatchObject({ entry: { ...entry, type: 1 }, caller: 'app.example' });
    write?.taken.resolve();
    await settle();
    expect(posted).toEqual([]);
    write?.spread.resolve();
    await settle();
    expect(posted).toStrictEqual([answer(shape)]);
  });

  it('when it does not spread, then it is answered after two seconds; and when that fails, as well', async () => {
    const { queries, source, clock, posted, settle } = openQueries();
    queries.take({ nonce: 1, domain: 'app.example', method: 'registryWrite', data: entry });
    queries.take({ nonce: 2, domain: 'app.example', method: 'registryWrite', data: entry });
    for (const { taken } of source.writes) taken.resolve();
    await settle();
    source.writes[1]?.spread.reject(new Error('it never rejects'));
    await settle();
    expect(posted).toMatchObject([{ nonce: 2, data: { success: true } }]);
    clock.pass(1_999);
    expect(posted).toHaveLength(1);
    clock.pass(1);
    expect(posted).toMatchObject([{ nonce: 2 }, { nonce: 1, data: { success: true } }]);
  });

  it.each([
    [new RegistryError('CONFLICT', 'another', { current: found(entry) }), { success: false, reason: 'CONFLICT', current: { ...entry, type: 1 } }],
    [new RegistryError('REJECTED', 'refused', { portal: 'https://a.example' }), { success: false, reason: 'REJECTED' }],
  ])('when a registryWrite is definitely refused (%s), then that is its answer, with a plain entry', async (error, shape) => {
    const { ask, source } = openQueries();
    const asked = ask('registryWrite', entry);
    source.writes[0]?.taken.reject(error);
    expect(await asked).toStrictEqual(answer(shape));
  });

  it.each([
    ['registryWrite', entry, 'UNCONFIRMED', 'UNCONFIRMED: why'],
    ['registryWrite', entry, 'BAD_SIGNATURE', 'BAD_SIGNATURE: why'],
    ['registryWrite', entry, 'UNREACHABLE', 'UNREACHABLE: why'],
    ['writeEntry', writing(), 'CONFLICT', 'unable to write registry entry: CONFLICT: why'],
    ['writeEntry', writing(), 'REJECTED', 'unable to write registry entry: REJECTED: why'],
  ] as const)('when %s ends otherwise, then it is an error', async (method, data, code, reason) => {
    const { ask, source } = openQueries();
    const asked = ask(method, method === 'writeEntry' ? writing() : data);
    source.writes[0]?.taken.reject(new RegistryError(code, 'why'));
    expect(await asked).toStrictEqual(refusal(reason));
  });
});

/** A subscription that is open. */
const open = () => {
  const opened = openQueries();
  opened.queries.take({ nonce: 's', domain: 'app.example', method: 'registrySubscribe', data: KEY });
  const [watch] = opened.source.watches;
  if (watch === undefined) throw new Error('nothing is watched');
  return { ...opened, watch };
};

describe('given a subscription', () => {
  it('when news come, then each is an update of the registryRead shape, in their order, and nothing is answered', () => {
    const { watch, posted, clock, queries } = open();
    expect(watch).toMatchObject({ key: KEY, caller: 'app.example' });
    watch.observer.next(absent);
    watch.observer.next(found(entry));
    clock.pass(1e9);
    watch.observer.next(found(deletion, true));
    expect(posted).toStrictEqual([shownAbsent, shown, { ...shown, deleted: true, data: deletion.data, revision: 6n, signature: deletion.signature }].map((data) => ({ nonce: 's', method: 'responseUpdate', data })));
    expect(queries.size).toBe(1);
  });

  it.each([[undefined], [null], ['close'], [{ cancelDownload: true }]])('when a queryUpdate comes, even %j, then it is closed, answered so, and watched no more', (data) => {
    const { watch, posted, queries } = open();
    queries.take({ nonce: 's', method: 'queryUpdate', data });
    expect(posted).toStrictEqual([answer({ closed: true }, 's')]);
    expect(watch.ended).toBe(1);
    watch.observer.next(found());
    watch.observer.error(new RegistryError('CLOSED', 'late'));
    queries.take({ nonce: 's', method: 'queryUpdate', data });
    expect(posted).toHaveLength(1);
    expect([watch.ended, queries.size]).toEqual([1, 0]);
  });

  it('when what is watched fails, then that is the answer, and it is watched no more', () => {
    const { watch, posted } = open();
    watch.observer.error(new RegistryError('STORAGE', 'it is full'));
    expect(posted).toStrictEqual([refusal('STORAGE: it is full', 's')]);
    expect(watch.ended).toBe(1);
  });

  it('when what is watched tells, fails or is closed before it is known how to end it, then nothing is lost, and it is ended once', () => {
    let ended = 0;
    const source: RegistrySource = {
      ...sourceThat(() => expect.unreachable()),
      watch: (_key, _caller, { next, error }) => {
        next(found(entry));
        error(new RegistryError('STORAGE', 'at once'));
        error(new RegistryError('STORAGE', 'again'));
        return () => void ended++;
      },
    };
    const { queries, posted } = openQueries({ source });
    queries.take({ nonce: 's', domain: 'app.example', method: 'registrySubscribe', data: KEY });
    expect(posted).toStrictEqual([{ nonce: 's', method: 'responseUpdate', data: shown }, refusal('STORAGE: at once', 's')]);
    expect(ended).toBe(1);
  });

  it('when it cannot be ended, then it is answered all the same, and that is logged', () => {
    const source: RegistrySource = {
      ...sourceThat(() => expect.unreachable()),
      watch: () => () => {
        throw new Error('no end');
      },
    };
    const { queries, posted } = openQueries({ source });
    queries.take({ nonce: 's', domain: 'app.example', method: 'registrySubscribe', data: KEY });
    queries.take({ nonce: 's', method: 'queryUpdate', data: undefined });
    expect(posted).toEqual([{ method: 'log', data: { isErr: true, message: 'a subscription could not be ended' } }, answer({ closed: true }, 's')]);
  });

  it('when a domain has ten thousand open, then the next is THROTTLED until one is closed, and nobody else\'s is', () => {
    const { queries, source, posted } = openQueries();
    const subscribe = (nonce: number, domain: string): void => queries.take({ nonce, domain, method: 'registrySubscribe', data: KEY });
    for (let nonce = 0; nonce < 10_000; nonce++) subscribe(nonce, 'greedy.example');
    expect(posted).toEqual([]);
    subscribe(10_000, 'greedy.example');
    expect(posted).toStrictEqual([refusal('THROTTLED: a domain may have 10000 subscriptions', 10_000)]);
    subscribe(10_001, 'other.example');
    queries.take({ nonce: 77, method: 'queryUpdate', data: undefined });
    subscribe(10_002, 'greedy.example');
    subscribe(10_003, 'greedy.example');
    expect(posted).toMatchObject([{ nonce: 10_000 }, { nonce: 77, data: { closed: true } }, { nonce: 10_003, err: expect.stringContaining('THROTTLED') as string }]);
    expect([source.watches.length, queries.size]).toEqual([10_002, 10_001]);
  });
});

describe('given the other methods', () => {
  it('when it is no-op, then it is answered, also without data', async () => {
    expect(await openQueries().ask('no-op', undefined)).toStrictEqual(answer({ success: true }));
  });

  it('when it is none, then it is told so', async () => {
    expect(await openQueries().ask('registryDelete', {}, { nonce: 0 })).toStrictEqual(refusal("unrecognized method 'registryDelete'", 0));
  });

  it('when portals are set by a domain that is trusted, then they are; by another, or where none can be set, they are not', async () => {
    const portals = ['https://b.example'];
    const one = openQueries();
    expect(await one.ask('setPortals', { portals }, { nonce: 1, domain: 'trusted.example' })).toStrictEqual(answer({ success: true }, 1));
    expect(await one.ask('setPortals', { portals }, { nonce: 2 })).toStrictEqual(refusal('FORBIDDEN: only a trusted domain may set portals', 2));
    expect(one.source.portals).toEqual([portals]);
    const { setPortals: _, ...rest } = sourceThat(() => expect.unreachable());
    expect(await openQueries({ source: rest }).ask('setPortals', { portals }, { domain: 'trusted.example' })).toStrictEqual(refusal('UNSUPPORTED: portals cannot be set here'));
  });

  it('when a portal is refused, then its fault is told', async () => {
    const source: RegistrySource = { ...sourceThat(() => expect.unreachable()), setPortals: () => Promise.reject(new RegistryError('INVALID_INPUT', 'portals[0] must be a URL')) };
    expect(await openQueries({ source }).ask('setPortals', { portals: ['x'] }, { domain: 'trusted.example' })).toStrictEqual(refusal('INVALID_INPUT: portals[0] must be a URL'));
  });
});

const POISON = new Proxy({}, { get: () => { throw new Error('poison'); }, getPrototypeOf: () => { throw new Error('poison'); }, ownKeys: () => { throw new Error('poison'); } });
const THROWN: readonly (readonly [string, unknown])[] = [['an Error', new Error('a dump of secrets')], ['a string', 'a dump of secrets'], ['nothing', undefined], ['null', null], ['a number', 7], ['an object that throws', POISON], ['an error of the platform', Object.assign(new Error('a dump of secrets'), { name: 'TimeoutError' })]];

describe.each(THROWN)('given a source that throws %s', (_what, thrown) => {
  const manners: readonly (readonly [string, () => never])[] = [
    ['at once', () => { throw thrown; }],
    ['later', (() => Promise.reject(thrown)) as () => never],
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
    ['where it is looked at', (() => Object.defineProperty({}, 'then', { get: () => { throw thrown; } })) as () => never],
    ['in what it answers', (() => Promise.resolve({ get exists() { throw thrown; }, get entryId() { throw thrown; } })) as () => never],
  ];
  it.each(manners)('when it does so %s, then everything is answered, without a dump', async (manner, act) => {
    const { ask } = openQueries({ source: sourceThat(act) });
    expect(await ask('registryRead', KEY, { nonce: 1 })).toStrictEqual(refusal('WORKER_GONE: what was to answer this failed', 1));
    expect(await ask('readEntry', OLD_KEY, { nonce: 2 })).toStrictEqual(refusal('unable to read registry entry\nWORKER_GONE: what was to answer this failed', 2));
    expect(await ask('registryWrite', entry, { nonce: 3 })).toStrictEqual(refusal('UNCONFIRMED: what was to answer this failed', 3));
    expect(await ask('writeEntry', writing(), { nonce: 4 })).toStrictEqual(refusal('unable to write registry entry: UNCONFIRMED: what was to answer this failed', 4));
    if (manner === 'at once') expect(await ask('registrySubscribe', KEY, { nonce: 5 })).toStrictEqual(refusal('WORKER_GONE: what was to answer this failed', 5));
    if (manner === 'at once' || manner === 'later') expect(await ask('setPortals', { portals: ['x'] }, { nonce: 6, domain: 'trusted.example' })).toStrictEqual(refusal('WORKER_GONE: what was to answer this failed', 6));
  });

  it('when it tells a watcher so, then it is answered', () => {
    const { queries, source, posted } = openQueries();
    queries.take({ nonce: 1, domain: 'a', method: 'registrySubscribe', data: KEY });
    queries.take({ nonce: 2, domain: 'a', method: 'registrySubscribe', data: KEY });
    source.watches[0]?.observer.error(thrown as never);
    source.watches[1]?.observer.next({ get exists() { throw thrown; } } as never);
    expect(posted).toStrictEqual([1, 2].map((nonce) => refusal('WORKER_GONE: what was to answer this failed', nonce)));
  });
});

describe('given messages that are not what they should be', () => {
  it('when the nonce is that of an open query, then the query goes on, and the other is logged and not answered', async () => {
    const { queries, source, posted, settle } = openQueries();
    queries.take({ nonce: 'n', domain: 'a', method: 'registryRead', data: KEY });
    queries.take({ nonce: 'n', domain: 'b', method: 'no-op', data: undefined });
    expect(posted).toEqual([{ method: 'log', data: { isErr: true, message: 'ignored: a query with the nonce of an open one' } }]);
    source.reads[0]?.answer.resolve(absent);
    await settle();
    expect(posted.slice(1)).toStrictEqual([answer(shownAbsent)]);
  });

  it('when nonces are alike, as a number and as text, then they are two', async () => {
    const { queries, source, posted, settle } = openQueries();
    queries.take({ nonce: 1, domain: 'a', method: 'readEntry', data: OLD_KEY });
    queries.take({ nonce: '1', domain: 'a', method: 'readEntry', data: OLD_KEY });
    for (const read of source.reads) read.answer.resolve(absent);
    await settle();
    expect(posted).toStrictEqual([answer({ exists: false }, 1), answer({ exists: false }, '1')]);
  });

  it('when a nonce comes again after its answer, then it is another query', async () => {
    const { ask, posted } = openQueries();
    await ask('no-op', undefined);
    posted.length = 0;
    expect(await ask('no-op', undefined)).toStrictEqual(answer({ success: true }));
  });

  it.each(['response', 'responseUpdate', 'responseNonce', 'queryUpdate'])('when a %s comes for what is open, or for nothing, then nothing is answered or dropped that is no subscription', async (method) => {
    const { queries, source, posted, settle } = openQueries();
    queries.take({ nonce: 'n', domain: 'a', method: 'registryRead', data: KEY });
    queries.take({ nonce: 'n', method, data: {}, err: null });
    queries.take({ nonce: 'other', method, data: {}, err: null });
    expect(posted).toEqual([]);
    source.reads[0]?.answer.resolve(absent);
    await settle();
    expect(posted).toStrictEqual([answer(shownAbsent)]);
  });

  it.each(['response', 'queryUpdate'])('when somebody asks for a method of the name %s, then there is none', async (method) => {
    expect(await openQueries().ask(method, {})).toStrictEqual(refusal(`unrecognized method '${method}'`));
  });

  it.each([[undefined], [null], ['text'], [7n], [[]], [{}], [{ method: 'no-op' }], [{ nonce: 1 }], [{ nonce: 1, method: 7 }], [{ nonce: null, method: 'no-op' }], [{ nonce: {}, method: 'no-op' }], [Object.create({ nonce: 1, method: 'no-op', domain: 'a' })]])('when it is no message, then nothing happens', (message) => {
    const { queries, posted } = openQueries();
    queries.take(message);
    expect([posted, queries.size]).toEqual([[], 0]);
  });
});

describe('given somebody who cannot be told', () => {
  it('when the answer cannot be cloned, then an error is sent instead', async () => {
    const sent: unknown[] = [];
    const source: RegistrySource = { ...sourceThat(() => expect.unreachable()), read: () => Promise.resolve({ ...found(), confirmedBy: [() => {}] } as never) };
    const { queries, settle } = openQueries({ source, post: (message) => void sent.push(structuredClone(message)) });
    queries.take({ nonce: 'n', domain: 'a', method: 'registryRead', data: KEY });
    await settle();
    expect(sent).toStrictEqual([refusal('WORKER_GONE: the answer could not be sent')]);
  });

  it('when an update cannot be cloned, then that is the end of the subscription', () => {
    const { queries, source, posted } = openQueries();
    queries.take({ nonce: 'n', domain: 'a', method: 'registrySubscribe', data: KEY });
    source.watches[0]?.observer.next({ ...found(), confirmedBy: [() => {}] } as never);
    expect(posted).toStrictEqual([refusal('WORKER_GONE: the answer could not be sent')]);
    expect([source.watches[0]?.ended, queries.size]).toEqual([1, 0]);
  });

  it('when nothing can be sent any more, then nothing is thrown, and nothing kept', () => {
    const { queries, source } = openQueries({
      post: () => {
        throw new Error('the port is gone');
      },
    });
    queries.take({ nonce: 1, domain: 'a', method: 'no-op', data: undefined });
    queries.take({ nonce: 2, domain: 'a', method: 'registrySubscribe', data: KEY });
    source.watches[0]?.observer.next(found());
    expect([source.watches[0]?.ended, queries.size]).toEqual([1, 0]);
  });
});
