// The main job, step by step: an entry is written, read back and watched; its portal is killed, and the watch goes on.
import { keygenAsync } from '@noble/ed25519';
import { distinctUntilChanged, filter, firstValueFrom, map, ReplaySubject, timeout } from 'rxjs';
import { createRuntime, hashDatakey, signEntry } from 'secure-registry';
import { startPortal } from './portal-process.mjs';

const STEP_DEADLINE = 10_000;
const since = (begun) => `${Math.round(performance.now() - begun)} ms`;
const shown = ({ revision, data, status, confirmedBy }) => `revision ${revision} "${new TextDecoder().decode(data)}" (${status}, ${confirmedBy.join(' and ')})`;

/** Does the job and says what happens, through `say`. Answers what is left running. Throws if a step is not seen. */
export async function doMainJob(say) {
  const portals = await Promise.all([startPortal(), startPortal(), startPortal()]);
  const urls = portals.map(({ url }) => url);
  say(`three portals, a process each: ${urls.join(' ')}`);

  const begun = performance.now();
  const [author, reader] = await Promise.all([createRuntime({ portals: urls }), createRuntime({ portals: urls })]);
  say(`two runtimes, an author's and a reader's: in each a portal, a verifier and an entries actor, a worker each (${since(begun)})`);

  const { secretKey: seed, publicKey: pubkey } = await keygenAsync();
  const key = { pubkey, datakey: hashDatakey('greeting') };
  const sign = (text, revision) => signEntry({ ...key, data: new TextEncoder().encode(text), revision }, new Uint8Array([...seed, ...pubkey]));
  say(`a new key: ed25519:${Buffer.from(pubkey).toString('hex')}`);

  const { acceptedBy } = await author.write(sign('hello', 0n));
  say(`the author wrote revision 0, accepted by ${acceptedBy.join(' and ')}`);
  const result = await reader.read(key);
  if (!result.exists) throw new Error('what was written could not be read back');
  say(`the reader read ${shown(result)}`);

  const watched = new ReplaySubject();
  reader.watch(key).subscribe(watched);
  const seen = (revision) => firstValueFrom(watched.pipe(filter((update) => update.exists && update.revision === revision), timeout(STEP_DEADLINE)));
  await author.write(sign('hello again', 1n));
  say(`the reader watched ${shown(await seen(1n))}`);

  const live = new ReplaySubject(1);
  reader.portals$.pipe(map((views) => views.find(({ state }) => state === 'live')?.url), filter((url) => url !== undefined), distinctUntilChanged()).subscribe(live);
  const first = await firstValueFrom(live);
  const next = firstValueFrom(live.pipe(filter((url) => url !== first), timeout(STEP_DEADLINE)));
  const killed = performance.now();
  portals.find(({ url }) => url === first)?.kill();
  say(`killed ${first}, to which the reader was connected`);
  // The author does not know of it, and the reader need not.
  await author.write(sign('still here', 2n));
  const update = await seen(2n);
  const gap = since(killed);
  say(`failed over to ${await next}`);
  say(`the reader watched ${shown(update)}, ${gap} after the kill`);

  return {
    key,
    sign,
    author,
    portals: portals.filter(({ url }) => url !== first),
    async close() {
      await Promise.all([author.close(), reader.close()]);
      for (const portal of portals) portal.kill();
    },
  };
}
