// Serves the page that watches the entry, and the little it needs to know.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../dist/start/', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };
const FILES = new Set(['/index.html', '/page.css', '/page.js', '/portal.worker.js', '/entries.worker.js', '/verifier.worker.js']);
/** All the page may do: run its own scripts and workers, and talk to portals on this machine. */
const POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src data:; connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*";

/** @param knowledge what the page fetches as `/entry.json` */
export async function servePage(knowledge, port = 0) {
  const server = createServer((request, response) => void answer(request, response, knowledge));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

async function answer({ url, method }, response, knowledge) {
  const path = url === '/' ? '/index.html' : url;
  if (method === 'GET' && path === '/entry.json') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(knowledge));
  } else if (method === 'GET' && FILES.has(path)) {
    response.writeHead(200, { 'content-type': TYPES[extname(path)], 'content-security-policy': POLICY }).end(await readFile(`${FOLDER}${path.slice(1)}`));
  } else {
    response.writeHead(404).end();
  }
}
