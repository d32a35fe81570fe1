// Serves the page, what it has to know, and the switches of the portals: to this machine, and the switches to the page alone.
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoPortal } from './demo-portal.mjs';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };
const MOST_BODY = 1_024;

/** @param {{ portals: DemoPortal[], frame: string }} demo the portals, and the origin of the frame */
export async function startPageServer(demo) {
  const files = await filesByPath();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.headersSent || response.writeHead(500).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${server.address().port}`;
  const origin = `http://${host}`;
  const headers = {
    // All the page may do: run its own scripts, ask this server, and show the frame. Portals it cannot reach, and need not.
    'content-security-policy': `default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; frame-src ${demo.frame}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  };
  const send = (response, status, value) => response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(value));
  const switches = () => demo.portals.map(({ url, fault }) => ({ url, fault }));

  async function answer(request, response) {
    // A name that leads here is not enough: another site's could.
    if (request.headers.host !== host) return send(response, 421, { error: `this is ${origin}` });
    const [pathname] = request.url.split('?');
    const route = `${request.method} ${pathname}`;
    if (route === 'GET /demo.json') return send(response, 200, { frame: `${demo.frame}/`, portals: switches() });
    if (route === 'POST /switches') return throwSwitch(request, response);
    const file = files.get(pathname === '/' ? '/index.html' : pathname);
    if (request.method !== 'GET' || file === undefined) return send(response, 404, { error: 'there is no such thing' });
    return response.writeHead(200, { ...headers, 'content-type': TYPES[extname(file)] }).end(await readFile(file));
  }

  async function throwSwitch(request, response) {
    if (request.headers.origin !== origin) return send(response, 403, { error: 'switches are for the page' });
    const { url, fault } = (await bodyOf(request)) ?? {};
    const portal = demo.portals.find((known) => known.url === url);
    if (portal === undefined || !DemoPortal.knows(fault)) return send(response, 400, { error: 'a switch is { url, fault }' });
    await portal.misbehave(fault);
    return send(response, 200, switches());
  }

  return {
    origin,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What is served: the page, and the package's inspector in a folder of its own. */
async function filesByPath() {
  return new Map([...(await listed('start', '/')), ...(await listed('inspector', '/inspector/'))]);
}

async function listed(folder, path) {
  const names = await readdir(join(DIST, folder));
  return names.filter((name) => extname(name) in TYPES).map((name) => [path + name, join(DIST, folder, name)]);
}

/** What a request brings, if that is a short JSON. */
async function bodyOf(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BODY) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
