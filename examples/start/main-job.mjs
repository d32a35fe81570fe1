// The main job, step by step: a keyring is made, an entry is signed, written, read back and watched; its portal is killed, and the watch goes on.
import { randomBytes } from 'node:crypto';
import { distinctUntilChanged, filter, firstValueFrom, map, ReplaySubject, timeout } from 'rxjs';
import { createRuntime, DEFAULT_POLICY, hashDatakey, signEntry } from 'secure-registry';
import { generateMnemonic } from 'secure-registry/keyring';
import { startPortal } from './portal-process.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const STEP_DEADLINE = 10_000;
const since = (begun) => `${Math.round(performance.now() - begun)} ms`;
const shown = ({ revision, data, status, confirmedBy }) => `revision ${revision} "${new TextDecoder().decode(data)}" (${status}, ${confirmedBy.join(' and ')})`;

/** Does the job and says what happens, through `say`. Throws if a step is not seen. */
export async function doMainJob(say) {
  const portals = await Promise.all([startPortal(), startPortal(), startPortal()]);
  const urls = portals.map(({ url }) => url);
  say(`three portals, a process each: ${urls.join(' ')}`);

  const begun = performance.now();
  const folder = temporaryFolder();
  const [author, reader] = await Promise.all([createRuntime({ portals: urls, storage: { path: folder } }), createRuntime({ portals: urls })]);
  say(`two runtimes, an author's and a reader's: in each a portal, a verifier and an entries actor, a worker each (${since(begun)})`);

  const stretched = performance.now();
  const password = randomBytes(16).toString('hex'); // for this run; yours is typed
  await author.vault.create({ password, mnemonic: generateMnemonic() }); // a mnemonic to be written down; nobody needs this one again
  const signer = author.vault.signer('developer');
  say(`a new keyring: ed25519:${Buffer.from(signer.publicKey).toString('hex')} in a vault in ${folder} (Argon2id ${DEFAULT_POLICY.vaultMemory / 1024} MiB, ${since(stretched)})`);

  const key = { pubkey: signer.publicKey, datakey: hashDatakey('greeting') };
  const sign = (text, revision) => signEntry({ ...key, data: new TextEncoder().encode(text), revision }, signer);
  const { acceptedBy } = await author.write(await sign('hello', 0n));
  say(`the author's vault signed revision 0, accepted by ${acceptedBy.join(' and ')}`);
  const result = await reader.read(key);
  if (!result.exists) throw new Error('what was written could not be read back');
  say(`the reader read ${shown(result)}`);

  await author.vault.lock();
  const refusal = await sign('nobody may sign this', 1n).then(() => 'nothing', (error) => error.code);
  if (refusal !== 'LOCKED') throw new Error(`a locked vault refused with ${refusal}`);
  await author.vault.unlock({ password });
  say('the vault was locked, refused to sign (LOCKED), and was unlocked with the password');

  const watched = new ReplaySubject();
  reader.watch(key).subscribe(watched);
  const seen = (revision) => firstValueFrom(watched.pipe(filter((update) => update.exists && update.revision === revision), timeout(STEP_DEADLINE)));
  await author.write(await sign('hello again', 1n));
  say(`the reader watched ${shown(await seen(1n))}`);

  const live = new ReplaySubject(1);
  reader.portals$.pipe(map((views) => views.find(({ state }) => state === 'live')?.url), filter((url) => url !== undefined), distinctUntilChanged()).subscribe(live);
  const first = await firstValueFrom(live);
  const next = firstValueFrom(live.pipe(filter((url) => url !== first), timeout(STEP_DEADLINE)));
  const killed = performance.now();
  portals.find(({ url }) => url === first)?.kill();
  say(`killed ${first}, to which the reader was connected`);
  // The author does not know of it, and the reader need not.
  await author.write(await sign('still here', 2n));
  const update = await seen(2n);
  const gap = since(killed);
  say(`failed over to ${await next}`);
  say(`the reader watched ${shown(update)}, ${gap} after the kill`);

  await Promise.all([author.close(), reader.close()]);
  for (const portal of portals) portal.kill();
}
