import type * as libkernel from 'libkernel';
import { describe, expect, test } from 'vitest';
import type * as face from '../../src/index.ts';
import type * as frames from '../../src/kernel.ts';
import { allow, frameOf, isHidden, prepareStage, press } from './frame.ts';

// What the pages of these tests have.
declare const frame: typeof frames;
declare const registry: typeof face;
declare const kernel: typeof libkernel;
declare global {
  var client: frames.FrameClient;
  var granted: face.GrantedVault;
}

const stage = prepareStage();

describe('given a page, and a frame of another origin that lists it', () => {
  test('when it connects, then it reads, writes and watches by the frame, and when it closes, then that is gone, without a trouble', async () => {
    const { page, frame: url, troubles } = await stage.openBoth();
    const seen = await page.evaluate(async (address) => {
      const connected = await frame.connectFrame({ url: address });
      const secretKey = Uint8Array.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
      const key = { pubkey: secretKey.slice(32), datakey: new Uint8Array(32).fill(3) };
      const entry = (revision: bigint) => registry.signEntry({ ...key, data: Uint8Array.of(7), revision }, secretKey);
      const before = await connected.read(key);
      const written = await connected.write(entry(1n));
      const handle = connected.entry(key);
      const revisions: bigint[] = [];
      const second = new Promise<void>((resolve) => {
        handle.watch().subscribe((result) => {
          if (result.exists) revisions.push(result.revision);
          if (result.exists && result.revision === 2n) resolve();
        });
      });
      await connected.write(entry(2n));
      await second;
      const refused = await connected.write(entry(1n)).catch((error: unknown) => error as face.RegistryError);
      const after = await handle.read();
      await connected.close();
      const late = await handle.read().catch((error: unknown) => error as face.RegistryError);
      return {
        before: before.exists,
        revision: written.revision,
        last: revisions.at(-1),
        refused: refused instanceof registry.RegistryError && [refused.code, refused.current?.revision],
        floor: after.exists && after.floor,
        late: late instanceof registry.RegistryError && late.code,
        frames: document.querySelectorAll('iframe').length,
      };
    }, url);
    expect(seen).toEqual({ before: false, revision: 1n, last: 2n, refused: ['CONFLICT', 2n], floor: 'durable', late: 'CLOSED', frames: 0 });
    expect(troubles).toEqual([]);
  });

  test('when the frame is taken out of the page, or shows another document, then what waits is WORKER_GONE', async () => {
    const { page, frame: url } = await stage.openBoth();
    for (const how of ['remove', 'reload']) {
      const code = await page.evaluate(
        async ([address, way]) => {
          const connected = await frame.connectFrame({ url: address ?? '' });
          const end = new Promise<string>((resolve) => connected.watch({ pubkey: new Uint8Array(32), datakey: new Uint8Array(32) }).subscribe({ error: ({ code: told }: face.RegistryError) => resolve(told) }));
          const iframe = document.querySelector('iframe');
          if (way === 'remove') iframe?.remove();
          else if (iframe) iframe.src = `${address}?again`;
          const told = await end;
          iframe?.remove();
          return told;
        },
        [url, how],
      );
      expect([how, code]).toEqual([how, 'WORKER_GONE']);
    }
  });

  test('when libkernel runs in the page, unmodified, then it works by the frame', async () => {
    const { page, frame: url } = await stage.openBoth();
    const seen = await page.evaluate(async (address) => {
      frame.installBridge(frame.connectFrame({ url: address }));
      await kernel.init();
      await kernel.loginComplete();
      const loaded = await kernel.kernelLoaded();
      const [version, distribution] = await kernel.kernelVersion();
      const secretKey = Uint8Array.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
      const publicKey = secretKey.slice(32);
      const dataKey = new Uint8Array(32).fill(9);
      const [id, writeError] = await kernel.registryWrite({ publicKey, secretKey }, dataKey, Uint8Array.of(1, 2), 5n);
      const [read, readError] = await kernel.registryRead(publicKey, dataKey);
      const news: unknown[] = [];
      let end: (() => void) | undefined;
      const first = new Promise<void>((resolve) => (end = resolve));
      const [sendUpdate, answer] = kernel.connectModule(frame.REGISTRY_MODULE, 'registrySubscribe', { pubkey: publicKey, datakey: dataKey }, (update: { revision: bigint }) => {
        news.push(update.revision);
        end?.();
      });
      await first;
      sendUpdate(undefined);
      return { loaded, distribution, isVersion: version !== '', id: id.length, writeError, read: [read.exists, [...(read.entryData ?? [])], read.revision], readError, news, answer: await answer };
    }, url);
    expect(seen).toEqual({ loaded: null, distribution: 'secure-registry', isVersion: true, id: 32, writeError: null, read: [true, [1, 2], 5n], readError: null, news: [5n], answer: [{ closed: true }, null] });
  });
});

const WISH = { keys: ['developer'], purposes: ['registry-entry'] } satisfies frames.SigningWish as frames.SigningWish;

describe('given a page that wants to sign with keys of the user', () => {
  test('when the user allows it, inside the frame, then it signs with that key alone, is not asked for again, and is until it is withdrawn', async () => {
    const { page, app, frame: url, troubles } = await stage.openBoth();
    await page.evaluate(async (address) => {
      globalThis.client = await frame.connectFrame({ url: address });
    }, url);
    const wish = page.evaluate(async (asked) => {
      globalThis.granted = registry.grantedVault(await client.requestVault(asked));
    }, WISH);
    const inside = frameOf(page);
    await inside.getByText(app, { exact: true }).waitFor();
    expect(await inside.locator('#question').textContent()).toContain('wants to sign registry entries with your key developer.');
    await allow(page, 'a password');
    await wish;
    const seen = await page.evaluate(async () => {
      const signer = await granted.signer('developer');
      const entry = await signer.signEntry({ pubkey: signer.publicKey, datakey: new Uint8Array(32), data: new Uint8Array(), revision: 0n });
      const refused = await granted.sign({ key: 'developer', purpose: 'message', message: new Uint8Array() }).catch((error: unknown) => (error as face.RegistryError).code);
      const unlocked = await granted.unlock({ password: 'a password' }).catch((error: unknown) => (error as face.RegistryError).code);
      const keys = await granted.keys();
      const again = registry.grantedVault(await client.requestVault({ keys: ['developer'], purposes: ['registry-entry'] }));
      return { isValid: registry.verifyEntry(entry), refused, unlocked, keys: keys.map(({ name }) => name), again: (await again.keys()).length };
    });
    expect(seen).toEqual({ isValid: true, refused: 'FORBIDDEN', unlocked: 'FORBIDDEN', keys: ['developer'], again: 1 });

    const managed = page.evaluate(() => client.manageVault());
    const consent = inside.getByText(`${app} may sign with developer`);
    await consent.waitFor();
    await press(consent.getByRole('button'), async () => (await consent.count()) === 0);
    await press(inside.locator('#stop'), () => isHidden(page));
    await managed;
    // A browser does not tell that a port was closed: what is asked over it is not answered, while others are.
    const asked = page.evaluate(async (again) => {
      let answered = 0;
      void granted.keys().then(() => answered++);
      const refused = await client.requestVault(again as never).catch((error: face.RegistryError) => error.code);
      return { answered, refused };
    }, WISH);
    await inside.getByText('Your vault is open.').waitFor();
    await press(inside.locator('#stop'), () => isHidden(page));
    expect(await asked).toEqual({ answered: 0, refused: 'FORBIDDEN' });
    expect(troubles).toEqual([]);
  });

  test('when the user denies it, then it may not, and may not ask again at once', async () => {
    const { page, frame: url } = await stage.openBoth();
    const ask = page.evaluate(
      async ([address, asked]) => {
        globalThis.client = await frame.connectFrame({ url: address as string });
        return client.requestVault(asked as never).then(() => 'granted', (error: face.RegistryError) => `${error.code}: ${error.message}`);
      },
      [url, WISH],
    );
    await frameOf(page).locator('input[type=password]').waitFor();
    await press(frameOf(page).locator('#stop'), () => isHidden(page));
    expect(await ask).toBe('FORBIDDEN: the user does not allow it');
    expect(await page.evaluate((asked) => client.requestVault(asked as never).catch((error: face.RegistryError) => error.message), WISH)).toBe('the user has just denied it');
  });
});
