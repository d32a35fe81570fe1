import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import type { Signer } from '../../src/keyring/index.ts';
import type { SimulatedAuthor, WriteFault } from '../../src/testing/index.ts';
import { refusalOf, Stage } from './fixture/stage.ts';

const { writeDeadline, readDeadline } = DEFAULT_POLICY;
/** What a write and the question who won take at most. */
const MOST = writeDeadline + readDeadline + 1_500;

/** Signs entries of a name as an author does. */
const signerOf = (author: SimulatedAuthor, name: string): Signer => ({
  type: 'ed25519',
  publicKey: author.pubkey,
  signEntry: ({ revision, data }) => Promise.resolve(author.entry(name, revision, data)),
  signMessage: () => Promise.reject(new Error('it signs entries alone')),
});

describe('F12: what becomes of a write', () => {
  it('F12: where a portal says that it stored what it did not, a write that wants read-backs is UNCONFIRMED, and the portal is told of', async () => {
    const stage = new Stage({ portals: 2 });
    stage.world.put(stage.entry(1n));
    stage.world.portal(1).faults = { writes: 'lose' };
    const player = await stage.start();
    player.watch(stage.key);
    await stage.world.pass(1_000);
    const [{ code }, took] = await stage.timed(refusalOf(player.runtime.write(stage.entry(2n), { confirmations: 2 })));
    expect(code).toBe('UNCONFIRMED');
    expect(took).toBeLessThanOrEqual(MOST);
    await stage.world.pass(180_000);
    expect(player.blamed(stage.url(1))).toContain('acknowledged-but-dropped');
    expect(player.incidents.find(({ kind }) => kind === 'acknowledged-but-dropped')).toMatchObject({ expected: { revision: 2n } });
    expect(player.blamed(stage.url(0))).toEqual([]);
  });

  it('F12: where enough portals serve it, a write is confirmed by those', async () => {
    const stage = new Stage({ portals: 3 });
    stage.world.portal(0).faults = { writes: 'lose' };
    const player = await stage.start();
    const { confirmedBy } = await stage.world.run(player.runtime.write(stage.entry(1n), { confirmations: 2 }));
    expect(confirmedBy.toSorted()).toEqual([stage.url(1), stage.url(2)]);
  });

  it.each<[string, WriteFault]>([
    ['store it and say nothing', 'mute'],
    ['store it and break off', 'break'],
  ])('F12: where all portals %s, it is UNCONFIRMED in time, and the same bytes may be sent again', async (_, writes) => {
    const stage = new Stage();
    for (const portal of stage.world.portals) portal.faults = { writes };
    const player = await stage.start();
    const [{ code }, took] = await stage.timed(refusalOf(player.runtime.write(stage.entry(1n))));
    expect(code).toBe('UNCONFIRMED');
    expect(took).toBeLessThanOrEqual(MOST);
    for (const portal of stage.world.portals) portal.faults = {};
    expect(await stage.world.run(player.runtime.write(stage.entry(1n)))).toMatchObject({ revision: 1n });
    expect(await stage.world.run(player.runtime.read(stage.key, { maxStaleness: 0 }))).toMatchObject({ revision: 1n });
  });

  it.each<[string, WriteFault]>([
    ['breaks off before it is stored', 'reset'],
    ['answers 500', 'error'],
    ['answers with a page', 'html'],
    ['sends it elsewhere', 'redirect'],
  ])('F12: where one portal %s, the other one takes it', async (_, writes) => {
    const stage = new Stage();
    stage.world.portal(0).faults = { writes };
    const player = await stage.start();
    expect(await stage.world.run(player.runtime.write(stage.entry(1n)))).toMatchObject({ acceptedBy: [stage.url(1)] });
  });

  it('F12: an entry that lost to another one is CONFLICT with the winner, whose signature holds', async () => {
    const stage = new Stage();
    stage.world.put(stage.entry(7n));
    const player = await stage.start();
    expect(await stage.world.run(refusalOf(player.runtime.write(stage.entry(6n))))).toMatchObject({ code: 'CONFLICT', current: stage.entry(7n) });
  });

  it('F12: of two writers at once at one revision, the one that loses gets the winner, or neither was there first', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const stage = new Stage({ seed, gossip: [50, 500] });
      const players = [await stage.start(), await stage.start()];
      const entries = ['one', 'other'].map((data) => stage.entry(1n, data));
      const outcomes = await stage.world.run(Promise.allSettled(players.map(({ runtime }, i) => runtime.write(entries[i] ?? stage.entry(1n)))));
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      expect(refused.length, `seed ${seed}`).toBeLessThanOrEqual(1);
      for (const reason of refused) expect(reason, `seed ${seed}`).toMatchObject({ code: 'CONFLICT', current: { revision: 1n } });
      await stage.world.pass(30_000);
      const [one, other] = await stage.world.run(Promise.all(players.map(({ runtime }) => runtime.read(stage.key, { maxStaleness: 0 }))));
      expect(one?.exists && other?.exists && [...one.data], `seed ${seed}`).toEqual(other?.exists === true && [...other.data]);
      for (const player of players) await player.close();
    }
  });

  it.each(['where portals take both', 'where the first portal turns half of what it is sent away'] as const)('F12: two writers at once, at one revision, %s: each is told the truth of its own, and what is kept is one of the two, everywhere', async (where) => {
    const kept = new Set<string>();
    for (let seed = 1; seed <= 10; seed++) {
      const stage = new Stage({ seed, gossip: [50, 500] });
      const players = [await stage.start(), await stage.start()];
      const watched = players.map((player) => player.watch(stage.key));
      await stage.until(() => watched.every(({ last }) => last?.status === 'live'), 5_000);
      const entries = [stage.entry(1n, 'one'), stage.entry(1n, 'other')] as const;
      if (where !== 'where portals take both') stage.world.portal(0).faults = { writes: { status: 503 }, share: 0.5 };
      const outcomes = await stage.world.run(Promise.allSettled(players.map(({ runtime }, i) => runtime.write(entries[i] ?? entries[0]))));
      stage.world.portal(0).faults = {};
      await stage.until(() => watched.every(({ last }) => last?.exists === true), 5_000);
      await stage.world.pass(60_000);
      const [one, other] = stage.world.portals.map((portal) => portal.get(stage.key));
      expect(one?.data, `seed ${seed}: portals agree`).toEqual(other?.data);
      const winner = entries.findIndex(({ data }) => data.every((byte, i) => byte === one?.data[i]) && data.length === one?.data.length);
      expect(winner, `seed ${seed}: it is one of the two`).toBeGreaterThanOrEqual(0);
      kept.add(`${winner}`);
      // Who was refused was refused for the winner; who won was not refused.
      expect(outcomes[winner]?.status, `seed ${seed}: the winner was taken`).toBe('fulfilled');
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason, `seed ${seed}`).toMatchObject({ code: 'CONFLICT', current: { revision: 1n, data: entries[winner]?.data } });
      // Both are shown the winner in the end, and the loser's never after it.
      for (const { last, results } of watched) {
        expect(last?.exists === true && last.data, `seed ${seed}: who watches sees it`).toEqual(entries[winner]?.data);
        const told = results.flatMap((result) => (result.exists ? [result.data.join()] : [])).filter((data, i, all) => data !== all[i - 1]);
        expect(new Set(told).size, `seed ${seed}: nothing comes back`).toBe(told.length);
      }
      for (const player of players) await player.close();
    }
    expect(kept.size, 'the same one of the two, whoever was first: the order of entries decides').toBe(1);
  });

  it('F12: of two writers that update one entry, no update is lost, though answers are', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const stage = new Stage({ seed, portals: 1 });
      stage.world.portal(0).faults = { writes: 'break', share: 0.3 };
      const players = [await stage.start(), await stage.start()];
      const signer = signerOf(stage.author, 'entry');
      const made: string[] = [];
      for (let round = 0; round < 5; round++) {
        const outcomes = await stage.world.run(
          Promise.allSettled(
            players.map(async ({ runtime }, i) => {
              const mark = `${i}${round} `;
              await runtime.update({ signer, datakey: stage.key.datakey, change: (current) => new Uint8Array([...(current.exists ? current.data : []), ...new TextEncoder().encode(mark)]) });
              return mark;
            }),
          ),
        );
        made.push(...outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])));
        for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'UNCONFIRMED' });
      }
      const text = new TextDecoder().decode(stage.world.portal(0).get(stage.key)?.data);
      for (const mark of made) expect(text.split(mark).length, `seed ${seed}: ${mark} in ${text}`).toBe(2);
      expect(made.length).toBeGreaterThanOrEqual(5);
      for (const player of players) await player.close();
    }
  });
});
