import { describe, expect, it } from 'vitest';
import type { PortalFaults } from '../../src/testing/index.ts';
import { Stage } from './fixture/stage.ts';

const NAMES = ['one', 'two', 'three'];
/** Even: of each two the second follows at once, so that frames of one entry are there to overtake each other. */
const REVISIONS = 26;

/** What becomes of frames under way, and of the connection under them. */
const SCRAMBLED: readonly (readonly [string, PortalFaults])[] = [
  ['are sent twice', { sockets: 'duplicate' }],
  ['overtake each other', { sockets: 'reorder', share: 0.6 }],
  ['end in a reset, now and then', { sockets: 'reset', share: 0.2 }],
  ['are cut off', { sockets: 'garbage', share: 0.3 }],
  ['come byte by byte, slowly', { slice: true, bandwidth: 20_000 }],
  ['are older ones, now and then', { sockets: 'stale', share: 0.3 }],
];

describe('F9: frames that do not come as they were sent', () => {
  it.each(SCRAMBLED)('F9: where they %s, no watcher is told less than before, nor the same twice, and each is told the last', async (_, faults) => {
    for (const seed of [1, 2]) {
      const stage = new Stage({ seed });
      const player = await stage.start({ returnInterval: 1_000 });
      const watched = NAMES.map((name) => player.watch(stage.author.key(name)));
      const reads: bigint[] = [];
      for (const portal of stage.world.portals) portal.faults = faults;
      for (let revision = 2n; revision <= REVISIONS; revision += 2n) {
        // What nobody watches and is read shows what the actors know: there is nothing before it here that an older one would be held against.
        for (const name of [...NAMES, 'read']) for (const each of [revision - 1n, revision]) stage.world.put(stage.entry(each, undefined, name));
        for (let time = 0; time < 4; time++) {
          const read = await stage.world.run(player.runtime.read(stage.author.key('read')));
          reads.push(read.exists ? read.revision : -1n);
          await stage.world.pass(stage.world.random() * 400);
        }
      }
      expect(reads, `seed ${seed}: reads`).toEqual(reads.toSorted((a, b) => (a < b ? -1 : 1)));
      for (const portal of stage.world.portals) portal.faults = {};
      await stage.until(() => watched.every(({ revisions }) => revisions.at(-1) === BigInt(REVISIONS)), 70_000);
      for (const { revisions, errors } of watched) {
        const told = revisions.filter((revision) => revision !== undefined);
        expect(told, `seed ${seed}`).toEqual([...new Set(told)].toSorted((a, b) => (a < b ? -1 : 1)));
        expect(told.at(-1), `seed ${seed}`).toBe(BigInt(REVISIONS));
        expect(errors).toEqual([]);
      }
      await player.close();
    }
  });

  it('F9: answers to questions that come in pieces, or are broken off, are whole or are none', async () => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    stage.world.portal(0).faults = { slice: true, reads: 'reset', share: 0.5 };
    stage.world.portal(1).faults = { slice: true };
    const player = await stage.start();
    for (let i = 0; i < 30; i++) expect(await stage.world.run(player.runtime.read(stage.key, { maxStaleness: 0 }))).toMatchObject({ revision: 5n });
    expect(player.incidents).toEqual([]);
  });
});
