// oxlint-disable unicorn/require-post-message-target-origin -- ports have none
import type { Frame, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import type * as face from '../../src/index.ts';
import type * as frames from '../../src/kernel.ts';
import { allow, frameOf, isHidden, prepareStage, press, type FrameSetting } from './frame.ts';

// What the pages of these tests have.
declare const frame: typeof frames;
declare const registry: typeof face;
declare global {
  var client: frames.FrameClient;
  var granted: face.GrantedVault;
  /** The port that a page has handed over to a hostile window. */
  var stolen: MessagePort;
  /** What came over ports that a test looks at. */
  var told: unknown[];
}

const stage = prepareStage();

/** The good page, and in it a hostile one, of another site, which nobody lists. */
const openWithGuest = async (setting: FrameSetting = {}) => {
  const hostile = (await stage.serveStranger()).replace('127.0.0.1', 'localhost');
  const opened = await stage.openBoth({ ...setting, guests: hostile });
  const { page, frame: url } = opened;
  await page.evaluate(
    async ([address, guestAddress]) => {
      globalThis.client = await frame.connectFrame({ url: address });
      const guest = document.createElement('iframe');
      guest.src = guestAddress;
      document.body.append(guest);
      await new Promise((resolve) => guest.addEventListener('load', resolve));
    },
    [url, hostile] as const,
  );
  const guest = page.frames().find((other) => other.url().startsWith(hostile)) ?? expect.unreachable();
  await guest.waitForFunction(() => 'frame' in globalThis);
  return { ...opened, guest, origin: new URL(url).origin };
};

/** In a hostile window: waits for a port, listens to it, and keeps what comes. */
const steal = (): void => {
  globalThis.told = [];
  addEventListener('message', ({ ports: [port] }) => {
    if (port === undefined) return;
    globalThis.stolen = port;
    port.addEventListener('message', ({ data }) => told.push(data));
    port.start();
  });
};

/** In the good page: a port of its own to the frame; what came over it. */
const connectPort = async (origin: string): Promise<void> => {
  const { port1, port2 } = new MessageChannel();
  globalThis.told = [];
  const answered = new Promise<void>((resolve) => {
    port1.addEventListener('message', ({ data }) => {
      told.push(data);
      resolve();
    });
  });
  port1.start();
  window.frames[0]?.postMessage({ method: 'connectFrame', nonce: 0 }, origin, [port2]);
  await answered;
  globalThis.stolen = port1;
};

/** The good page hands its port over to the hostile window. */
const handOver = async (page: Page, guest: Frame): Promise<void> => {
  await guest.evaluate(() => Reflect.deleteProperty(globalThis, 'stolen'));
  await page.evaluate(() => window.frames[1]?.postMessage('yours', '*', [stolen]));
  await guest.waitForFunction(() => 'stolen' in globalThis);
};

/** The frame has answered the good page so often: what it was sent before that, it has looked at. */
const others = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    for (let i = 0; i < 10; i++) await client.callModule(frame.REGISTRY_MODULE, 'no-op', {});
  });

const CALL = { method: 'moduleCall', nonce: 7, data: { module: 'AQCovesg1AXUzKXLeRzQFILbjYMKr_rvNLsNhdq5GbYb2Q', method: 'no-op', data: {} } };

describe('given the handshake of a page', () => {
  test('when its message comes again, then its port cannot, another port is a session of its own, and a stranger that sends it hears nothing', async () => {
    const { page, guest, origin, troubles } = await openWithGuest();
    const seen = await page.evaluate(
      async ([target, call]) => {
        const message = { method: 'connectFrame', nonce: 0 };
        const [first, again] = [new MessageChannel(), new MessageChannel()];
        const heard: unknown[][] = [[], []];
        const ends = [first, again].map(({ port1 }, i) => new Promise<void>((resolve) => {
          port1.addEventListener('message', ({ data }) => heard[i]?.push(data.nonce) === 2 && resolve());
          port1.start();
        }));
        window.frames[0]?.postMessage(message, target, [first.port2]);
        let refusal = '';
        try {
          window.frames[0]?.postMessage(message, target, [first.port2]);
        } catch (error) {
          refusal = (error as DOMException).name;
        }
        window.frames[0]?.postMessage(message, target, [again.port2]);
        for (const [i, { port1 }] of [first, again].entries()) port1.postMessage({ ...call, nonce: i + 1 });
        await Promise.all(ends);
        return { refusal, heard };
      },
      [origin, CALL] as const,
    );
    expect(seen).toEqual({ refusal: 'DataCloneError', heard: [[0, 1], [0, 2]] });
    await guest.evaluate(
      ([target, call]) => {
        const { port1, port2 } = new MessageChannel();
        globalThis.told = [];
        for (const heard of [port1, globalThis]) heard.addEventListener('message', (event) => told.push((event as MessageEvent).data));
        port1.start();
        parent.frames[0]?.postMessage({ method: 'connectFrame', nonce: 0 }, target, [port2]);
        port1.postMessage(call);
      },
      [origin, CALL] as const,
    );
    await others(page);
    expect(await guest.evaluate(() => told)).toEqual([]);
    expect(troubles).toEqual([]);
  });

  test("when a page hands its port over to a stranger, then that may do what the page may, of the page's share, until the page takes it back", async () => {
    const { page, guest, origin } = await openWithGuest({ permissions: ['read'], limits: { callsPerSecond: 1, burst: 40 } });
    await guest.evaluate(steal);
    await page.evaluate(connectPort, origin);
    await handOver(page, guest);
    const errors = await guest.evaluate(
      async (call) => {
        const ask = (nonce: number, method: string): void => stolen.postMessage({ ...call, nonce, domain: 'root', data: { ...call.data, method } });
        const answers = new Promise<unknown[]>((resolve) => {
          stolen.addEventListener('message', () => told.length === 53 && resolve(told));
        });
        for (const [i, method] of ['registryWrite', 'sign', 'setPortals'].entries()) ask(i, method);
        for (let i = 3; i < 53; i++) ask(i, 'no-op');
        return (await answers).map((answer) => (answer as { readonly err: unknown }).err);
      },
      CALL,
    );
    expect(errors.slice(0, 3)).toEqual(['FORBIDDEN: pages of this origin are not allowed to write', 'FORBIDDEN: pages of this origin are not allowed to sign', 'FORBIDDEN: only a trusted domain may set portals'].map((text) => expect.stringContaining(text) as unknown));
    expect(errors.at(-1)).toBe('THROTTLED: pages of this origin may ask 1 times a second, and 40 times at once');
    expect(await page.evaluate(() => client.callModule(frame.REGISTRY_MODULE, 'no-op', {}).catch(({ code }: face.RegistryError) => code))).toBe('THROTTLED');
    await page.evaluate(() => document.querySelector('iframe')?.remove());
    await guest.evaluate((call) => {
      told.length = 0;
      stolen.postMessage(call);
    }, CALL);
    // Another frame is started meanwhile, and answers.
    expect(await page.evaluate(async (address) => (await frame.connectFrame({ url: address })).callModule(frame.REGISTRY_MODULE, 'no-op', {}), `${origin}/`)).toEqual({ success: true });
    expect(await guest.evaluate(() => told)).toEqual([]);
  });

  test('when a port was closed, then what is replayed on it is not answered, by whomever', async () => {
    const { page, guest, origin, troubles } = await openWithGuest();
    await guest.evaluate(steal);
    await page.evaluate(connectPort, origin);
    await page.evaluate((call) => {
      told.length = 0;
      stolen.postMessage(call);
      stolen.postMessage({ method: 'close' });
      for (const again of [call, { method: 'connectFrame', nonce: 0 }, { method: 'version', nonce: 1 }]) stolen.postMessage(again);
    }, CALL);
    await others(page);
    expect(await page.evaluate(() => told)).toMatchObject([{ nonce: 7, data: { success: true } }]);
    await handOver(page, guest);
    await guest.evaluate((call) => stolen.postMessage(call), CALL);
    await others(page);
    expect(await guest.evaluate(() => told)).toEqual([]);
    expect(troubles).toEqual([]);
  });
});

describe('W5: given a page that opens and closes ports as fast as it can', () => {
  test('when it has opened 20,000, then few were opened, each that was not has heard so, and the page is served over the port that it has', async () => {
    const { page, frame: url, troubles } = await stage.openBoth();
    const { opened, refused, rest, seconds, served } = await page.evaluate(async (address) => {
      globalThis.client = await frame.connectFrame({ url: address });
      const count = 20_000;
      const heard = new Map<string, number>();
      const begun = performance.now();
      await new Promise<void>((resolve) => {
        let answers = 0;
        for (let i = 0; i < count; i++) {
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', ({ data: { err } }) => {
            heard.set(String(err), (heard.get(String(err)) ?? 0) + 1);
            port1.close();
            if (++answers === count) resolve();
          });
          port1.start();
          window.frames[0]?.postMessage({ method: 'connectFrame', nonce: i }, new URL(address).origin, [port2]);
          // Behind the handshake: what is opened is closed at once.
          port1.postMessage({ method: 'close' });
        }
      });
      const took = (performance.now() - begun) / 1_000;
      const throttled = [...heard].filter(([err]) => err.startsWith('THROTTLED: ')).reduce((sum, [, times]) => sum + times, 0);
      return { opened: heard.get('null') ?? 0, refused: throttled, rest: count - throttled - (heard.get('null') ?? 0), seconds: took, served: await client.callModule(frame.REGISTRY_MODULE, 'no-op', {}) };
    }, url);
    expect([rest, served]).toEqual([0, { success: true }]);
    expect(opened).toBeGreaterThan(0);
    expect(opened).toBeLessThanOrEqual(64 + Math.ceil(10 * seconds));
    expect(refused).toBe(20_000 - opened);
    expect(troubles).toEqual([]);
    // For who looks at what it costs; no bound, since machines differ.
    if (process.env['SHOW_LATENCY'] !== undefined) process.stdout.write(`${(20_000 / seconds).toFixed(0)} handshakes a second, ${opened} opened\n`);
  });
});

describe('given a port that signs, which the page has handed over to a stranger', () => {
  test('when the user withdraws what was allowed, then what was sent over it before is not answered again', async () => {
    const { page, guest, app, troubles } = await openWithGuest();
    await guest.evaluate(steal);
    const wish = page.evaluate(async () => {
      globalThis.stolen = await client.requestVault({ keys: ['developer'], purposes: ['registry-entry'] });
    });
    await allow(page, 'a password');
    await wish;
    await handOver(page, guest);
    // A port is authority: who has it signs. What is sent for that is kept, to be sent again.
    const signed = await guest.evaluate(async () => {
      const post = stolen.postMessage.bind(stolen) as (message: unknown, transfer: Transferable[]) => void;
      const sent: unknown[] = [];
      Object.assign(globalThis, { sent });
      stolen.postMessage = (message: unknown, transfer?: unknown) => {
        const ports = Array.isArray(transfer) ? (transfer as Transferable[]) : [];
        if (ports.length === 0) sent.push(structuredClone(message));
        post(message, ports);
      };
      globalThis.granted = registry.grantedVault(stolen);
      const signer = await granted.signer('developer');
      const entry = await signer.signEntry({ pubkey: signer.publicKey, datakey: new Uint8Array(32), data: new Uint8Array(), revision: 0n });
      return { isValid: registry.verifyEntry(entry), sent: sent.length };
    });
    expect(signed.isValid).toBe(true);
    expect(signed.sent).toBeGreaterThan(0);

    const managed = page.evaluate(() => client.manageVault());
    const consent = frameOf(page).getByText(`${app} may sign with developer`);
    await consent.waitFor();
    await press(consent.getByRole('button'), async () => (await consent.count()) === 0);
    await press(frameOf(page).locator('#stop'), () => isHidden(page));
    await managed;
    const replay = (): Promise<void> =>
      guest.evaluate(() => {
        told.length = 0;
        for (const message of (globalThis as unknown as { sent: unknown[] }).sent.slice()) stolen.postMessage(message);
      });
    await replay();
    // The vault answers others: it is asked whether it is open.
    const shown = page.evaluate(() => client.manageVault());
    await frameOf(page).getByText('Your vault is open.').waitFor();
    await press(frameOf(page).locator('#stop'), () => isHidden(page));
    await shown;
    expect(await guest.evaluate(() => told)).toEqual([]);
    expect(troubles).toEqual([]);
  });
});
