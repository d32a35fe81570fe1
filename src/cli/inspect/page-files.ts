import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

/** Where the inspector's page was built, from the folder of the built command. */
const FOLDER = new URL('../inspector/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.txt': 'text/plain; charset=utf-8' };

/** What the page may do: run its own scripts, and hear from this server. */
export const PAGE_POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A file of the page: what it is, and its type; undefined where there is none of that name. */
export async function pageFile(path: string): Promise<{ readonly content: Buffer; readonly type: string } | undefined> {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const type = TYPES[extname(name)];
  if (type === undefined || !/^[\w-]+\.\w+$/.test(name)) return undefined;
  try {
    return { content: await readFile(new URL(name, FOLDER)), type };
  } catch {
    return undefined;
  }
}
