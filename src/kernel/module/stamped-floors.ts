import type { HostFloors } from '../../../actors/entries/world.ts';
import type { Stamps } from './stamps.ts';

/** The floors of a storage, each with what its stamp says that a portal said of it last. */
export function stampedFloors(floors: HostFloors, stamps: Stamps): HostFloors {
  return {
    isShared: floors.isShared,
    async getMany(entries) {
      const reading = floors.getMany(entries);
      const words = await stamps.words(entries.map(({ id }) => id), reading.then((found) => found.map((floor) => floor?.entry)));
      return (await reading).map((floor, i) => floor && { ...floor, word: words[i] });
    },
    raise: (entries, names) => floors.raise(entries, names),
    pin: (entry) => floors.pin(entry),
    unpin: (entry) => floors.unpin(entry),
    packed: (entry) => floors.packed(entry),
    handOn: (work) => floors.handOn(work),
    session: () => floors.session(),
    close: () => floors.close(),
  };
}
