import { describe, expect, it } from 'vitest';
import { settling } from '../../machines/bench.ts';
import { FakePort } from '../client/fixture.ts';
import { KEY } from '../fixture.ts';
import { APP, configured, openDoor, READER, settle } from './fixture.ts';

/** The next message of a port. */
const next = (port: MessagePort): Promise<unknown> =>
  new Promise((resolve) => {
    port.addEventListener('message', ({ data }) => resolve(data), { once: true });
    port.start();
  });

/** Whether the other end of a port is open: what is posted to it is answered, or its closing is told. */
const version = (port: MessagePort): Promise<unknown> => {
  const answer = next(port);
  port.postMessage({ method: 'version', nonce: 'v' });
  return answer;
};

describe('given the door of a frame', () => {
  const query = { method: 'version', nonce: 'n' };

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that begins like a listed one', { origin: `${APP}.evil.example` }],
    ['a listed host without TLS', { origin: 'http://app.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['no origin', { origin: '' }],
    ['what every object has for an origin', { origin: 'constructor' }],
    ['another window of a listed origin', { source: {} }],
    ['nobody', { source: null }],
  ])('W1: when a message comes from %s, then it is not read, its ports are closed, and nothing is answered', async (_who, message) => {
    const { send, door, window, answers } = openDoor();
    await settle();
    const before = window.posted.length;
    const { port1, port2 } = new MessageChannel();
    let isRead = false;
    let isClosed = false;
    const close = port2.close.bind(port2);
    port2.close = () => {
      isClosed = true;
      close();
    };
    send({
      ...message,
      ports: [port2],
      get data() {
        isRead = true;
        return query;
      },
    });
    expect({ isRead, isClosed, refused: door.refused, sessions: door.size }).toEqual({ isRead: false, isClosed: true, refused: 1, sessions: 0 });
    expect(answers()).toEqual([]);
    expect(window.posted).toHaveLength(before);
    port1.close();
  });

  it.each([
    ['the page is framed by a stranger', [APP, 'https://evil.example']],
    ['the page is a stranger that the browser tells of', ['https://evil.example']],
    ['the page is of an opaque origin', ['null']],
  ])('W1: when %s, then nobody is heard, and nothing is told', async (_how, ancestors) => {
    const { send, door, window } = openDoor({ ancestors });
    send({ data: query });
    await settle();
    expect(door.refused).toBe(1);
    expect(window.posted.filter(({ message }) => message['method'] !== 'kernelAuthStatus' || ancestors[0] !== APP)).toEqual([]);
  });

  it('W1: when the frame is no frame but a page of its own, then whoever opened it is not heard', () => {
    const { window, send, door } = openDoor();
    Object.assign(window, { parent: window });
    send({ source: window, data: query });
    send({ source: {}, data: query });
    expect(door.refused).toBe(2);
  });

  it.each([
    [[APP], APP],
    [null, '*'],
  ])('W3: when it starts, and the browser tells of %j, then it says how far it is to %s, and how it went', async (ancestors, target) => {
    const { window } = openDoor({ ancestors });
    await settle();
    const status = (kernelLoaded: string) => ({ target, message: { method: 'kernelAuthStatus', data: { loginComplete: true, kernelLoaded, logoutComplete: false } } });
    expect(window.posted).toStrictEqual([status('not yet'), status('success')]);
  });

  it('W3: when a page has asked, then what is told is for its origin', async () => {
    const { window, send } = openDoor({ ancestors: null });
    send({ data: query });
    await settle();
    expect(window.posted.map(({ target }) => target)).toEqual(['*', APP, APP]);
  });

  it('when the runtime cannot be started, then that is told, and every port is answered so', async () => {
    const { window, connect, send, answers } = openDoor({ ready: Promise.reject(new Error('secret')) });
    const port = connect();
    expect(await next(port)).toEqual({ nonce: 0, method: 'response', data: {}, err: 'WORKER_GONE: what was to answer this failed' });
    expect(window.posted.at(-1)?.message).toMatchObject({ data: { kernelLoaded: 'WORKER_GONE: what was to answer this failed' } });
    send({ data: { method: 'checkErrs', nonce: 'n' } });
    expect(answers()).toMatchObject([{ data: { errs: ['WORKER_GONE: what was to answer this failed'] } }]);
    port.close();
  });

  it('when a page connects a port, then it is answered there, and not in the window', async () => {
    const { connect, answers } = openDoor();
    const port = connect();
    expect(await next(port)).toEqual({ nonce: 0, method: 'response', data: { distribution: 'secure-registry', version: '1.2.3' }, err: null });
    expect(await version(port)).toMatchObject({ nonce: 'v', err: null });
    expect(answers()).toEqual([]);
    port.close();
  });

  it('W2: when a page connects both ends of a channel, then the frame does not answer its own answers', async () => {
    const { connect, send, door } = openDoor();
    const { port1, port2 } = new MessageChannel();
    let posted = 0;
    for (const port of [port1, port2]) {
      const post = port.postMessage.bind(port);
      port.postMessage = (...message: unknown[]) => {
        posted++;
        (post as (...given: unknown[]) => void)(...message);
      };
      send({ data: { method: 'connectFrame', nonce: 0 }, ports: [port] });
    }
    expect(door.size).toBe(2);
    // What would go round goes on while others are answered.
    for (let i = 0; i < 3; i++) {
      const other = connect();
      await next(other);
      await version(other);
      other.close();
    }
    expect(posted).toBe(2);
    door.close();
  });

  it.each(['response', 'responseUpdate', 'responseNonce'])('W2: when a page sends what is an answer, %s, then that is not answered', (method) => {
    const { send, answers } = openDoor();
    send({ data: { method, nonce: 'n', data: {}, err: null } });
    send({ data: { method: 'version', nonce: 'v' } });
    expect(answers()).toMatchObject([{ nonce: 'v' }]);
  });

  it('W11: when a page says that it closes a port, then its session ends, with what it watches, and only that', async () => {
    const { connect, door, runtime, call } = openDoor();
    call('registrySubscribe', KEY);
    const port = connect();
    await next(port);
    port.postMessage({ method: 'moduleCall', nonce: 'w', data: { module: 'AQCovesg1AXUzKXLeRzQFILbjYMKr_rvNLsNhdq5GbYb2Q', method: 'watch', data: { key: KEY } } });
    await runtime.until(() => runtime.watches.length === 2);
    expect(door.size).toBe(2);
    const ended = new Promise<void>((resolve) => runtime.watches[1]?.results.subscribe().add(() => resolve()));
    port.postMessage({ method: 'close' });
    // In order on one port: what comes after it finds nobody.
    const other = connect();
    await next(other);
    await version(other);
    runtime.watches[1]?.results.complete();
    await ended;
    expect(door.size).toBe(2);
    expect(runtime.watches[0]?.results.observed).toBe(true);
    port.close();
    other.close();
  });

  it('when an origin has connected as many ports as it may, then one more is told so and closed, and other origins go on', async () => {
    const { connect, door } = openDoor({ ancestors: [APP, READER] });
    const ports = Array.from({ length: 65 }, () => connect());
    expect(door.size).toBe(64);
    expect(await next(ports[64] ?? expect.unreachable())).toEqual({ nonce: 0, method: 'response', data: {}, err: 'THROTTLED: pages of this origin may have 64 ports' });
    const other = connect(READER);
    expect(await version(other)).toMatchObject({ nonce: 0, err: null });
    ports[0]?.postMessage({ method: 'close' });
    await settle();
    for (const port of [...ports, other]) port.close();
    door.close();
  });

  it('W5: when an origin opens ports and closes them, as often as it can, then 64 at once and ten a second are opened, the rest told so and closed; other origins, and the ports that it has, go on', async () => {
    const { send, door, clock, window, runtime, connect, call, answers } = openDoor({ ancestors: [APP, READER] });
    await settle();
    const watched = connect();
    await next(watched);
    /** How many of so many are opened; each hears one answer, and is closed. */
    const open = (times: number): number => {
      let opened = 0;
      for (let i = 0; i < times; i++) {
        const port = new FakePort();
        send({ data: { method: 'connectFrame', nonce: i }, ports: [port] });
        expect(port.posted).toHaveLength(1);
        if (port.posted[0]?.['err'] === null) opened++;
        else expect(port.posted).toEqual([{ nonce: i, method: 'response', data: {}, err: 'THROTTLED: pages of this origin may open 10 ports a second, and 64 at once' }]);
        port.dispatch('message', { method: 'close' });
        expect(port.isClosed).toBe(true);
      }
      return opened;
    };
    expect(open(1_000)).toBe(63);
    expect(door.size).toBe(1);
    clock.pass(1_000);
    expect(open(1_000)).toBe(10);
    const other = connect(READER);
    expect(await next(other)).toMatchObject({ err: null });
    expect(await version(watched)).toMatchObject({ nonce: 'v', err: null });
    call('registrySubscribe', KEY);
    await runtime.until(() => runtime.watches.length === 1);
    expect([window.posted.length, answers()]).toEqual([2, []]);
    for (const port of [watched, other]) port.close();
    door.close();
  });

  it('W5: when ports are closed before the runtime is up, then nothing of them is kept, and those that are open are answered once it is', async () => {
    const ready = settling<void>();
    const { send, door } = openDoor({ ready: ready.promise });
    const [gone, here] = [new FakePort(), new FakePort()];
    for (const [nonce, port] of [gone, here].entries()) send({ data: { method: 'connectFrame', nonce }, ports: [port] });
    gone.dispatch('message', { method: 'close' });
    expect([gone.posted, here.posted, door.size]).toEqual([[], [], 1]);
    ready.resolve();
    await settle();
    expect([gone.posted, here.posted]).toEqual([[], [{ nonce: 1, method: 'response', data: { distribution: 'secure-registry', version: '1.2.3' }, err: null }]]);
  });

  it('when a page connects without a port, then nothing becomes of it', async () => {
    const { send, door, answers } = openDoor();
    send({ data: { method: 'connectFrame', nonce: 0 }, ports: [] });
    await settle();
    expect([door.size, door.refused, answers()]).toEqual([0, 0, []]);
  });

  it('when a page connects with two ports, then by the first of them, and the other is closed unheard', async () => {
    const { send, door } = openDoor();
    const [first, second] = [new FakePort(), new FakePort()];
    send({ data: { method: 'connectFrame', nonce: 0 }, ports: [first, second] });
    await settle();
    expect([first.posted.length, first.isClosed, second.posted, second.isClosed, second.isStarted, door.size]).toEqual([1, false, [], true, false, 1]);
  });

  it.each([[{}], [{ method: 'connectFrame' }], [{ method: 'connectFrame', nonce: {} }]])('when %j comes with a port, then that is closed', async (data) => {
    const { send, answers } = openDoor();
    const port = new FakePort();
    send({ data, ports: [port] });
    await settle();
    expect([port.posted, port.isClosed, port.isStarted, answers()]).toEqual([[], true, false, []]);
  });

  it('when a page connects with a port whose other end it has closed, then the frame goes on, and so does the page with another', async () => {
    const { send, connect, door } = openDoor();
    const { port1, port2 } = new MessageChannel();
    port1.close();
    send({ data: { method: 'connectFrame', nonce: 0 }, ports: [port2] });
    await settle();
    const other = connect();
    expect(await next(other)).toMatchObject({ nonce: 0, err: null });
    expect(await version(other)).toMatchObject({ nonce: 'v' });
    other.close();
    door.close();
    expect(door.size).toBe(0);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('W11: when its page is hidden for ever, or kept (%s), then %i sessions stay', (persisted, left) => {
    const { window, send, door } = openDoor();
    send({ data: query });
    expect(door.size).toBe(1);
    window.dispatch('pagehide', { persisted });
    expect(door.size).toBe(left);
  });
});

describe('given a configuration', () => {
  it.each([
    ['{', 'configuration'],
    ['[]', 'configuration'],
    ['{"portals": []}', 'configuration.portals'],
    ['{"portals": ["ftp://a"]}', 'configuration.portals[0]'],
    ['{"portals": ["http://a", "http://b", "http://a/"]}', 'configuration.portals[2]'],
    ['{"portals": ["http://a"]}', 'configuration.origins'],
    ['{"portals": ["http://a"], "origins": {"https://a.example/": []}}', 'configuration.origins'],
    ['{"portals": ["http://a"], "origins": {"*": []}}', 'configuration.origins'],
    ['{"portals": ["http://a"], "origins": {"https://a.example:443": []}}', 'configuration.origins'],
    ['{"portals": ["http://a"], "origins": {"https://A.example": []}}', 'configuration.origins'],
    ['{"portals": ["http://a"], "origins": {"null": []}}', 'configuration.origins'],
    ['{"portals": ["http://a"], "origins": {"https://a.example": ["all"]}}', 'configuration.origins["https://a.example"]'],
    ['{"portals": ["http://a"], "origins": {}, "module": "short"}', 'configuration.module'],
    ['{"portals": ["http://a"], "origins": {}, "limits": {"open": 0}}', 'configuration.limits.open'],
    ['{"portals": ["http://a"], "origins": {}, "limts": {}}', 'configuration.limts'],
  ])('when it is %s, then %s is at fault', async (json, field) => {
    const { readFrameConfiguration } = await import('../../../src/kernel/frame/index.ts');
    expect(() => readFrameConfiguration(json)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field }));
  });

  it('when it names little, then the rest is as documented', () => {
    expect(configured({ module: undefined })).toMatchObject({ limits: { callsPerSecond: 200, burst: 2_000, open: 2_000 }, modules: new Set(['AQCovesg1AXUzKXLeRzQFILbjYMKr_rvNLsNhdq5GbYb2Q']) });
  });
});

