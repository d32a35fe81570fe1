import { randomBytes } from 'node:crypto';
import type * as libkernel from 'libkernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime, entryId, resolverLink, type Runtime } from '../../src/index.ts';
import { inline } from '../../src/inline.ts';
import { installBridge } from '../../src/kernel.ts';
import { frameClient, type FrameClient } from '../../src/kernel/client/frame-client.ts';
import { FrameLink } from '../../src/kernel/client/frame-link.ts';
import { Door, readFrameConfiguration, RegistryHost } from '../../src/kernel/frame/index.ts';
import { createPortal, type Portal } from '../../src/portal/index.ts';
import { realClock } from '../../src/world.ts';
import { FakeFrameWindow } from '../kernel/frame/fixture.ts';
import { PUBKEY, secretKey } from '../kernel/fixture.ts';

const APP = 'https://app.example';
const REGISTRY = 'AQCovesg1AXUzKXLeRzQFILbjYMKr_rvNLsNhdq5GbYb2Q';

/** As much of a window as libkernel uses: what is posted arrives in a later turn, as a clone. */
class PageWindow extends EventTarget {
  readonly origin = APP;
  readonly location = { reload: () => {} };
  postMessage(message: unknown): void {
    const data: unknown = structuredClone(message);
    setTimeout(() => this.dispatchEvent(Object.assign(new Event('message'), { source: this, origin: APP, data })));
  }
}

let portal: Portal;
let runtime: Runtime;
let door: Door;
let frame: FrameClient;
let kernel: typeof libkernel;

beforeAll(async () => {
  portal = await createPortal();
  const configuration = readFrameConfiguration(JSON.stringify({ portals: [portal.url], origins: { [APP]: ['read', 'write'] } }));
  const starting = createRuntime({ portals: [portal.url], workers: inline() });
  const window = new FakeFrameWindow();
  const host = new RegistryHost({ links: configuration.modules, runtime: starting, clock: realClock });
  door = new Door({ window, ancestors: [APP], configuration, host, ready: starting, clock: realClock, random: (bytes) => crypto.getRandomValues(bytes), version: '1.2.3' });
  const { port1, port2 } = new MessageChannel();
  window.dispatch('message', { source: window.parent, origin: APP, data: { method: 'connectFrame', nonce: 0 }, ports: [port2] });
  frame = frameClient(new FrameLink(port1, realClock, { view: () => {} }), realClock);
  const page = new PageWindow();
  Object.assign(globalThis, { window: page });
  installBridge(frame, page as never);
  // It looks for a window as soon as it is there.
  kernel = await import('libkernel');
  runtime = await starting;
});
afterAll(async () => {
  await frame?.close();
  door?.close();
  await runtime?.close();
  await portal?.close();
});

describe('given libkernel in a page with our bridge', () => {
  test('when it starts, then it finds the kernel, and nobody has to log in', async () => {
    expect(await kernel.init()).toBeUndefined();
    await kernel.loginComplete();
    expect(await kernel.kernelLoaded()).toBeNull();
    expect(await kernel.kernelVersion()).toEqual(['1.2.3', 'secure-registry', null]);
  });

  test('when it reads and writes as the kernel\'s own acceptance test did, then that passes', async () => {
    const dataKey = randomBytes(32);
    const keypair = { publicKey: PUBKEY, secretKey: secretKey() };
    expect(await kernel.registryRead(PUBKEY, dataKey)).toEqual([{ exists: false, entryData: undefined, revision: undefined }, null]);
    for (const revision of [0n, 1n, 2n ** 53n + 1n]) {
      const entryData = Uint8Array.of(Number(revision % 200n), 7);
      const [id, error] = await kernel.registryWrite(keypair, dataKey, entryData, revision);
      expect([id, error]).toEqual([entryId({ pubkey: PUBKEY, datakey: dataKey }), null]);
      expect(await kernel.registryRead(PUBKEY, dataKey)).toEqual([{ exists: true, entryData, revision }, null]);
    }
    expect(keypair.secretKey).toEqual(secretKey());
    expect(resolverLink({ pubkey: PUBKEY, datakey: dataKey })).toHaveLength(46);
  });

  test('when it calls modules, then it gets their answers, and the reasons why there are none', async () => {
    expect(await kernel.callModule(REGISTRY, 'no-op')).toEqual([{ success: true }, null]);
    expect(await kernel.callModule(REGISTRY, 'nothing', {})).toEqual([null, "unrecognized method 'nothing'"]);
    expect(await kernel.callModule(REGISTRY, 'presentSeed', {})).toEqual([{}, 'presentSeed is a priviledged method, only root is allowed to use it']);
    const other = 'AQCIaQ0P-r6FwPEDq3auCZiuH_jqrHfqRcY7TjZ136Z_Yw';
    expect(await kernel.callModule(other, 'secureDownload', {})).toEqual([{}, `unable to load module: this frame runs the registry's module alone, and not ${other}`]);
    expect(await kernel.registryWrite({ publicKey: PUBKEY, secretKey: new Uint8Array(64) }, new Uint8Array(32), new Uint8Array(), 0n)).toMatchObject([expect.anything(), expect.stringContaining('secretKey does not belong to publicKey')]);
  });

  test('when it connects a subscription, then news come until it says that it wants no more', async () => {
    const datakey = randomBytes(32);
    const revisions: bigint[] = [];
    let tell: (() => void) | undefined;
    const [sendUpdate, answer] = kernel.connectModule(REGISTRY, 'registrySubscribe', { pubkey: PUBKEY, datakey }, ({ revision }: { revision: bigint }) => {
      revisions.push(revision);
      tell?.();
    });
    await new Promise<void>((resolve) => (tell = resolve));
    await kernel.registryWrite({ publicKey: PUBKEY, secretKey: secretKey() }, datakey, Uint8Array.of(1), 9n);
    while (revisions.at(-1) !== 9n) await new Promise<void>((resolve) => (tell = resolve));
    sendUpdate(undefined);
    expect(await answer).toEqual([{ closed: true }, null]);
    expect(revisions[0]).toBe(0n);
  });
});
