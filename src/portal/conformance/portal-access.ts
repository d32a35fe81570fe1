import assert from 'node:assert/strict';
import { Author } from './author.ts';
import type { CheckList } from './check.ts';
import { assertRefused, PlainClient } from './client.ts';

/** The checks of a portal that wants a key. */
export function addAccessChecks(list: CheckList, url: string, apiKey: string): void {
  const stranger = new PlainClient(url, undefined);

  list.add('without the key, or with another, every request is refused', async (seed) => {
    const entry = new Author(seed).entry(1n);
    for (const headers of [{}, { 'Skynet-Api-Key': `${apiKey}x` }, { Authorization: `Bearer x${apiKey}` }, { Authorization: 'Basic Og==' }]) {
      const answers = [await stranger.read(entry, headers), await stranger.write(entry, headers)];
      for (const answer of answers) {
        assertRefused(answer, 401, '');
        assert.doesNotMatch(answer.headers.get('www-authenticate') ?? '', /basic/i, 'a browser would open a dialog');
        assert.ok(!answer.body.includes(apiKey), 'the key is in the answer');
      }
    }
    await assert.rejects(stranger.connect(), /401/);
  });

  list.add('the key is taken as Skynet-Api-Key, as a bearer token, and as a basic password', async (seed) => {
    const { pubkey, datakey } = new Author(seed).entry(1n);
    const basic = Buffer.from(`anybody:${apiKey}`).toString('base64');
    for (const headers of [{ 'Skynet-Api-Key': apiKey }, { Authorization: `Bearer ${apiKey}` }, { Authorization: `Basic ${basic}` }]) {
      assertRefused(await stranger.read({ pubkey, datakey }, headers), 404, 'registry entry not found');
    }
  });

  list.add('a preflight needs no key', async () => {
    const answer = await stranger.send('OPTIONS', '/skynet/registry', { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' });
    assert.equal(answer.status, 204);
  });
}
