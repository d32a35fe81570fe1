import { describe, expect, it } from 'vitest';
import { refusalOf, Stage } from './fixture/stage.ts';

/** Portals that served revision 9 once, and now have what they had before. */
async function rolledBack() {
  const stage = new Stage();
  for (const revision of [3n, 9n]) stage.world.put(stage.entry(revision));
  const player = await stage.start();
  const watched = player.watch(stage.key);
  await stage.until(() => watched.last?.status === 'live', 5_000);
  const rollBack = (): void => {
    for (const portal of stage.world.portals) {
      portal.rollBack();
      portal.faults = { writes: { status: 400, body: '{"message":"no"}\n' } };
      portal.cut();
    }
  };
  return { stage, player, watched, rollBack };
}

describe('F2: portals that go back to an older entry', () => {
  it('F2: in the same session nothing older is shown, the known value is, and it is told who served the older one', async () => {
    const { stage, player, watched, rollBack } = await rolledBack();
    stage.world.portal(1).put(stage.entry(9n));
    rollBack();
    stage.world.portal(1).put(stage.entry(9n));
    await stage.world.pass(180_000);
    expect(watched.revisions).toEqual([9n]);
    expect(player.blamed(stage.url(0))).toContain('below-floor');
    expect(player.blamed(stage.url(1))).toEqual([]);
    expect(player.incidents.find(({ kind }) => kind === 'below-floor')).toMatchObject({ expected: { revision: 9n } });
    expect(new TextDecoder().decode(player.incidents.flatMap((incident) => ('raw' in incident ? [incident.raw] : []))[0])).toContain('"revision":3');
  });

  it('F2: after a restart nothing older is shown', async () => {
    const { stage, player, rollBack } = await rolledBack();
    await player.close();
    rollBack();
    const next = await stage.start();
    const watched = next.watch(stage.key);
    const refusal = await stage.world.run(refusalOf(next.runtime.read(stage.key, { maxStaleness: 0 })));
    expect(refusal).toMatchObject({ code: 'STALE', current: { revision: 9n } });
    expect(await stage.world.run(next.runtime.read(stage.key, { maxStaleness: Infinity }))).toMatchObject({ revision: 9n, source: 'cache', floor: 'durable' });
    await stage.world.pass(60_000);
    expect(watched.revisions).toEqual([9n]);
  });

  it('F2: what another runtime on the storage has seen counts here, too', async () => {
    const { stage, rollBack } = await rolledBack();
    rollBack();
    stage.world.portal(1).kill();
    // It has seen nothing itself, and no portal serves more than revision 3.
    const other = await stage.start();
    const refusal = await stage.world.run(refusalOf(other.runtime.read(stage.key, { maxStaleness: 0 })));
    expect(refusal).toMatchObject({ code: 'STALE', current: { revision: 9n } });
  });

  it('F2: what another runtime on the storage writes meanwhile raises the floor of one that is running', async () => {
    const { stage, watched, player } = await rolledBack();
    const other = await stage.start();
    await stage.world.run(other.runtime.write(stage.entry(12n)));
    for (const portal of stage.world.portals) {
      portal.rollBack();
      portal.faults = { writes: { status: 400, body: '{"message":"no"}\n' } };
      portal.cut();
    }
    await stage.world.pass(1_000);
    const refusal = await stage.world.run(refusalOf(player.runtime.read(stage.key, { maxStaleness: 0 })));
    expect(refusal).toMatchObject({ code: 'STALE', current: { revision: 12n } });
    await stage.world.pass(60_000);
    expect(watched.revisions).toEqual([9n, 12n]);
  });
});
