import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import { isLiveAt, refusalOf, Stage } from './fixture/stage.ts';

const { checkInterval, maxStaleness } = DEFAULT_POLICY;

/** What a check takes beside its time: a connection, and a word for each entry. */
const EXCHANGE = 5_000;

/** Watches an entry of which all portals but the last have revision 1, and tell nothing newer. */
async function frozen(portals: number) {
  const stage = new Stage({ portals });
  stage.world.put(stage.entry(1n));
  const player = await stage.start();
  const watched = player.watch(stage.key);
  await stage.until(() => isLiveAt(watched, 1n), 5_000);
  const honest = stage.world.portal(portals - 1);
  for (const portal of stage.world.portals) if (portal !== honest) portal.faults = { writes: { status: 400, body: '{"message":"no"}\n' } };
  honest.put(stage.entry(2n));
  return { stage, player, watched };
}

describe('F3: a portal that keeps new revisions to itself', () => {
  it('F3: is found out within checkInterval where there is another', async () => {
    const { stage, watched } = await frozen(2);
    expect(await stage.until(() => watched.revisions.includes(2n), checkInterval + EXCHANGE)).toBeLessThanOrEqual(checkInterval + EXCHANGE);
    expect(watched.revisions).toEqual([1n, 2n]);
  });

  it.each([3, 4, 6])('F3: of %i portals, the last of which is honest, within one checkInterval less than there are', async (portals) => {
    const { stage, watched } = await frozen(portals);
    const most = (portals - 1) * checkInterval + EXCHANGE;
    expect(await stage.until(() => watched.revisions.includes(2n), most)).toBeLessThanOrEqual(most);
  });

  it('F3: how long ago a value was confirmed is told, and a read can insist on less', async () => {
    const { stage, player, watched } = await frozen(2);
    const { confirmedAt = 0 } = watched.last ?? {};
    await stage.world.pass(30_000);
    const vouched = await stage.world.run(player.runtime.read(stage.key));
    expect(vouched).toMatchObject({ revision: 1n, status: 'live', confirmedAt });
    expect(await stage.world.run(player.runtime.read(stage.key, { confirmations: 'all' }).catch((error: unknown) => error))).toMatchObject({ code: 'STALE', current: { revision: 2n } });
  });

  it('F3: once its connection is lost, a value is cached for maxStaleness after it was confirmed, and no read is answered with it after that', async () => {
    const { stage, player, watched } = await frozen(2);
    for (const portal of stage.world.portals) portal.kill();
    await stage.until(() => watched.last?.status === 'cached', 1_000);
    expect(await stage.world.run(player.runtime.read(stage.key))).toMatchObject({ revision: 1n, status: 'cached' });
    await stage.world.pass(maxStaleness);
    expect(await stage.world.run(refusalOf(player.runtime.read(stage.key)))).toMatchObject({ code: 'UNREACHABLE', current: { revision: 1n } });
    expect(await stage.world.run(player.runtime.read(stage.key, { maxStaleness: Infinity }))).toMatchObject({ revision: 1n, status: 'stale' });
  });
});
