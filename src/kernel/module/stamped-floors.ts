import type { HostFloors } from '../../../actors/entries/world.ts';
import type { Stamps } from './stamps.ts';

/**
 * The floors of a storage, each with what its stamp says that a portal said of it last. They outlive the actors that use them. None is pinned: a worker that is
 * terminated ends no lease, and whoever watched many would keep them from whoever reads few.
 */
export function stampedFloors(floors: HostFloors, stamps: Stamps): HostFloors {
  return {
    isShared: floors.isShared,
    async getMany(entries) {
      const reading = floors.getMany(entries);
      const words = await stamps.words(entries.map(({ id }) => id), reading.then((found) => found.map((floor) => floor?.entry)));
      return (await reading).map((floor, i) => floor && { ...floor, word: words[i] });
    },
    raise: (entries, names) => floors.raise(entries, names),
    pin() {},
    unpin() {},
    packed: (entry) => floors.packed(entry),
    handOn: (work) => floors.handOn(work),
    session: () => floors.session(),
    close: () => Promise.resolve(),
  };
}
