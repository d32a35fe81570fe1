import { RegistryError } from '../../error.ts';
import type { ModuleFile } from '../../kernel/deployment/module-file.ts';
import { formatSkylink, packBackup } from '../../skylink/index.ts';

const PATH = '/skynet/restore';
/** For four megabytes over a slow line. */
const PATIENCE = 300_000;
/** More than any answer with a link. */
const MOST_ANSWER_BYTES = 65_536;

/**
 * Uploads a module to a portal, which has to say that its link is the one that was computed here.
 * @throws RegistryError `UNREACHABLE`, `TIMEOUT`; `REJECTED` for a refusal, and for another link
 */
export async function uploadModule(portal: string, { skylink, sector }: ModuleFile): Promise<void> {
  const answer = await exchange(portal, packBackup({ skylink, sector }));
  if (answer !== formatSkylink(skylink)) throw new RegistryError('REJECTED', `${portal} took the module for something else: its link is another`, { portal });
}

/** @returns the link that it answers; undefined for an answer without one */
async function exchange(portal: string, body: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  let answer: Response;
  try {
    answer = await fetch(`${portal}${PATH}`, { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) return linkIn(await textOf(answer));
    await answer.body?.cancel();
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === 'TimeoutError';
    throw isLate ? new RegistryError('TIMEOUT', `${portal} did not take the module within ${PATIENCE} ms`, { cause, portal }) : new RegistryError('UNREACHABLE', `the upload to ${portal} was cut short`, { cause, portal });
  }
  throw new RegistryError('REJECTED', `${portal} refused the module (HTTP ${answer.status})`, { portal, hint: answer.status === 404 ? 'it may be no portal, or one that takes no files' : undefined });
}

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MOST_ANSWER_BYTES) break; // which cancels the rest
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function linkIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'skylink' in value && typeof value.skylink === 'string' ? value.skylink.replace(/^sia:\/\//, '') : undefined;
  } catch {
    return undefined;
  }
}
