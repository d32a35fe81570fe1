import { expect, it, describe, onTestFinished } from 'vitest';
import { generateMnemonic, mnemonicToKeyData, type Key } from '../../src/keyring/index.ts';
import { openVault } from '../../src/runtime.ts';
import { CHEAP } from '../actors/vault/fixture.ts';
import { first, Workers } from '../runtime/fixture/runtime.ts';
import { CanarySearch, marker } from './fixture/canary.ts';

/** Every place of a page where something could stay that was typed or shown. */
const PLACES: Readonly<Record<string, () => unknown>> = {
  'the document': () => [...document.querySelectorAll('*')].map((element) => [element.outerHTML, (element as HTMLInputElement).value, ...[...element.attributes].map(({ value }) => value)]),
  'the shadow of an element': () => [...document.querySelectorAll('*')].map(({ shadowRoot }) => shadowRoot?.innerHTML),
  'the title and the name of the window': () => [document.title, window.name],
  'the address': () => [location.href, document.URL, document.referrer, document.baseURI],
  'the history': () => [history.state, history.length],
  cookies: () => document.cookie,
  localStorage: () => Object.entries(localStorage),
  sessionStorage: () => Object.entries(sessionStorage),
  'the timeline of the page': () => performance.getEntries().map(({ name, entryType }) => [name, entryType]),
  'the selection': () => String(getSelection()),
  'global variables': () => Object.getOwnPropertyNames(window).filter((name) => typeof (window as unknown as Record<string, unknown>)[name] === 'string').map((name) => (window as unknown as Record<string, unknown>)[name]),
  IndexedDB: async () => Promise.all((await indexedDB.databases()).map(({ name = '' }) => recordsOf(name))),
  caches: async () => Promise.all((await caches.keys()).map(async (name) => [name, await Promise.all((await (await caches.open(name)).keys()).map(async ({ url }) => [url, await (await caches.match(url))?.text()]))])),
  'the private files of the site': async () => filesIn(await navigator.storage.getDirectory()),
};

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')));
  });

async function recordsOf(name: string): Promise<unknown> {
  const database = await settled(indexedDB.open(name));
  try {
    return await Promise.all([...database.objectStoreNames].map(async (store) => {
      const records = database.transaction(store).objectStore(store);
      return [store, await settled(records.getAllKeys()), await settled(database.transaction(store).objectStore(store).getAll())];
    }));
  } finally {
    database.close();
  }
}

async function filesIn(directory: FileSystemDirectoryHandle): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const [name, handle] of (directory as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }).entries()) {
    found.push(name, handle.kind === 'file' ? await (await (handle as FileSystemFileHandle).getFile()).text() : await filesIn(handle as FileSystemDirectoryHandle));
  }
  return found;
}

/** Where something of the secrets is. */
async function placesOf(search: CanarySearch): Promise<readonly string[]> {
  const found = await Promise.all(Object.entries(PLACES).map(async ([place, look]) => search.find(await look()).map((name) => `${name} in ${place}`)));
  return found.flat();
}

describe('threat 30: given a page that makes, locks, unlocks, recovers and exports a vault', () => {
  it('then nothing of its mnemonic, passphrase, passwords or keys stays in the page, or is kept by the browser', async () => {
    const [password, newPassword, passphrase] = [marker(), marker(), marker()];
    const mnemonic = generateMnemonic();
    const search = new CanarySearch([
      { name: 'the mnemonic', secret: mnemonic },
      { name: 'the passphrase', secret: passphrase },
      ...[password, newPassword].map((secret) => ({ name: 'a password', secret })),
    ]);
    const plantKeys = (keyData: object): void => {
      for (const key of Object.values(keyData).filter((value): value is Key => typeof value === 'object')) search.plant({ name: 'a key', secret: Uint8Array.from(key.secret.slice(2).match(/../g) ?? [], (hex) => Number.parseInt(hex, 16)) });
    };
    plantKeys(mnemonicToKeyData(mnemonic, { passphrase }));
    const vault = await openVault({ storage: 'persistent', workers: (await Workers.load()).factory, policy: CHEAP });
    onTestFinished(() => vault.close());
    await first(vault.state$, (state) => state === 'empty' || state === 'locked');
    const made = await vault.recover({ mnemonic, passphrase, password, replace: true });
    expect(made).toHaveLength(3);
    await vault.lock();
    await vault.unlock({ password });
    await vault.sign({ key: 'device', purpose: 'message', message: new Uint8Array(3) });
    plantKeys(await vault.exportKeyData({ password }));
    await vault.changePassword({ password, newPassword });
    plantKeys(await vault.exportKeyData({ password: newPassword }));

    const stored = JSON.stringify(await PLACES['IndexedDB']?.(), (_key, value: unknown) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value));
    expect(stored, 'the vault is there').toContain('secure-registry vault');
    expect(await placesOf(search)).toEqual([]);
    await vault.lock();
    expect(await placesOf(search)).toEqual([]);
    await vault.destroy({ password: newPassword });
    expect(await placesOf(search)).toEqual([]);
  });

  it.each<[string, (secret: string) => () => unknown]>([
    ['the document', (secret) => {
      const input = document.createElement('input');
      input.setAttribute('data-phrase', secret);
      document.body.append(input);
      return () => input.remove();
    }],
    ['the history', (secret) => {
      const before: unknown = history.state;
      history.replaceState({ secret }, '');
      return () => history.replaceState(before, '');
    }],
    ['cookies', (secret) => {
      document.cookie = `phrase=${encodeURIComponent(secret)}`;
      return () => (document.cookie = 'phrase=; max-age=0');
    }],
    ['localStorage', (secret) => {
      localStorage.setItem('phrase', secret);
      return () => localStorage.removeItem('phrase');
    }],
    ['sessionStorage', (secret) => {
      sessionStorage.setItem('phrase', secret);
      return () => sessionStorage.removeItem('phrase');
    }],
    ['the title and the name of the window', (secret) => {
      const { title } = document;
      document.title = secret;
      return () => (document.title = title);
    }],
  ])('then what is left in %s is found: the search can fail', async (place, leave) => {
    const mnemonic = generateMnemonic();
    const search = new CanarySearch([{ name: 'the mnemonic', secret: mnemonic }]);
    const remove = leave(mnemonic.replaceAll(' ', place === 'cookies' ? '-' : ' '));
    onTestFinished(() => void remove());
    expect(await placesOf(search)).toContain(`the mnemonic in ${place}`);
  });
});
