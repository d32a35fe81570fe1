import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Author } from '../../src/portal/conformance/author.ts';
import { PlainClient } from '../../src/portal/conformance/client.ts';
import { createPortal, type Portal, type PortalOptions } from '../../src/portal/index.ts';

/** A directory of its own for the running test. */
export async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'portal-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A promise and what resolves it. */
export function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  const resolvers: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => void resolvers.push(resolve));
  return { promise, resolve: () => resolvers.forEach((resolve) => resolve()) };
}

/** A portal and a client of it for the running test. */
export async function openPortal(options: PortalOptions = {}): Promise<{ portal: Portal; client: PlainClient; author: Author }> {
  const portal = await createPortal(options);
  onTestFinished(() => portal.close());
  return { portal, client: new PlainClient(portal.url, options.apiKey), author: new Author(crypto.randomUUID()) };
}

/** A connection to say anything on, and all that came back until it ended. */
export async function rawConnection(portal: Pick<Portal, 'url'>): Promise<{ socket: Socket; received: Promise<string> }> {
  const { hostname, port } = new URL(portal.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = '';
  const received = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => {}); // then it closes
    socket.on('close', () => resolve(text));
  });
  await new Promise((resolve) => void socket.once('connect', resolve));
  return { socket, received };
}
