import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect } from 'vitest';

/** Where recipes run: there they import the package by its name. */
export const ROOT = new URL('../../', import.meta.url).pathname;
const readme = readFileSync(`${ROOT}README.md`, 'utf8');

/** What the README has between two headings. */
export const sectionBetween = (from: string, to: string): string => readme.slice(readme.indexOf(from), readme.indexOf(to));

/** @returns what finds a recipe of a section by a word in it */
export function recipesIn(section: string): (word: string) => string {
  const blocks = [...section.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
  return (word) => blocks.find((code) => code.includes(word)) ?? expect.unreachable(`no recipe has ${word}`);
}

/** Before a recipe: a portal, a runtime that waits for its workers however busy the machine is, an entry's key, and what writes its next revision. */
export const OPENING = `
import { keygenAsync } from '@noble/ed25519';
import { createRuntime, hashDatakey, signEntry } from 'secure-registry';
import { createPortal } from 'secure-registry/portal';
const portal = await createPortal({});
const runtime = await createRuntime({ portals: [portal.url], policy: { heartbeatPatience: 15_000, urgentPatience: 15_000 } });
const { secretKey, publicKey } = await keygenAsync();
const key = { pubkey: publicKey, datakey: hashDatakey('greeting') };
let revision = 0n;
const write = (text) => runtime.write(signEntry({ ...key, data: new TextEncoder().encode(text), revision: revision++ }, new Uint8Array([...secretKey, ...publicKey])));
const close = async () => { await runtime.close(); await portal.close(); };
`;

/** Runs a module of these parts. @returns what it printed; it has to print nothing else */
export async function run(...parts: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', parts.join('\n')], { cwd: ROOT });
  expect(stderr).toBe('');
  return stdout.trim();
}
