import { describe, expect, it } from 'vitest';
import { RegistryError, type ReadResult } from '../../../src/index.ts';
import { REGISTRY_MODULE } from '../../../src/kernel.ts';
import { settling } from '../../machines/bench.ts';
import { absent, DATAKEY, entryOf, found, KEY, PUBKEY } from '../fixture.ts';
import { configured } from '../frame/fixture.ts';
import { openClient, openFakeClient } from './fixture.ts';

const entry = entryOf(5n);
const coded = (code: string, more: object = {}): unknown => expect.objectContaining({ code, ...more });

describe('given a client and a frame', () => {
  it('when it reads, then the result is the runtime\'s, whole, and so were the options', async () => {
    const { client, runtime } = openClient();
    const read = client.read(KEY, { maxStaleness: 0, confirmations: 'all' });
    await runtime.until(() => runtime.reads.length === 1);
    expect(runtime.reads[0]).toMatchObject({ key: KEY, options: { maxStaleness: 0, confirmations: 'all' } });
    runtime.reads[0]?.answer.resolve(found(entry));
    expect(await read).toStrictEqual(found(entry));
    await client.close();
  });

  it('when a call fails, then the error is the runtime\'s, whole', async () => {
    const { client, runtime } = openClient();
    const write = client.write(entry, { confirmations: 1 });
    await runtime.until(() => runtime.writes.length === 1);
    expect(runtime.writes[0]?.entry).toMatchObject(entry);
    runtime.writes[0]?.answer.reject(new RegistryError('CONFLICT', 'another', { current: found(entry), portal: 'https://a.example', hint: 'begin anew' }));
    await expect(write).rejects.toEqual(coded('CONFLICT', { message: 'another', current: found(entry), portal: 'https://a.example', hint: 'begin anew', retryable: false }));
    await client.close();
  });

  it('when it watches, then each result comes in order, and when it stops, then so does the watch in the frame', async () => {
    const { client, runtime } = openClient();
    const seen: ReadResult[] = [];
    const [first, second] = [settling<void>(), settling<void>()];
    const handle = client.entry(KEY);
    const watch = handle.watch({ status: true }).subscribe((result) => {
      seen.push(result);
      (seen.length === 1 ? first : second).resolve();
    });
    await runtime.until(() => runtime.watches.length === 1);
    expect(runtime.watches[0]).toMatchObject({ key: KEY, options: { status: true } });
    runtime.watches[0]?.results.next(found(entry));
    await first.promise;
    runtime.watches[0]?.results.next(absent);
    await second.promise;
    expect(seen).toStrictEqual([found(entry), absent]);
    expect(handle.latest).toBe(seen[0]);
    watch.unsubscribe();
    // In order on one port.
    await client.callModule(REGISTRY_MODULE, 'no-op', {});
    expect(runtime.watches[0]?.results.observed).toBe(false);
    await client.close();
  });

  it('when the runtime is closed, then a watch completes; when it fails, then the watch does', async () => {
    const { client, runtime } = openClient();
    const ends = [1, 2].map(() => new Promise((resolve) => client.watch(KEY).subscribe({ error: resolve, complete: () => resolve('complete') })));
    await runtime.until(() => runtime.watches.length === 2);
    runtime.watches[0]?.results.complete();
    runtime.watches[1]?.results.error(new RegistryError('STORAGE', 'it is full'));
    expect(await Promise.all(ends)).toEqual(['complete', coded('STORAGE')]);
    await client.close();
  });

  it('when a read is aborted, then it is over here at once, and in the frame', async () => {
    const { client, runtime } = openClient();
    const abort = new AbortController();
    const read = client.read(KEY, { signal: abort.signal });
    await runtime.until(() => runtime.reads.length === 1);
    const isAborted = new Promise((resolve) => runtime.reads[0]?.options?.signal?.addEventListener('abort', resolve));
    abort.abort();
    await expect(read).rejects.toEqual(coded('ABORTED'));
    await isAborted;
    await client.close();
  });

  it('when it calls a module, then it gets the answer; when that is a refusal, then an error with its code', async () => {
    const { client, runtime } = openClient();
    expect(await client.callModule(REGISTRY_MODULE, 'no-op', undefined)).toEqual({ success: true });
    await expect(client.callModule(REGISTRY_MODULE, 'nothing', {})).rejects.toEqual(coded('REJECTED', { message: "unrecognized method 'nothing'" }));
    await expect(client.callModule('short', 'no-op', {})).rejects.toEqual(coded('REJECTED'));
    const read = client.callModule(REGISTRY_MODULE, 'readEntry', { publicKey: PUBKEY, dataKey: DATAKEY });
    await runtime.until(() => runtime.reads.length === 1);
    runtime.reads[0]?.answer.reject(new RegistryError('UNREACHABLE', 'no: portal'));
    await expect(read).rejects.toEqual(coded('UNREACHABLE', { message: 'no: portal' }));
    await expect(client.callModule(REGISTRY_MODULE, 'no-op', () => {})).rejects.toEqual(coded('INVALID_INPUT', { field: 'data' }));
    await client.close();
  });

  it('when it connects a module, then news sent before the kernel\'s nonce came arrive all the same', async () => {
    const { client } = openClient();
    const call = client.connectModule(REGISTRY_MODULE, 'registrySubscribe', KEY, () => {});
    call.send(undefined);
    expect(await call.answer).toEqual({ closed: true });
    call.send(undefined);
    await client.close();
  });

  it('when a module that it connected is given up, then what it subscribed to ends in the frame, too', async () => {
    for (const isEarly of [true, false]) {
      const { client, runtime } = openClient();
      const abort = new AbortController();
      const told = settling<void>();
      const { answer } = client.connectModule(REGISTRY_MODULE, 'registrySubscribe', KEY, () => told.resolve(), { signal: abort.signal });
      const ended = answer.catch((error: unknown) => error);
      if (isEarly) abort.abort();
      await runtime.until(() => runtime.watches.length === 1);
      if (!isEarly) {
        runtime.watches[0]?.results.next(absent);
        await told.promise;
        abort.abort();
      }
      expect(await ended).toEqual(coded('ABORTED'));
      // In order on one port, there and back.
      for (let i = 0; i < 2; i++) await client.callModule(REGISTRY_MODULE, 'no-op', {});
      expect(runtime.watches[0]?.results.observed).toBe(false);
      await client.close();
    }
  });

  it.each(['deadline', 'signal'])('when a module that it called is given up, by the %s, then what that had subscribed to ends in the frame, too', async (how) => {
    for (const [method, input] of [['registrySubscribe', KEY], ['watch', { key: KEY }]] as const) {
      const { client, runtime, clock } = openClient();
      const abort = new AbortController();
      const ended = client.callModule(REGISTRY_MODULE, method as string, input, { deadline: 1_000, signal: abort.signal }).catch((error: unknown) => error);
      await runtime.until(() => runtime.watches.length === 1);
      if (how === 'deadline') clock.pass(1_000);
      else abort.abort();
      expect(await ended).toEqual(coded(how === 'deadline' ? 'TIMEOUT' : 'ABORTED'));
      // In order on one port, there and back.
      for (let i = 0; i < 2; i++) await client.callModule(REGISTRY_MODULE, 'no-op', {});
      expect(runtime.watches[0]?.results.observed).toBe(false);
      await client.close();
    }
  });

  it('when its origin may not write, then that is the error', async () => {
    const { client } = openClient({ configuration: configured({ origins: { 'https://app.example': ['read'] } }) });
    await expect(client.write(entry)).rejects.toEqual(coded('FORBIDDEN'));
    await client.close();
  });

  it('when an entry of another key is written by a handle, then it is not', async () => {
    const { client } = openClient();
    await expect(client.entry({ ...KEY, datakey: new Uint8Array(32) }).write(entry)).rejects.toEqual(coded('INVALID_INPUT', { field: 'entry' }));
    expect(() => client.watch({ ...KEY, datakey: new Uint8Array(31) })).toThrow(coded('INVALID_INPUT'));
    await client.close();
  });
});

describe('given a frame that does not answer', () => {
  it('when the deadline has passed, then a call is TIMEOUT, and its answer, when it comes, is nobody\'s', async () => {
    const { client, clock, port } = openFakeClient();
    const call = client.callModule(REGISTRY_MODULE, 'no-op', {}, { deadline: 100 });
    clock.pass(100);
    await expect(call).rejects.toEqual(coded('TIMEOUT'));
    port.dispatch('message', { method: 'response', nonce: 1, data: {}, err: null });
    expect(clock.waits).toEqual([4_900]);
    clock.pass(4_900);
    expect(clock.waits).toEqual([]);
  });

  it('when a call is given up before the kernel has said its nonce, then it is ended as soon as that comes', async () => {
    const { client, port } = openFakeClient();
    const abort = new AbortController();
    const read = client.read(KEY, { signal: abort.signal });
    abort.abort();
    await expect(read).rejects.toEqual(coded('ABORTED'));
    expect(port.posted).toHaveLength(1);
    port.dispatch('message', { method: 'responseNonce', nonce: 1, data: { nonce: 'k' } });
    expect(port.posted.at(-1)).toEqual({ method: 'queryUpdate', nonce: 'k', data: undefined });
  });

  it('when it gives no sign of life while somebody waits, then everything settles: WORKER_GONE, and of a write nobody knows', async () => {
    const { client, clock, port } = openFakeClient();
    const all = [client.read(KEY), client.write(entry), client.callModule(REGISTRY_MODULE, 'no-op', {}), new Promise((_resolve, reject) => client.watch(KEY).subscribe({ error: reject }))];
    const settled = Promise.allSettled(all);
    clock.pass(20_000);
    expect((await settled).map((outcome) => (outcome as { reason: RegistryError }).reason.code)).toEqual(['WORKER_GONE', 'UNCONFIRMED', 'WORKER_GONE', 'WORKER_GONE']);
    expect(port.isClosed).toBe(true);
    await expect(client.read(KEY)).rejects.toEqual(coded('WORKER_GONE'));
  });

  it('when it is alive but slow, then everybody waits for it, and is asked for no sign once nobody does', async () => {
    const { client, clock, port } = openFakeClient();
    const read = client.read(KEY);
    for (let i = 0; i < 11; i++) {
      clock.pass(5_000);
      const { nonce } = port.posted.at(-1) ?? {};
      port.dispatch('message', { method: 'response', nonce, data: {}, err: null });
    }
    port.dispatch('message', { method: 'response', nonce: 1, data: { value: absent }, err: null });
    expect(await read).toStrictEqual(absent);
    clock.pass(5_000);
    expect(clock.waits).toEqual([]);
  });

  it('when it is alive, and never says what became of a write, then nobody knows; what is written once it is gone was not sent', async () => {
    const { client, clock, port } = openFakeClient();
    const write = client.write(entry);
    const settled = write.catch((error: unknown) => error);
    for (let i = 0; i < 12; i++) {
      clock.pass(5_000);
      port.dispatch('message', { method: 'response', nonce: port.posted.at(-1)?.['nonce'], data: {}, err: null });
    }
    expect(await settled).toEqual(coded('UNCONFIRMED', { cause: coded('TIMEOUT') }));
    port.dispatch('close');
    await expect(client.write(entry)).rejects.toEqual(coded('WORKER_GONE'));
  });

  it('when its end of the port is closed, then whoever waits hears so at once', async () => {
    const { client, port } = openFakeClient();
    const read = client.read(KEY);
    port.dispatch('close');
    await expect(read).rejects.toEqual(coded('WORKER_GONE'));
  });

  it('when we close it, then calls are CLOSED, watches complete, and the frame is told', async () => {
    const { client, port, clock } = openFakeClient();
    const read = client.read(KEY);
    const watched = new Promise<void>((resolve) => client.watch(KEY).subscribe({ complete: resolve }));
    await client.close();
    await expect(read).rejects.toEqual(coded('CLOSED'));
    await watched;
    expect(port.posted.at(-1)).toEqual({ method: 'close' });
    expect(port.isClosed).toBe(true);
    expect(clock.waits).toEqual([]);
  });

  it.each([undefined, null, 7, {}, { method: 'response' }, { method: 'response', nonce: 99, data: {}, err: null }, { method: 'response', nonce: {}, data: {}, err: null }, JSON.parse('{"__proto__": {"method": "response", "nonce": 1, "data": {}, "err": null}}')])(
    'when it says what makes no sense (%#), then nobody hears it',
    async (message) => {
      const { client, port } = openFakeClient();
      const call = client.callModule(REGISTRY_MODULE, 'no-op', {});
      port.dispatch('message', message);
      port.dispatch('message', { method: 'response', nonce: 1, data: { success: true }, err: null });
      expect(await call).toEqual({ success: true });
    },
  );
});
