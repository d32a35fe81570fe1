import { describe, expect, it } from 'vitest';
import { compareEntries, keyNamed, nameOf, takeEntryKey } from '../../src/registry/index.ts';
import { MESSAGE_WRITERS, readMessage } from '../../src/registry/wire/index.ts';
import { withFlippedBit } from '../../src/testing/faults.ts';
import { isGenuine } from '../../src/testing/genuine.ts';
import { Chance } from '../../src/testing/chance.ts';
import { Stage } from './fixture/stage.ts';

/** Of a text, every other that differs in one bit. A character of the registry's JSON has seven. */
const flipsOf = (text: string): readonly string[] => Array.from({ length: 7 * text.length }, (_, i) => withFlippedBit(text, Math.floor(i / 7), i % 7));

/** What a frame is to who does not verify: an entry that somebody asked for, a word that there is none, or nothing. */
function kindOf(frame: string, wanted: ReadonlySet<string>): 'genuine' | 'forged' | 'missing' | 'nothing' {
  const message = readMessage(frame);
  if (message === undefined || !('key' in message) || !wanted.has(nameOf(message.key))) return 'nothing';
  if (message.kind === 'missing') return 'missing';
  return isGenuine({ ...keyNamed(nameOf(message.key)), ...message.claim }) ? 'genuine' : 'forged';
}

/** Watches entries of revision 5, is sent these frames by the live portal, and answers what the verifier found. */
async function sent(names: readonly string[], framesOf: (stage: Stage) => readonly string[]) {
  const stage = new Stage({ portals: 1 });
  const entries = names.map((name) => stage.entry(5n, undefined, name));
  for (const entry of entries) stage.world.put(entry);
  // It is the only portal, and is used again at once.
  const player = await stage.start({ quarantineBase: 1, quarantineMost: 1, garbage: 1_000_000, backoffBase: 1, backoffMost: 1 });
  const watched = entries.map((entry) => player.watch(entry));
  const [portal] = stage.world.portals;
  const isFollowed = (): boolean => player.portals()[0]?.state === 'live' && portal?.traffic.subscriptions === names.length;
  const forged = async (): Promise<number> => (await stage.world.run(player.runtime.actors.verifier.snapshot())).context.forged;
  await stage.until(() => isFollowed() && watched.every(({ last }) => last?.status === 'live'), 5_000);
  const wanted = new Set(entries.map((entry) => nameOf(takeEntryKey(entry))));
  const frames = framesOf(stage).map((frame) => ({ frame, kind: kindOf(frame, wanted) }));
  portal?.say(...frames.flatMap(({ frame, kind }) => (kind === 'nothing' ? [frame] : [])));
  await stage.world.pass(200);
  expect(await forged()).toBe(0);
  // The first of these ends the connection: they come one by one. A word that there is nothing is nobody's signature: of that, F11 tells.
  const claims = frames.filter(({ kind }) => kind === 'forged' || kind === 'genuine');
  for (const { frame, kind } of claims) {
    const before = portal?.traffic.opened ?? 0;
    portal?.say(frame);
    if (kind === 'forged') await stage.until(() => portal?.traffic.opened !== before && isFollowed(), 5_000);
  }
  await stage.world.pass(1_000);
  return { stage, player, entries, watched, frames, found: await forged(), sent: claims.filter(({ kind }) => kind === 'forged').length };
}

describe('F1: what a portal forges', () => {
  it('F1: of one entry, every bit of the frame flipped: none is accepted, none is shown, and all that can be read are found forged', async () => {
    const { stage, player, watched, entries, frames, ...forged } = await sent(['entry'], (staged) => flipsOf(MESSAGE_WRITERS.B.update(staged.entry(5n))));
    expect(frames.length).toBeGreaterThan(2_000);
    expect(forged.sent).toBeGreaterThan(300);
    expect(forged.found).toBe(forged.sent);
    for (const result of watched.flatMap(({ results }) => results)) expect(result.exists && compareEntries(result, entries[0] ?? result)).toBe(0);
    expect(player.blamed(stage.url(0))).toContain('bad-signature');
    expect(watched.map(({ revisions }) => revisions)).toEqual([[5n]]);
  });

  it('F1: of forty others, which are newer than what is known, a few bits each: the same', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `entry ${i}`);
    const seed = 1;
    const { watched, ...forged } = await sent(names, (staged) => {
      const chance = new Chance(seed);
      return names.flatMap((name, i) => {
        const text = MESSAGE_WRITERS.B.update(staged.entry(BigInt(6 + i), undefined, name));
        return Array.from({ length: 24 }, () => withFlippedBit(text, chance.below(text.length), chance.below(7)));
      });
    });
    expect(forged.sent).toBeGreaterThan(100);
    expect(forged.found, `seed ${seed}`).toBe(forged.sent);
    // With a letter of other case in its hex it is still what its key signed.
    for (const [i, { revisions }] of watched.entries()) for (const revision of revisions) expect([5n, BigInt(6 + i)]).toContain(revision);
  });

  it('F1: an answer to a question with any byte flipped is skipped, its portal put in quarantine, and the next one asked', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const stage = new Stage({ seed, portals: 2 });
      stage.world.put(stage.entry(5n));
      stage.world.portal(0).faults = { reads: 'flip', sockets: 'flip' };
      const player = await stage.start();
      const read = await stage.world.run(player.runtime.read(stage.key));
      expect(read.exists && compareEntries(read, stage.entry(5n)), `seed ${seed}`).toBe(0);
      const [first] = player.portals();
      const isBlamed = player.blamed(stage.url(0)).includes('bad-signature');
      expect(first?.quarantined, `seed ${seed}`).toBe(isBlamed);
      await player.close();
    }
  });

  it('F1: a bad signature puts its portal in quarantine in the turn in which it is found', async () => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    stage.world.portal(0).faults = { sockets: 'forge', reads: 'forge' };
    const player = await stage.start();
    let served = Infinity;
    stage.world.observe((event) => {
      if (event.kind === 'passed' && event.portal === stage.url(0) && (event.what === 'GET' || event.what.startsWith('tells'))) served = Math.min(served, stage.now);
    });
    const watched = player.watch(stage.key);
    await stage.until(() => player.portals()[0]?.quarantined === true, 5_000);
    expect(player.portals()[0]).toMatchObject({ quarantined: true, reason: 'bad-signature' });
    expect(stage.now - served).toBeLessThanOrEqual(100);
    await stage.until(() => watched.last?.status === 'live', 5_000);
    expect(watched.last).toMatchObject({ revision: 5n, confirmedBy: [stage.url(1)] });
  });
});
