import { describe, expect, it } from 'vitest';
import { RegistryError } from '../../../src/index.ts';
import { REGISTRY_MODULE } from '../../../src/kernel.ts';
import { absent, DATAKEY, entryOf, found, KEY, PUBKEY, secretKey } from '../fixture.ts';
import { APP, configured, openDoor, OWN_LINK, READER, settle } from './fixture.ts';

const entry = entryOf(5n);
const ANOTHER = `${'B'.repeat(45)}Q`;
const writing = () => ({ publicKey: PUBKEY, secretKey: secretKey(), dataKey: DATAKEY, entryData: entry.data, revision: 5n });
const response = (data: unknown, err: string | null = null): object => ({ nonce: 'n', method: 'response', data, err });

describe('given a page of a listed origin', () => {
  it.each([
    ['version', {}, response({ distribution: 'secure-registry', version: '1.2.3' })],
    ['checkErrs', undefined, response({ errs: [] })],
    ['getModuleOverrides', undefined, response({}, 'this page is not allowed to call the restricted endpoint')],
    ['setModuleOverrides', {}, response({}, 'this page is not allowed to call the restricted endpoint')],
    ['requestOverride', { method: 'GET', url: 'https://a.example' }, response({}, 'unrecognized method: requestOverride')],
    ['presentSeed', { seed: new Uint8Array(16) }, response({}, 'unrecognized method: presentSeed')],
    ['constructor', {}, response({}, 'unrecognized method: constructor')],
  ])('when it asks for %s, then that is answered, once, to its origin alone', (method, data, answer) => {
    const { send, window, answers } = openDoor();
    send({ data: { method, nonce: 'n', data } });
    expect(answers()).toStrictEqual([answer]);
    expect(window.posted.at(-1)?.target).toBe(APP);
  });

  it.each([
    [undefined, "moduleCall is missing 'module' field"],
    [{ module: 7 }, "'module' field in moduleCall is expected to be a base64 skylink"],
    [{ module: REGISTRY_MODULE }, "no 'data.method' specified, module does not know what method to run"],
    [{ module: REGISTRY_MODULE, method: 7 }, "'data.method' needs to be a string"],
    [{ module: REGISTRY_MODULE, method: 'presentSeed', data: {} }, 'presentSeed is a priviledged method, only root is allowed to use it'],
    [{ module: REGISTRY_MODULE, method: 'presentKey', data: {} }, 'presentKey is a priviledged method, only root is allowed to use it'],
    [{ module: REGISTRY_MODULE, method: 'no-op' }, 'no field data.data in moduleCall, data.data contains the module input'],
    [{ module: ANOTHER, method: 'no-op', data: {} }, `unable to load module: this frame runs the registry's module alone, and not ${ANOTHER}`],
  ])('when it calls %j, then it is told what is wrong with that', (data, err) => {
    const { send, answers } = openDoor();
    send({ data: { method: 'moduleCall', nonce: 'n', data } });
    expect(answers()).toStrictEqual([response({}, err)]);
  });

  it.each([REGISTRY_MODULE, OWN_LINK])('when it calls the registry by %s, then that answers', async (module) => {
    const { send, answers } = openDoor();
    send({ data: { method: 'moduleCall', nonce: 'n', data: { module, method: 'no-op', data: undefined } } });
    await settle();
    expect(answers()).toStrictEqual([response({ success: true })]);
  });

  it('when it reads, then the answer has the shape of the method', async () => {
    const { call, runtime, answers } = openDoor();
    call('readEntry', { publicKey: PUBKEY, dataKey: DATAKEY });
    await settle();
    runtime.reads[0]?.answer.resolve(found(entry));
    await settle();
    expect(answers()).toStrictEqual([response({ exists: true, deleted: false, entryData: entry.data, revision: 5n })]);
  });

  it('when it writes with a key of its own, then what is written is signed, and may leap', async () => {
    const { call, runtime, answers } = openDoor();
    call('writeEntry', writing());
    await settle();
    expect(runtime.writes).toMatchObject([{ entry: { revision: 5n, signature: entry.signature }, options: { final: true } }]);
    runtime.writes[0]?.answer.resolve({ entryId: new Uint8Array(32) });
    await settle();
    expect(answers()).toStrictEqual([response({ entryID: new Uint8Array(32) })]);
  });

  it('W2: when it subscribes, then the nonce comes first, then news, then one response, and nothing after it', async () => {
    const { call, send, runtime, answers } = openDoor();
    call('registrySubscribe', KEY, { sendKernelNonce: true });
    await settle();
    runtime.watches[0]?.results.next(absent);
    runtime.watches[0]?.results.next(found(entry));
    const [{ data }] = answers() as [{ data: { nonce: string } }];
    send({ data: { method: 'queryUpdate', nonce: data.nonce, data: undefined } });
    send({ data: { method: 'queryUpdate', nonce: data.nonce, data: undefined } });
    runtime.watches[0]?.results.next(found(entry));
    expect(answers().map(({ method }) => method)).toEqual(['responseNonce', 'responseUpdate', 'responseUpdate', 'response']);
    expect(answers().at(-1)).toStrictEqual(response({ closed: true }));
    expect(runtime.watches[0]?.results.observed).toBe(false);
  });

  it.each([
    ['a read', 'registryRead', KEY],
    ['a write', 'registryWrite', entry],
  ])('W6: when its origin may not do %s, then it is told so, and nothing is done', async (_what, method, data) => {
    for (const origin of [READER, 'https://writer.example']) {
      const { call, runtime, answers } = openDoor({ ancestors: [origin] });
      call(method, data, {}, origin);
      await settle();
      const isAllowed = (origin === READER) === (method === 'registryRead');
      expect(runtime.reads.length + runtime.writes.length).toBe(isAllowed ? 1 : 0);
      expect(answers()).toStrictEqual(isAllowed ? [] : [response(null, `FORBIDDEN: pages of this origin are not allowed to ${method === 'registryRead' ? 'read' : 'write'}`)]);
    }
  });

  it.each(['readEntry', 'registrySubscribe', 'read', 'watch', 'writeEntry', 'write', 'sign'])('W6: when its origin is allowed nothing, then %s is refused as well', async (method) => {
    const { call, runtime, answers } = openDoor({ configuration: configured({ origins: { [APP]: [] } }) });
    call(method, { key: KEY, ...KEY });
    await settle();
    expect(answers()).toMatchObject([{ data: null, err: expect.stringContaining('FORBIDDEN: pages of this origin are not allowed to') as string }]);
    expect(runtime.reads.length + runtime.writes.length + runtime.watches.length).toBe(0);
  });

  it('W6: when it wants to set portals, whatever domain it names, then it may not', async () => {
    const { call, answers } = openDoor();
    call('setPortals', { portals: ['https://evil.example'] }, { domain: 'root' });
    await settle();
    expect(answers()).toStrictEqual([response(null, 'FORBIDDEN: only a trusted domain may set portals')]);
  });
});

describe('given what a page may do', () => {
  it('W5: when it asks more than that, then the rest is answered so, does not reach the runtime, and may be asked later', async () => {
    const { call, clock, runtime, answers } = openDoor({ configuration: configured({ limits: { callsPerSecond: 10, burst: 3 } }) });
    for (let i = 0; i < 5; i++) call('registryRead', KEY);
    await settle();
    expect(runtime.reads).toHaveLength(3);
    expect(answers()).toStrictEqual(Array.from({ length: 2 }, () => response({}, 'THROTTLED: pages of this origin may ask 10 times a second, and 3 times at once')));
    clock.pass(100);
    call('registryRead', KEY);
    call('registryRead', KEY);
    await settle();
    expect(runtime.reads).toHaveLength(4);
  });

  it('W5: when another origin asks, then it has its own share, and so do not two ports of one', async () => {
    const { call, connect, runtime } = openDoor({ configuration: configured({ limits: { callsPerSecond: 1, burst: 1 } }), ancestors: [APP, READER] });
    call('registryRead', KEY);
    call('registryRead', KEY, {}, READER);
    const port = connect();
    const told = new Promise((resolve) => port.addEventListener('message', ({ data }) => data.nonce === 'p' && resolve(data)));
    port.start();
    port.postMessage({ method: 'moduleCall', nonce: 'p', data: { module: REGISTRY_MODULE, method: 'registryRead', data: KEY } });
    expect(await told).toMatchObject({ err: expect.stringContaining('THROTTLED') as string });
    expect(runtime.reads).toHaveLength(2);
    port.close();
  });

  it('W5: when it has as many queries open as it may, then one more is refused, until one is answered', async () => {
    const { call, runtime, answers } = openDoor({ configuration: configured({ limits: { open: 2 } }) });
    for (let i = 0; i < 3; i++) call('registryRead', KEY);
    await settle();
    expect(answers()).toStrictEqual([response({}, 'THROTTLED: pages of this origin may have 2 queries open')]);
    runtime.reads[0]?.answer.reject(new RegistryError('UNREACHABLE', 'nobody'));
    await settle();
    call('registryRead', KEY);
    await settle();
    expect(runtime.reads).toHaveLength(3);
  });
});

describe('given a page that sends what it should not', () => {
  it.each([
    ['is taken', 'writeEntry', REGISTRY_MODULE, {}],
    ['is for another module', 'writeEntry', ANOTHER, {}],
    ['is for no method', 'nothing', REGISTRY_MODULE, {}],
    ['is for the typed client', 'write', REGISTRY_MODULE, {}],
    ['is too much', 'writeEntry', REGISTRY_MODULE, { limits: { burst: 1 } }],
    ['is not allowed', 'writeEntry', REGISTRY_MODULE, { origins: { [APP]: ['read'] } }],
  ])('W10: when a message with a secret %s, then the secret is overwritten', async (_how, method, module, more) => {
    const { send } = openDoor({ configuration: configured(more) });
    send({ data: { method: 'version', nonce: 'first' } });
    const data = writing();
    send({ data: { method: 'moduleCall', nonce: 'n', data: { module, method, data } } });
    expect(data.secretKey).toEqual(new Uint8Array(64));
  });

  it.each([
    undefined,
    null,
    7,
    'moduleCall',
    [],
    {},
    { method: 'version' },
    { nonce: 'n' },
    { method: {}, nonce: 'n' },
    { method: 'version', nonce: {} },
    Object.create({ method: 'version', nonce: 'n' }),
    JSON.parse('{"__proto__": {"method": "version", "nonce": "n"}}'),
    Object.defineProperty({ nonce: 'n' }, 'method', { enumerable: true, get: () => { throw new Error('no'); } }),
  ])('W12: when it is no query (%#), then nothing happens', (data) => {
    const { send, answers } = openDoor();
    send({ data });
    expect(answers()).toEqual([]);
    expect(({} as Record<string, unknown>)['method']).toBeUndefined();
  });

  it.each([['module'], ['method'], ['data']])('W12: when the %s of a call is inherited, then it is not there', (name) => {
    const { send, answers } = openDoor();
    const call: Record<string, unknown> = { module: REGISTRY_MODULE, method: 'no-op', data: {} };
    const { [name]: inherited, ...rest } = call;
    send({ data: { method: 'moduleCall', nonce: 'n', data: Object.assign(Object.create({ [name]: inherited }), rest) } });
    expect(answers()).toMatchObject([{ err: expect.stringMatching(/missing|no /) as string }]);
  });

  it('W4: when another session sends to a nonce of the kernel, then nothing changes', async () => {
    const { call, send, runtime, answers } = openDoor({ ancestors: [APP, READER] });
    call('registrySubscribe', KEY, { sendKernelNonce: true });
    await settle();
    const [{ data }] = answers() as [{ data: { nonce: string } }];
    expect(data.nonce).toMatch(/^[0-9a-f]{32}$/);
    send({ origin: READER, data: { method: 'queryUpdate', nonce: data.nonce, data: undefined } });
    expect(runtime.watches[0]?.results.observed).toBe(true);
  });
});
