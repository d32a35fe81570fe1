// oxlint-disable unicorn/consistent-function-scoping -- a page is sent one function, with all it needs
import { describe, expect, test } from 'vitest';
import type * as face from '../../src/index.ts';
import type * as frames from '../../src/kernel.ts';
import { CanarySearch, marker } from '../threats/fixture/canary.ts';
import { allow, prepareStage } from './frame.ts';

// What the pages of these tests have.
declare const frame: typeof frames;
declare const registry: typeof face;
declare global {
  var client: frames.FrameClient;
  var granted: face.GrantedVault;
  /** Of the good page's calls: how many answers each nonce had. */
  var answered: Map<number, number>;
}

const stage = prepareStage();

/** What a flood came to. */
interface Flood {
  /** How many queries had so many answers: the first of the pair, by the second. */
  readonly byAnswers: readonly (readonly [answers: number, queries: number])[];
  /** Of them refused for their rate. */
  readonly throttled: number;
  /** Between the first query and the last answer. */
  readonly seconds: number;
  /** Everything that was heard, but for nonces, each once; of bytes their digits. */
  readonly heard: readonly string[];
}

/**
 * Puts a frame of its own into the page, and asks it so often, as fast as it can, whatever pages may ask and may not: half of that over a port, half of it by its window. What would stay
 * open it ends at once. `secret` is a key of its own.
 */
const flood = async ([url, count, secret]: readonly [url: string, count: number, secret: readonly number[]]): Promise<Flood> => {
  const { origin } = new URL(url);
  const iframe = document.createElement('iframe');
  iframe.src = url;
  document.body.append(iframe);
  await new Promise((resolve) => iframe.addEventListener('load', resolve));
  const { port1: port, port2 } = new MessageChannel();
  const answers = new Map<unknown, number>();
  const heard = new Set<string>();
  let [throttled, ended] = [0, 0];
  let [wanted, tell] = [1, (): void => {}];
  /** Resolves when so many queries have been answered. */
  const haveAnswers = (size: number): Promise<void> =>
    new Promise((resolve) => {
      [wanted, tell] = [size, resolve];
      if (answers.size >= wanted) tell();
    });
  const plain = (_name: string, value: unknown): unknown => (value instanceof Uint8Array ? [...value] : typeof value === 'bigint' ? String(value) : value);
  const hear = (message: { readonly method?: string; readonly nonce?: unknown; readonly data?: { readonly nonce?: unknown }; readonly err?: unknown }, end: (nonce: unknown) => void): void => {
    const { nonce, ...rest } = message;
    if (message.method === 'responseNonce') return end(message.data?.nonce);
    heard.add(JSON.stringify(rest, plain));
    if (message.method !== 'response') return;
    answers.set(nonce, (answers.get(nonce) ?? 0) + 1);
    if (String(message.err).startsWith('THROTTLED: pages of this origin may ask ')) throttled++;
    ended = performance.now();
    if (answers.size >= wanted) tell();
  };
  const update = (nonce: unknown) => ({ method: 'queryUpdate', nonce, data: { enough: true } });
  const viaWindow = (message: unknown): void => iframe.contentWindow?.postMessage(message, origin);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none
  const viaPort = (message: unknown): void => port.postMessage(message);
  port.addEventListener('message', ({ data }) => hear(data, (nonce) => viaPort(update(nonce))));
  port.start();
  addEventListener('message', ({ source, data }) => source === iframe.contentWindow && hear(data, (nonce) => viaWindow(update(nonce))));
  iframe.contentWindow?.postMessage({ method: 'connectFrame', nonce: 0 }, origin, [port2]);
  await haveAnswers(1);

  const key = { pubkey: Uint8Array.from(secret.slice(32)), datakey: new Uint8Array(32) };
  const wish = { keys: ['developer'], purposes: ['registry-entry'] };
  const link = frame.REGISTRY_MODULE;
  const call = (method: string, data: unknown, module: string = link): object => ({ method: 'moduleCall', domain: 'root', sendKernelNonce: true, data: { module, method, data } });
  const kinds: readonly (() => object)[] = [
    () => ({ method: 'version' }),
    () => call('registryRead', key),
    () => call('read', { key, options: { maxStaleness: 0 } }),
    () => call('registrySubscribe', key),
    () => call('watch', { key, options: { status: true } }),
    () => call('writeEntry', { publicKey: key.pubkey, secretKey: Uint8Array.from(secret), dataKey: key.datakey, entryData: Uint8Array.of(1), revision: 1n }),
    () => call('registryWrite', { ...key, data: new Uint8Array(114), revision: -1n, signature: null }),
    () => call('sign', wish),
    () => call('sign', { keys: ['developer', 'device'], purposes: ['unlock'] }),
    () => call('manage', undefined),
    () => call('setPortals', { portals: ['http://127.0.0.1:1'] }),
    () => call('no-op', 'x'.repeat(10_000)),
    () => call('readEntry', JSON.parse('{"__proto__": {"publicKey": 1}, "constructor": {"prototype": {"polluted": true}}}')),
    () => call('no-op', {}, 'A'.repeat(46)),
    () => ({ method: 'moduleCall', data: JSON.parse('{"__proto__": {"module": "A"}}') as unknown }),
    () => ({ method: 'presentSeed', domain: 'root', data: { seed: new Uint8Array(16) } }),
    () => ({ method: 'constructor', data: 7 }),
  ];
  const begun = performance.now();
  for (let nonce = 1; nonce <= count; nonce++) {
    const kind = kinds[nonce % kinds.length];
    (nonce % 2 === 0 ? viaPort : viaWindow)({ ...kind?.(), nonce });
    // Nobody's query, and answered by nobody.
    if (nonce % 100 === 0) for (const post of [viaPort, viaWindow]) for (const junk of [null, 'junk', update('0'.repeat(32)), { method: 'response', nonce: 0, data: {}, err: null }]) post(junk);
    if (nonce % 1_000 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await haveAnswers(count + 1);
  // In order on either way: a second answer to any of them would come before these.
  for (const [post, nonce] of [[viaPort, -1], [viaWindow, -2]] as const) post({ method: 'version', nonce });
  await haveAnswers(count + 3);
  const tally = new Map<number, number>();
  for (const times of answers.values()) tally.set(times, (tally.get(times) ?? 0) + 1);
  return { byAnswers: [...tally], throttled, seconds: (ended - begun) / 1_000, heard: [...heard] };
};

/** So many reads of an entry, one after the other; how long each took, in milliseconds. What fails throws. */
const readMany = async ([digits, times]: readonly [pubkey: readonly number[], times: number]): Promise<readonly number[]> => {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const before = performance.now();
    const result = await client.read({ pubkey: Uint8Array.from(digits), datakey: new Uint8Array(32) });
    if (!result.exists || result.revision !== 5n) throw new Error('this is not what was written');
    took.push(performance.now() - before);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return took;
};

const shown = (took: readonly number[]): string => {
  const sorted = took.toSorted((a, b) => a - b);
  const part = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  return `${sorted.length} reads: median ${part(0.5)} ms, 99th of 100 ${part(0.99)} ms`;
};

describe('F18: given two pages that are allowed, one in the other, each with a frame: the same origin, storage and thread', () => {
  test('when one asks 100,000 times as fast as it can, then it is refused beyond its rate, each call of either is answered once, all of the other one succeed, and no secret gets across', async () => {
    const { app, neighbour, frame: url } = await stage.openFrame({ neighbour: ['read', 'write', 'sign'] });
    const { page, troubles } = await stage.openPage(app);
    const password = `password ${marker()}`;
    const connected = page.evaluate(async (address) => {
      const channels: MessageChannel[] = [];
      const Native = MessageChannel;
      globalThis.MessageChannel = class extends Native {
        constructor() {
          super();
          channels.push(this);
        }
      };
      globalThis.client = await frame.connectFrame({ url: address });
      globalThis.MessageChannel = Native;
      globalThis.answered = new Map();
      channels.at(-1)?.port1.addEventListener('message', ({ data }) => data.method === 'response' && answered.set(data.nonce, (answered.get(data.nonce) ?? 0) + 1));
      globalThis.granted = registry.grantedVault(await client.requestVault({ keys: ['developer'], purposes: ['registry-entry'] }));
      const signer = await granted.signer('developer');
      await client.write(await signer.signEntry({ pubkey: signer.publicKey, datakey: new Uint8Array(32), data: new Uint8Array(), revision: 5n }));
      return [...signer.publicKey];
    }, url);
    const told = await allow(page, password);
    const mnemonic = /(?:[a-z]+ ){11}[a-z]+$/.exec(told)?.[0] ?? expect.unreachable();
    const pubkey = await connected;
    const before = await page.evaluate(readMany, [pubkey, 200] as const);

    await page.evaluate(async (address) => {
      const guest = document.createElement('iframe');
      guest.src = address;
      document.body.append(guest);
      await new Promise((resolve) => guest.addEventListener('load', resolve));
    }, neighbour);
    const guest = page.frames().find((other) => other.url().startsWith(neighbour)) ?? expect.unreachable();
    await guest.waitForFunction(() => 'frame' in globalThis);
    const secret = Array.from(Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex'));
    const during: number[] = [];
    const count = 100_000;
    const flooding = { isOver: false };
    const attack = guest.evaluate(flood, [url, count, secret] as const).finally(() => (flooding.isOver = true));
    while (!flooding.isOver) during.push(...(await page.evaluate(readMany, [pubkey, 20] as const)));
    const { byAnswers, throttled, seconds, heard } = await attack;

    // With the handshake, and the two at the end.
    expect(byAnswers).toEqual([[1, count + 3]]);
    expect(count - throttled).toBeGreaterThanOrEqual(2_000);
    expect(count - throttled).toBeLessThanOrEqual(2_000 + Math.ceil(200 * seconds));
    expect(during.length).toBeGreaterThanOrEqual(20);
    const ownAnswers = await page.evaluate(() => [...answered.values()]);
    expect(ownAnswers.length).toBeGreaterThanOrEqual(before.length + during.length);
    expect(ownAnswers.filter((times) => times !== 1)).toEqual([]);
    const search = new CanarySearch([{ name: 'password', secret: password }, { name: 'mnemonic', secret: mnemonic }, { name: 'secret key', secret: Uint8Array.from(secret.slice(0, 32)) }]);
    expect(search.find(told)).toEqual(['mnemonic']);
    expect(heard.length).toBeGreaterThan(10);
    expect(search.find(heard)).toEqual([]);
    expect(troubles).toEqual([]);
    // The vault still signs for who was allowed.
    expect(await page.evaluate(async () => (await granted.keys()).map(({ name }) => name))).toEqual(['developer']);
    // For who looks at what it costs; no bound, since machines differ.
    if (process.env['SHOW_LATENCY'] !== undefined) process.stdout.write(`good page before: ${shown(before)}; during ${(count / seconds).toFixed(0)} calls a second: ${shown(during)}; refused ${throttled} of ${count}\n`);
  }, 180_000);
});
