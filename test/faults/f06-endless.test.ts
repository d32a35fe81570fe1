import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import type { PortalFaults } from '../../src/testing/index.ts';
import { Stage } from './fixture/stage.ts';

const DEPTH = 1_000_000;

/** A nest of lists of so many levels, which nobody closes. */
const nested = (levels: number): string => '['.repeat(levels);

/** Reads and watches an entry that both portals have, the first of which answers questions like this. */
async function readPast(reads: PortalFaults['reads']) {
  const stage = new Stage();
  stage.world.put(stage.entry(5n));
  stage.world.portal(0).faults = { reads };
  const player = await stage.start();
  const [read, took] = await stage.timed(player.runtime.read(stage.key));
  await stage.world.pass(1_000);
  return { stage, player, read, took };
}

describe('F6: what has no end', () => {
  it.each<[string, PortalFaults['reads']]>([
    ['a body without an end', 'endless'],
    ['a body of a megabyte', 'bomb'],
    ['a body of JSON a million levels deep', { status: 200, body: nested(DEPTH) }],
  ])('F6: %s is read as far as answerBytes: the connection ends, its portal is put in quarantine, and the next one answers', async (_, reads) => {
    const { stage, player, read, took } = await readPast(reads);
    expect(read).toMatchObject({ revision: 5n, confirmedBy: [stage.url(1)] });
    expect(took).toBeLessThanOrEqual(2_000);
    expect(player.portals()[0]).toMatchObject({ quarantined: true, reason: 'oversize' });
    expect(player.blamed(stage.url(0))).toEqual(['oversize']);
    await player.close();
    // Whoever still sends has a timer.
    expect(stage.world.clock.waiting).toBe(0);
  });

  it('F6: JSON as deep as fits an answer is no entry, and the next portal answers', async () => {
    const { read, took } = await readPast({ status: 200, body: nested(DEFAULT_POLICY.answerBytes) });
    expect(read).toMatchObject({ revision: 5n });
    expect(took).toBeLessThanOrEqual(2_000);
  });

  it.each<[string, (frames: number) => string]>([
    ['a frame of a megabyte', () => ' '.repeat(1_000_000)],
    ['a frame of JSON a million levels deep', () => nested(DEPTH)],
    ['one byte more than a frame may have', () => ' '.repeat(DEFAULT_POLICY.frameBytes + 1)],
  ])('F6: %s ends its connection and puts its portal in quarantine, and the next one is live', async (_, frameOf) => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => player.portals()[0]?.state === 'live', 5_000);
    stage.world.portal(0).say(frameOf(1));
    await stage.until(() => player.portals()[1]?.state === 'live' && watched.last?.status === 'live', 2_000);
    expect(player.portals()[0]).toMatchObject({ quarantined: true, reason: 'oversize' });
    expect(player.blamed(stage.url(0))).toEqual(['oversize']);
    expect(stage.world.portal(0).traffic.sockets).toBe(0);
  });

  it('F6: deep JSON as long as a frame may be is garbage, of which a portal may send policy.garbage in a minute', async () => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => watched.last?.status === 'live', 5_000);
    const frames = Array.from({ length: DEFAULT_POLICY.garbage }, () => nested(DEFAULT_POLICY.frameBytes));
    stage.world.portal(0).say(...frames);
    await stage.world.pass(1_000);
    expect(player.portals()[0]).toMatchObject({ state: 'live', quarantined: false });
    stage.world.portal(0).say(...frames.slice(0, 3));
    await stage.until(() => player.portals()[1]?.state === 'live', 2_000);
    expect(player.portals()[0]).toMatchObject({ quarantined: true, reason: 'garbage' });
    expect(watched.revisions).toEqual([5n]);
  });
});
