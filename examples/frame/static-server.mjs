// Serves the files of a folder, on a port and so an origin of its own.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json' };

/** Listens, so that its origin is known; what it serves is said later. */
export async function startServer() {
  let [folder, headers] = ['', {}];
  const server = createServer((request, response) => {
    const [pathname] = request.url.split('?');
    // An absolute path does not climb out of the folder.
    const path = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    readFile(join(folder, path)).then(
      (content) => response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', ...headers }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    serve: (...what) => ([folder, headers] = what),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
