// The frame's folder: the package's files as they are, and a page that says which portals it uses, and who may do what.
import { cp, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { framePage, framePolicy } from 'secure-registry/kernel';

/** Where the package is installed that is node_modules/secure-registry/dist/frame. */
const FILES = fileURLToPath(new URL('.', import.meta.resolve('secure-registry/frame/index.html')));

/**
 * @param {string} folder
 * @param {{ portals: string[], origins: Record<string, ('read' | 'write' | 'sign')[]> }} options
 * @returns the headers that have to be sent with its files
 */
export async function makeFrameFolder(folder, options) {
  await cp(FILES, folder, { recursive: true });
  await writeFile(`${folder}/index.html`, framePage(options));
  return { 'content-security-policy': framePolicy(options) };
}
