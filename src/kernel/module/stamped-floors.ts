import type { HostFloors } from '../../../actors/entries/world.ts';
import type { Stamps } from './stamps.ts';

/** The floors of a storage, each with what its stamp says that a portal said of it last. */
export function stampedFloors(floors: HostFloors, stamps: Stamps): HostFloors {
  return {
    isShared: floors.isShared,
    async getMany(entries) {
      const found = await floors.getMany(entries);
      const known = found.flatMap((floor, i) => (floor === undefined ? [] : [{ floor, id: entries[i]?.id }]));
      const words = await stamps.words(known.flatMap(({ floor: { entry }, id }) => (id === undefined ? [] : [{ id, entry }])));
      const stamped = new Map(known.map(({ floor }, i) => [floor, { ...floor, word: words[i] }]));
      return found.map((floor) => floor && stamped.get(floor));
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
