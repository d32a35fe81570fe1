import { describe, expect, it } from 'vitest';
import { RegistryError } from '../../../src/index.ts';
import { installBridge, REGISTRY_MODULE, type BridgeMessage } from '../../../src/kernel.ts';
import { settling } from '../../machines/bench.ts';
import { DATAKEY, entryOf, found, KEY, PUBKEY, secretKey } from '../fixture.ts';
import { settle } from '../frame/fixture.ts';
import { openClient, openFakeClient } from './fixture.ts';

const entry = entryOf(5n);

/** A page's window: what is posted to it arrives as a clone, at once, and is kept. */
class FakePage {
  readonly origin = 'https://app.example';
  readonly posted: Readonly<Record<string, unknown>>[] = [];
  readonly #listeners = new Set<(event: BridgeMessage) => void>();
  readonly #heard: (() => void)[] = [];

  addEventListener(_type: 'message', listener: (event: BridgeMessage) => void): void {
    this.#listeners.add(listener);
  }
  removeEventListener(_type: 'message', listener: (event: BridgeMessage) => void): void {
    this.#listeners.delete(listener);
  }
  postMessage(message: unknown, target: string): void {
    expect(target).toBe(this.origin);
    this.posted.push(structuredClone(message) as Readonly<Record<string, unknown>>);
    for (const tell of this.#heard.splice(0)) tell();
  }
  /** A program in the page posts to its own window; the message, as listeners got it. */
  say(message: unknown, source: unknown = this): unknown {
    const data = structuredClone(message);
    for (const listener of this.#listeners) listener({ source, data });
    return data;
  }
  async until(holds: (message: Readonly<Record<string, unknown>>) => boolean): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const found_ = this.posted.find(holds);
      if (found_ !== undefined) return found_;
      await new Promise<void>((resolve) => this.#heard.push(resolve));
    }
  }
}

const status = (kernelLoaded: string): object => ({ method: 'kernelAuthStatus', data: { loginComplete: true, kernelLoaded, logoutComplete: false } });
const query = (method: string, data: unknown, sendKernelNonce = false): object => ({ method: 'newKernelQuery', nonce: 'n', data: { method, nonce: 'n', data, sendKernelNonce } });
const moduleCall = (method: string, data: unknown, sendKernelNonce = false): object => query('moduleCall', { module: REGISTRY_MODULE, method, data }, sendKernelNonce);
const isResponse = ({ method, nonce }: Readonly<Record<string, unknown>>): boolean => method === 'response' && nonce === 'n';

describe('given a bridge in a page', () => {
  it('when a program looks for one, then it is there at once, and says how far the kernel is, then and later', async () => {
    const page = new FakePage();
    const connecting = settling<ReturnType<typeof openFakeClient>['client']>();
    installBridge(connecting.promise, page);
    page.say({ nonce: 'b', method: 'kernelBridgeVersion' });
    expect(page.posted).toEqual([{ nonce: 'b', method: 'response', data: { version: 'v0.2.0' }, err: null }, status('not yet')]);
    connecting.resolve(openFakeClient().client);
    await settle();
    expect(page.posted.at(-1)).toEqual(status('success'));
  });

  it('when there is no frame, then that is the status, and the answer to what was asked before and is asked later', async () => {
    const page = new FakePage();
    const connecting = settling<never>();
    installBridge(connecting.promise, page);
    page.say(query('version', {}));
    connecting.reject(new RegistryError('TIMEOUT', 'no answer within 30 ms'));
    const answer = { nonce: 'n', method: 'response', data: {}, err: 'TIMEOUT: no answer within 30 ms' };
    expect(await page.until(isResponse)).toEqual(answer);
    await settle();
    expect(page.posted).toContainEqual(status('TIMEOUT: no answer within 30 ms'));
    page.say(query('version', {}));
    await settle();
    expect(page.posted.filter(isResponse)).toEqual([answer, answer]);
  });

  it('when a program asks, subscribes and ends that, then it hears what it would of a kernel', async () => {
    const { client, runtime } = openClient();
    const page = new FakePage();
    installBridge(client, page);
    page.say(moduleCall('registrySubscribe', KEY, true));
    const { data } = (await page.until(({ method }) => method === 'responseNonce')) as { data: { nonce: string } };
    runtime.watches[0]?.results.next(found(entry));
    await page.until(({ method }) => method === 'responseUpdate');
    page.say({ method: 'queryUpdate', nonce: data.nonce, data: undefined });
    expect(await page.until(isResponse)).toEqual({ nonce: 'n', method: 'response', data: { closed: true }, err: null });
    expect(page.posted.filter(({ nonce }) => nonce === 'n').map(({ method }) => method)).toEqual(['responseNonce', 'responseUpdate', 'response']);
    expect(page.posted.find(({ method }) => method === 'responseUpdate')).not.toHaveProperty('err');
    await client.close();
  });

  it.each([
    ['version', {}, { data: { distribution: 'secure-registry', version: '1.2.3' }, err: null }],
    ['nothing', {}, { data: {}, err: 'unrecognized method: nothing' }],
    ['moduleCall', { module: REGISTRY_MODULE, method: 'nothing', data: {} }, { data: null, err: "unrecognized method 'nothing'" }],
  ])('when a program asks for %s, then it is answered word for word', async (method, data, answer) => {
    const { client } = openClient();
    const page = new FakePage();
    installBridge(client, page);
    page.say(query(method, data));
    expect(await page.until(isResponse)).toEqual({ nonce: 'n', method: 'response', ...answer });
    await client.close();
  });

  it('W10: when a program sends a secret key, then it is overwritten here once it was passed on, and what was signed with it is written', async () => {
    const { client, runtime } = openClient();
    const page = new FakePage();
    installBridge(client, page);
    const heard = page.say(moduleCall('writeEntry', { publicKey: PUBKEY, secretKey: secretKey(), dataKey: DATAKEY, entryData: entry.data, revision: 5n })) as { data: { data: { data: { secretKey: Uint8Array } } } };
    await runtime.until(() => runtime.writes.length === 1);
    expect(runtime.writes[0]?.entry).toMatchObject({ signature: entry.signature });
    expect(heard.data.data.data.secretKey).toEqual(new Uint8Array(64));
    await client.close();
  });

  it('when what the frame answers cannot be handed on, as a port to the vault, then that is the answer', async () => {
    const { port1, port2 } = new MessageChannel();
    const { client, port } = openFakeClient();
    const page = new FakePage();
    installBridge(client, page);
    page.say(moduleCall('sign', { keys: ['developer'], purposes: ['message'] }));
    await settle();
    port.dispatch('message', { method: 'responseUpdate', nonce: 1, data: { value: port2 } });
    port.dispatch('message', { method: 'response', nonce: 1, data: { value: port2 }, err: null });
    expect(page.posted.filter(({ nonce }) => nonce === 'n')).toEqual([{ nonce: 'n', method: 'response', data: {}, err: 'UNSUPPORTED: the answer cannot be handed on' }]);
    port1.close();
    port2.close();
  });

  it('when another window speaks, or what is said is no query, then nothing happens', async () => {
    const { client, port } = openFakeClient();
    const page = new FakePage();
    installBridge(client, page);
    await settle();
    page.posted.length = 0;
    for (const message of [undefined, null, 7, {}, { method: 'response', nonce: 'n', data: {}, err: null }, { method: 'newKernelQuery', nonce: 'n' }, { method: 'newKernelQuery', nonce: 'n', data: { method: 7, nonce: 'n' } }]) page.say(message);
    page.say({ nonce: 'b', method: 'kernelBridgeVersion' }, {});
    page.say(query('version', {}), null);
    await settle();
    expect([page.posted, port.posted]).toEqual([[], []]);
  });

  it('when the frame is gone, then what was asked is answered so; when it is taken away, then it is silent', async () => {
    const { client, port } = openFakeClient();
    const page = new FakePage();
    const remove = installBridge(client, page);
    page.say(query('version', {}));
    await settle();
    port.dispatch('close');
    expect(await page.until(isResponse)).toEqual({ nonce: 'n', method: 'response', data: {}, err: 'WORKER_GONE: the frame is gone' });
    remove();
    const before = page.posted.length;
    page.say({ nonce: 'b', method: 'kernelBridgeVersion' });
    expect(page.posted).toHaveLength(before);
  });
});
