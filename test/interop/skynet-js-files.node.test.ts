import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Browser } from 'playwright';
import type * as SkynetJs from 'skynet-js';
import { createPortal } from '../../src/portal/index.ts';
import { PlainClient } from '../../src/portal/conformance/client.ts';
import type { FormPart } from '../../src/portal/conformance/form.ts';
import { uploaded } from '../portal/files/fixture.ts';
import { launchBrowser } from '../package/page.ts';

/** Its ES modules do not load in Node. */
const { SkynetClient, genKeyPairFromSeed } = createRequire(import.meta.url)('skynet-js') as typeof SkynetJs;
const { publicKey, privateKey } = genKeyPairFromSeed('files for the interop tests');

const JSON_FILE: FormPart = { name: 'file', filename: 'a.json', contentType: 'application/json', content: '{"_data":{"hello":"there"},"_v":2}' };

async function setUp() {
  const portal = await createPortal();
  onTestFinished(() => portal.close());
  const ours = new PlainClient(portal.url, undefined);
  return { portal, ours, skynet: new SkynetClient(portal.url), skylink: await uploaded(ours, [JSON_FILE]) };
}

describe('skynet-js in Node', () => {
  test('points a data link at a file, and reads it back through the entry', async () => {
    const { skynet, skylink } = await setUp();
    await skynet.db.setDataLink(privateKey, 'app', `sia://${skylink}`);
    expect((await skynet.db.getEntryData(publicKey, 'app')).data).toHaveLength(34);
    expect(await skynet.db.getJSON(publicKey, 'app')).toEqual({ data: { hello: 'there' }, dataLink: `sia://${skylink}` });
    await skynet.db.deleteJSON(privateKey, 'app');
    expect(await skynet.db.getJSON(publicKey, 'app')).toEqual({ data: null, dataLink: null });
  });

  test('downloads a file, by its link and through a resolver link, whose proof it takes', async () => {
    const { skynet, skylink, portal } = await setUp();
    await skynet.db.setDataLink(privateKey, 'app', skylink);
    const resolver = await skynet.registry.getEntryLink(publicKey, 'app');
    for (const link of [skylink, `sia://${skylink}`, resolver]) {
      const { data, contentType, portalUrl, skylink: answered } = await skynet.getFileContent(link);
      expect([data, contentType, portalUrl, answered]).toEqual([{ _data: { hello: 'there' }, _v: 2 }, 'application/json', portal.url, `sia://${skylink}`]);
    }
  });

  test('follows a resolver link, and sees that a deleted one leads nowhere', async () => {
    const { skynet, skylink } = await setUp();
    await skynet.db.setDataLink(privateKey, 'app', skylink);
    const resolver = await skynet.registry.getEntryLink(publicKey, 'app');
    await skynet.db.deleteEntryData(privateKey, 'app');
    await expect(skynet.getFileContent(resolver)).rejects.toThrow('deleted');
  });

  test('gets the metadata of a file, and pins it', async () => {
    const { skynet, skylink } = await setUp();
    const { metadata } = await skynet.getMetadata(skylink);
    expect(metadata).toMatchObject({ filename: 'a.json', length: 34, subfiles: { 'a.json': { contenttype: 'application/json', len: 34 } }, tryfiles: ['index.html'] });
    expect(await skynet.pinSkylink(skylink)).toEqual({ skylink: `sia://${skylink}` });
  });
});

/** What a page's author writes with skynet-js; the test calls it. */
const PAGE = `
import { SkynetClient, genKeyPairFromSeed } from 'skynet-js';
window.work = async (portal) => {
  const skynet = new SkynetClient(portal);
  const { publicKey, privateKey } = genKeyPairFromSeed('a page of the interop tests');
  const { skylink } = await skynet.uploadFile(new File(['hello from a page'], 'ü.txt', { type: 'text/plain' }));
  const file = await skynet.getFileContent(skylink);
  const directory = await skynet.uploadDirectory({ 'index.html': new File(['<h1>site</h1>'], 'index.html', { type: 'text/html' }), 'a/b.txt': new File(['b'], 'b.txt', { type: 'text/plain' }) }, 'site');
  const metadata = await skynet.getMetadata(directory.skylink);
  const written = await skynet.db.setJSON(privateKey, 'profile', { name: 'somebody' });
  const read = await skynet.db.getJSON(publicKey, 'profile');
  return { skylink, file: file.data, contentType: file.contentType, directory: directory.skylink, paths: Object.keys(metadata.metadata.subfiles), isSame: written.dataLink === read.dataLink, read: read.data };
};
`;

describe('skynet-js in a page', () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    const { outputFiles } = await build({ stdin: { contents: PAGE, resolveDir: '.' }, bundle: true, write: false, format: 'iife', platform: 'browser', define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' }, logLevel: 'silent' });
    script = outputFiles[0]?.text ?? '';
  });
  afterAll(async () => browser.close());

  test('uploads a file, a directory and a JSON, and reads them back', async () => {
    const { portal, ours } = await setUp();
    const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>A page</title>'));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.addScriptTag({ content: script });
    const seen = await page.evaluate((url) => (window as unknown as { work(url: string): Promise<{ skylink: string; directory: string }> }).work(url), portal.url);
    expect(seen).toMatchObject({ file: 'hello from a page', contentType: 'text/plain', paths: ['a/b.txt', 'index.html'], isSame: true, read: { name: 'somebody' } });
    expect((await ours.send('GET', `/${seen.skylink.slice('sia://'.length)}/%C3%BC.txt`)).body).toBe('hello from a page');
    expect((await ours.send('GET', `/${seen.directory.slice('sia://'.length)}/`)).body).toBe('<h1>site</h1>');
  });
});
