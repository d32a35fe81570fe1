import type { Chance } from '../../src/testing/chance.ts';
import type { SimulatedWorld } from '../../src/testing/index.ts';
import type { Deeds } from './deeds.ts';
import type { Work } from './library.ts';
import type { Tab } from './tab.ts';

/** What a setback is made of. */
export interface SetbackWorld {
  readonly world: SimulatedWorld;
  readonly chance: Chance;
  readonly deeds: Deeds;
  /** What it befalls. */
  readonly works: readonly Work[];
  /** Kills the portal that loses nothing, for some time. */
  readonly killTrusted: () => void;
  readonly breakStorage: () => void;
  readonly killEntries: (tab: Tab) => void;
  /** Counts it, and notes it. */
  readonly once: (kind: 'rollback' | 'forget', act: () => void) => void;
  /** Lets so many milliseconds pass; false where all is well by then. */
  readonly pause: (milliseconds: number) => Promise<boolean>;
}

/** A connection to another portal takes so long, in milliseconds. */
const RECONNECTED = [2_000, 6_000] as const;

/** So long after news, in milliseconds, most portals have them. */
const SPREAD = [1_000, 2_500] as const;

/**
 * What goes wrong together: there is news, the portals that can be reached go back to what was before, or deny that there was anything, and the entries actor,
 * or the storage, or both, know no better any more. Then everything is read: nothing that was shown may be taken back.
 */
export async function setBack(tab: Tab, { world, chance, deeds, works, killTrusted, breakStorage, killEntries, once, pause }: SetbackWorld): Promise<void> {
  const others = world.portals.slice(1);
  killTrusted();
  if (!(await pause(chance.between(...RECONNECTED)))) return;
  const isBrokenBefore = chance.happens(0.4);
  if (isBrokenBefore) breakStorage();
  const newest = chance.pick(others);
  const before = works.map(({ key }) => newest.get(key));
  for (const work of works) newest.put(work.next());
  if (!(await pause(chance.between(...SPREAD)))) return;
  for (const work of works) tab.read(work, {});
  if (!(await pause(500))) return;
  const isForgotten = chance.happens(0.4);
  once(isForgotten ? 'forget' : 'rollback', () => {
    for (const portal of others) {
      portal.cut();
      for (const [i, { key }] of works.entries()) {
        portal.forget(key);
        const older = before[i];
        if (older !== undefined && !isForgotten) portal.put(older);
      }
      deeds.did(portal.url, isForgotten ? 'forget' : 'rollback');
    }
  });
  if (!isBrokenBefore && chance.happens(0.4)) breakStorage();
  if (chance.happens(0.7)) killEntries(tab);
  for (const options of [{}, { maxStaleness: 0 }]) {
    for (const work of works) tab.read(work, options);
    if (!(await pause(200))) return;
  }
}
