import { RegistryError } from '../../error.ts';
import { addAccessChecks } from './portal-access.ts';
import { addFileChecks } from './portal-files.ts';
import { addHttpChecks } from './portal-http.ts';
import { addPreconditionChecks } from './portal-preconditions.ts';
import { addSubscriptionChecks } from './portal-subscription.ts';
import { CheckList, type Check } from './check.ts';
import { PlainClient } from './client.ts';

/**
 * What every portal must do, as seen over HTTP and WebSocket: whichever program it is, and whatever it holds already, since keys are
 * fresh. The checks leave some sixty small entries and ten small files behind, and send some 300 requests. A portal need take no files.
 * @param url where the portal is
 * @param options.apiKey the key, if it wants one
 * @param options.seed what the keys are made of; default random, and named by every failure
 * @param options.patience how many milliseconds the portal may take for an answer or a notification; default 10,000
 * @throws RegistryError `INVALID_INPUT` for what is no HTTP URL
 */
export function portalConformance(url: string, options: { apiKey?: string; seed?: string; patience?: number } = {}): readonly Check[] {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new RegistryError('INVALID_INPUT', 'url must be an http or https URL', { field: 'url', hint: 'write it with its scheme: http://127.0.0.1:9980' });
  }
  const list = new CheckList(options.seed);
  const client = new PlainClient(url, options.apiKey, options.patience);
  addHttpChecks(list, client);
  addPreconditionChecks(list, client);
  addSubscriptionChecks(list, client);
  addFileChecks(list, client);
  if (options.apiKey !== undefined) addAccessChecks(list, url, options.apiKey);
  return list.checks;
}
