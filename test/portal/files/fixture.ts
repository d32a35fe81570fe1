import { expect } from 'vitest';
import { FORM_TYPE, formBody, type FormPart } from '../../../src/portal/conformance/form.ts';
import type { Answer, PlainClient } from '../../../src/portal/conformance/client.ts';

export const postForm = (client: PlainClient, parts: readonly FormPart[], query = ''): Promise<Answer> => client.send('POST', `/skynet/skyfile${query}`, { 'Content-Type': FORM_TYPE }, formBody(parts));

/** Uploads a form, and returns its link. */
export async function uploaded(client: PlainClient, parts: readonly FormPart[], query = ''): Promise<string> {
  const answer = await postForm(client, parts, query);
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
  return (JSON.parse(answer.body) as { skylink: string }).skylink;
}

export const query = (values: Readonly<Record<string, string>>): string => `?${new URLSearchParams(values)}`;
