// A page that watches an entry through a frame of another origin. Each line that is typed here is written to the entry; Ctrl-D or Ctrl-C ends it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { keygenAsync } from '@noble/ed25519';
import { createRuntime, hashDatakey, signEntry } from 'secure-registry';
import { createPortal } from 'secure-registry/portal';
import { makeFrameFolder } from './frame-folder.mjs';
import { makePageFolder } from './page-folder.mjs';
import { startServer } from './static-server.mjs';

const hex = (bytes) => Buffer.from(bytes).toString('hex');

const portal = await createPortal({});
const author = await createRuntime({ portals: [portal.url] });
const { secretKey, publicKey } = await keygenAsync();
const key = { pubkey: publicKey, datakey: hashDatakey('greeting') };
let revision = 0n;
async function write(text) {
  await author.write(signEntry({ ...key, data: new TextEncoder().encode(text), revision }, new Uint8Array([...secretKey, ...publicKey])));
  console.log(`written as revision ${revision++}: ${text}`);
}

// Two origins: the page must not be able to look into the frame, and the frame has to know whom it serves.
const [page, frame] = await Promise.all([startServer(), startServer()]);
const folder = await mkdtemp(join(tmpdir(), 'secure-registry-'));
const frameFolder = join(folder, 'frame');
frame.serve(frameFolder, await makeFrameFolder(frameFolder, { portals: [portal.url], origins: { [page.origin]: ['read'] } }));
const pageFolder = join(folder, 'page');
page.serve(pageFolder, await makePageFolder(pageFolder, { frame: `${frame.origin}/`, pubkey: hex(key.pubkey), datakey: hex(key.datakey) }));

await write('hello');
console.log(`open ${page.origin}/ in a browser: it watches an entry by a frame of ${frame.origin}`);
console.log('then type something here: each line is written to the entry; Ctrl-D ends it');

const lines = createInterface({ input: process.stdin });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => lines.close());
for await (const line of lines) await write(line).catch((error) => console.log(`${error.code}: ${error.message}`));

for (const server of [page, frame]) server.close();
await author.close();
await portal.close();
await rm(folder, { recursive: true });
