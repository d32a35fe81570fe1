import { once } from 'node:events';
import { expect } from 'vitest';
import { FORM_TYPE, formBody, type FormPart } from '../../../src/portal/conformance/form.ts';
import type { Answer, PlainClient } from '../../../src/portal/conformance/client.ts';
import type { Portal } from '../../../src/portal/index.ts';
import { rawConnection } from '../fixture.ts';

export const postForm = (client: PlainClient, parts: readonly FormPart[], query = ''): Promise<Answer> => client.send('POST', `/skynet/skyfile${query}`, { 'Content-Type': FORM_TYPE }, formBody(parts));

/** Uploads a form, and returns its link. */
export async function uploaded(client: PlainClient, parts: readonly FormPart[], query = ''): Promise<string> {
  const answer = await postForm(client, parts, query);
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
  return (JSON.parse(answer.body) as { skylink: string }).skylink;
}

export const query = (values: Readonly<Record<string, string>>): string => `?${new URLSearchParams(values)}`;

/** An upload whose body does not come to its end. The portal has it once it says 100, and then it has its place. */
export async function trickle(portal: Pick<Portal, 'url'>, headers: Readonly<Record<string, string>> = {}): ReturnType<typeof rawConnection> {
  const { socket, received } = await rawConnection(portal);
  const lines = Object.entries({ Host: 'x', 'Content-Type': 'a/b', 'Content-Length': '100', Expect: '100-continue', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /skynet/skyfile?filename=a HTTP/1.1\r\n${lines.join('')}\r\n`);
  await once(socket, 'data');
  return { socket, received };
}
