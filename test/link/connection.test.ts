import { from } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RegistryError } from '../../src/error.ts';
import { connect, serve, type CallContext, type Connection } from '../../src/link/index.ts';
import { channels, codeOf } from './fixture/channels.ts';
import { deferred, FakeClock } from './fixture/clock.ts';
import { isNode } from './fixture/workers.ts';

/** A service that tells when a call was begun and when it was aborted. */
function makeService() {
  const begun = deferred<void>();
  const aborted = deferred<unknown>();
  const finish = deferred<string>();
  return {
    begun: begun.promise,
    aborted: aborted.promise,
    finish: finish.resolve,
    service: {
      calls: {
        echo: (value: unknown) => value,
        fail: (error: unknown) => {
          throw error;
        },
        throwCoded: () => {
          throw new RegistryError('CONFLICT', 'somebody was faster', {
            field: 'entry',
            hint: 'read it again',
            portal: 'https://portal',
            retryable: true,
            cause: new RegistryError('REJECTED', 'no'),
            current: { pubkey: new Uint8Array(32), datakey: new Uint8Array(32), data: new Uint8Array(2), revision: 2n ** 60n, signature: new Uint8Array(64) },
          });
        },
        throwPlain: () => {
          throw new RangeError('too far');
        },
        slow: (_input: undefined, { signal }: CallContext) => {
          begun.resolve();
          signal.addEventListener('abort', () => aborted.resolve((signal.reason as RegistryError).code));
          return finish.promise;
        },
        giveFunction: () => () => 1,
        giveBytes: (_input: undefined, { transfer }: CallContext) => {
          const bytes = new Uint8Array([1, 2, 3]);
          transfer(bytes.buffer);
          return bytes;
        },
      },
    },
  };
}
type TestService = ReturnType<typeof makeService>['service'];

describe.each(channels)('a connection over $kind', ({ kind, open }) => {
  function start(clock?: FakeClock): ReturnType<typeof makeService> & { connection: Connection<TestService>; close: () => void } {
    const made = makeService();
    const [near, far] = open();
    const serving = serve(far, made.service);
    const connection = connect<TestService>(near, { clock, deadline: 30_000 });
    onTestFinished(() => connection.close());
    return { ...made, connection, close: () => serving.close() };
  }

  it('carries bigint, bytes, Map and Date as they are', async () => {
    const { connection } = start();
    const value = { big: 2n ** 64n - 1n, bytes: new Uint8Array([1, 2]), map: new Map([[1, 'one']]), date: new Date(5), frozen: Object.freeze({ a: [1] }) };
    expect(await connection.call('echo', value)).toEqual(value);
  });

  it('moves what either side transfers', async () => {
    const { connection } = start();
    const bytes = new Uint8Array([9]);
    expect(await connection.call('echo', bytes, { transfer: [bytes.buffer] })).toEqual(new Uint8Array([9]));
    expect(bytes.length).toBe(0);
    expect(await connection.call('giveBytes')).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('carries a coded error whole (L4, errors lose class and code)', async () => {
    const { connection } = start();
    const error = await connection.call('throwCoded').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RegistryError);
    expect(error).toMatchObject({
      code: 'CONFLICT',
      name: 'RegistryError:CONFLICT',
      message: 'somebody was faster',
      field: 'entry',
      hint: 'read it again',
      portal: 'https://portal',
      retryable: true,
      current: { revision: 2n ** 60n, data: new Uint8Array(2) },
      cause: { code: 'REJECTED' },
    });
  });

  it('carries name and message of any other error, and tells that what was thrown is none (L4)', async () => {
    const { connection } = start();
    await expect(connection.call('throwPlain')).rejects.toMatchObject({ name: 'RangeError', message: 'too far' });
    await expect(connection.call('fail', 7)).rejects.toBeInstanceOf(Error);
    await expect(connection.call('fail', undefined)).rejects.toBeInstanceOf(Error);
  });

  it.each([
    ['a function', () => 1],
    ['a Proxy', new Proxy({}, {})],
    ['a symbol', Symbol('s')],
    ['a promise', Promise.resolve()],
  ])('refuses %s as input with INVALID_INPUT (L5)', async (_what, value) => {
    const { connection } = start();
    await expect(connection.call('echo', value)).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'input' });
    expect(await connection.call('echo', 1)).toBe(1);
  });

  it('refuses a function as an answer with UNSUPPORTED (L5)', async () => {
    const { connection } = start();
    expect(await codeOf(connection.call('giveFunction'))).toBe('UNSUPPORTED');
    expect(await connection.call('echo', 1)).toBe(1);
  });

  it('answers a call that the service has not with UNSUPPORTED', async () => {
    const { connection } = start();
    const untyped = connection as unknown as Connection<{ calls: Record<string, () => void> }>;
    for (const name of ['treble', 'then', 'bind', '$open']) expect(await codeOf(untyped.call(name))).toBe('UNSUPPORTED');
  });

  it('ends a call at its deadline, and tells the service (L1)', async () => {
    const { connection, aborted, finish } = start();
    expect(await codeOf(connection.call('slow', undefined, { deadline: 1 }))).toBe('TIMEOUT');
    expect(await aborted).toBe('ABORTED');
    finish('late');
    expect(await connection.call('echo', 1)).toBe(1);
  });

  it('takes its deadline from the clock it was given', async () => {
    const clock = new FakeClock();
    const { connection, begun } = start(clock);
    const call = codeOf(connection.call('slow'));
    await begun;
    await clock.advance(29_999);
    expect(clock.timers.size).toBe(1);
    await clock.advance(1);
    expect(await call).toBe('TIMEOUT');
    expect(clock.timers.size).toBe(0);
  });

  it('forgets the timer of a call that was answered', async () => {
    const clock = new FakeClock();
    const { connection } = start(clock);
    await connection.call('echo', 1);
    expect(clock.timers.size).toBe(0);
  });

  it('aborts a call by its signal, and the abort reaches the service (L1)', async () => {
    const { connection, begun, aborted } = start();
    const controller = new AbortController();
    const call = codeOf(connection.call('slow', undefined, { signal: controller.signal }));
    await begun;
    controller.abort();
    expect(await call).toBe('ABORTED');
    expect(await aborted).toBe('ABORTED');
  });

  it('does not send a call that was aborted before (L1)', async () => {
    const { connection } = start();
    expect(await codeOf(connection.call('slow', undefined, { signal: AbortSignal.abort() }))).toBe('ABORTED');
  });

  it('ends its calls with CLOSED when we close it, and aborts them at the service (L1)', async () => {
    const { connection, begun, aborted } = start();
    const call = codeOf(connection.call('slow'));
    await begun;
    connection.close();
    expect(await call).toBe('CLOSED');
    expect(await aborted).toBe('CLOSED');
    expect(await codeOf(connection.call('echo', 1))).toBe('CLOSED');
    expect(await connection.gone).toMatchObject({ code: 'CLOSED' });
  });

  it('ends its calls with the reason it fails with, and the first reason stays (L1)', async () => {
    const { connection } = start();
    const call = codeOf(connection.call('slow'));
    connection.fail(new RegistryError('WORKER_GONE', 'dead'));
    connection.close();
    expect(await call).toBe('WORKER_GONE');
    expect(await connection.gone).toMatchObject({ code: 'WORKER_GONE', message: 'dead' });
  });

  it('ends its calls with WORKER_GONE when the other side closes, or where no event says so, when it is found out (L1, pending calls after a port closes)', async () => {
    const { connection, begun, close } = start();
    const call = codeOf(connection.call('slow'));
    await begun;
    close();
    if (kind === 'a MessageChannel' && !isNode) connection.fail(new RegistryError('WORKER_GONE', 'found dead by its supervisor'));
    expect(await call).toBe('WORKER_GONE');
    expect(await codeOf(connection.call('echo', 1))).toBe('WORKER_GONE');
    expect(await connection.gone).toMatchObject({ code: 'WORKER_GONE' });
  });

  it('is safe to await and to hand to rxjs: it is no Remote (L6)', async () => {
    const { connection } = start();
    expect(await Promise.resolve(connection)).toBe(connection);
    expect(Object.keys(connection)).toEqual(['gone']);
    expect('then' in connection).toBe(false);
    expect(() => from(connection as never)).toThrow(TypeError);
  });
});
