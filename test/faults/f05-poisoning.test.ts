import { describe, expect, it } from 'vitest';
import { compareEntries, takeSignedEntry } from '../../src/registry/index.ts';
import { MESSAGE_WRITERS } from '../../src/registry/wire/index.ts';
import { withForgedSignature } from '../../src/testing/faults.ts';
import { Stage } from './fixture/stage.ts';

const { update } = MESSAGE_WRITERS.B;

/** Watches an entry at revision 1, at two portals; the first is live. */
async function watching() {
  const stage = new Stage();
  stage.world.put(stage.entry(1n));
  const player = await stage.start();
  const watched = player.watch(stage.key);
  await stage.until(() => watched.last?.status === 'live', 5_000);
  return { stage, player, watched };
}

describe('F5: what is remembered of verdicts', () => {
  it('F5: a bad signature first does not hold up the genuine entry of the same bytes, which comes within a second', async () => {
    const { stage, watched } = await watching();
    const genuine = stage.entry(2n);
    stage.world.portal(0).say(withForgedSignature(update(genuine)), update(genuine));
    stage.world.portal(1).put(genuine);
    expect(await stage.until(() => watched.revisions.includes(2n), 1_000)).toBeLessThanOrEqual(1_000);
    for (const result of watched.results) expect(result.exists && compareEntries(result, stage.entry(result.revision))).toBe(0);
  });

  it('F5: the signature of a genuine entry does not make another body pass', async () => {
    const { stage, player, watched } = await watching();
    const genuine = stage.entry(2n, 'as long as an entry of the second type has to be');
    const forgeries = [
      { ...genuine, data: new TextEncoder().encode('forged') },
      { ...genuine, revision: 3n },
      { ...genuine, datakey: stage.author.key('other').datakey },
      { ...genuine, type: 2 as const },
      { ...genuine, pubkey: stage.world.author('bob').pubkey },
    ];
    // Whatever of it is remembered is remembered by now.
    const wanted = [player.watch(stage.author.key('other')), player.watch({ ...stage.key, pubkey: stage.world.author('bob').pubkey })];
    stage.world.portal(0).put(genuine);
    await stage.until(() => watched.revisions.includes(2n), 1_000);
    await stage.until(() => wanted.every(({ last }) => last !== undefined), 5_000);
    for (const forged of forgeries.map((forgery) => takeSignedEntry(forgery))) {
      stage.world.portal(0).say(update(forged));
      stage.world.portal(1).say(update(forged));
      await stage.world.pass(200);
    }
    await stage.world.pass(60_000);
    expect(watched.revisions).toEqual([1n, 2n]);
    expect(watched.last?.exists && compareEntries(watched.last, genuine)).toBe(0);
    for (const { results } of wanted) for (const { exists } of results) expect(exists).toBe(false);
    const { context } = await stage.world.run(player.runtime.actors.verifier.snapshot());
    expect(context.forged).toBeGreaterThanOrEqual(1);
  });

  it('F5: one portal’s forgery is not held against another that serves the genuine entry', async () => {
    const { stage, player, watched } = await watching();
    stage.world.portal(0).faults = { sockets: 'forge', reads: 'forge' };
    for (const portal of stage.world.portals) portal.put(stage.entry(2n));
    await stage.until(() => watched.revisions.includes(2n), 2_000);
    expect(player.portals().map(({ quarantined }) => quarantined)).toEqual([true, false]);
    expect(player.blamed(stage.url(1))).toEqual([]);
  });
});
