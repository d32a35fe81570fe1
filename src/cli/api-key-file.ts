import { readFile } from 'node:fs/promises';
import { RegistryError } from '../error.ts';
import { isApiKey } from '../input.ts';

/**
 * The key that a portal wants of its clients, from a file.
 * @throws RegistryError `INVALID_INPUT`; no message quotes what is in it
 */
export async function readApiKey(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new RegistryError('INVALID_INPUT', `the key file ${file} cannot be read`, { cause, field: '--api-key-file', hint: 'name a file that this user can read' });
  }
  const key = text.trim();
  if (!isApiKey(key)) {
    throw new RegistryError('INVALID_INPUT', `the key file ${file} holds no key`, { field: '--api-key-file', hint: 'write one line of visible ASCII characters into it' });
  }
  return key;
}
