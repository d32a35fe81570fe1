import type { PortalRecord } from './portal-record.ts';

/** What a place further down the list of portals weighs against, in milliseconds of latency: the order is the user's own wish. */
const PLACE = 1_000;
/** A failed attempt or a lost connection, until it is forgotten. */
const TROUBLE = 3_000;
/** It was seen to lack what others serve. */
const LAG = 2_000;
/** As much as latency may weigh; and what it is taken for while it is unknown. */
const MOST_LATENCY = 5_000;
const UNKNOWN_LATENCY = 250;

/** How much cheaper another portal must be to leave one that works: less would be flapping. */
const MARGIN = 500;

/**
 * What it costs to rely on a portal, in milliseconds: the lower, the better.
 * @param place in the order of preference, from 0; −1 for one that was asked for by name
 */
export function costOf({ latency = UNKNOWN_LATENCY, trouble, isLagging }: Pick<PortalRecord, 'latency' | 'trouble' | 'isLagging'>, place: number): number {
  return place * PLACE + trouble * TROUBLE + (isLagging ? LAG : 0) + Math.min(latency, MOST_LATENCY);
}

/**
 * The indices of the portals that may be used, best first. Those in quarantine may not, unless all are: then nothing better is to be had, and what they
 * say is verified like anybody's.
 * @param preferred index of the portal that was asked for by name
 */
export function ranking(portals: readonly PortalRecord[], preferred: number | undefined): readonly number[] {
  const isOpen = portals.some(({ quarantine }) => quarantine === undefined);
  const places = portals.map((portal, i) => ({ i, cost: costOf(portal, i === preferred ? -1 : i), isUsable: !isOpen || portal.quarantine === undefined }));
  return places
    .filter(({ isUsable }) => isUsable)
    .sort((a, b) => a.cost - b.cost || a.i - b.i)
    .map(({ i }) => i);
}

/** The index of the portal that is so much better than this one that a switch is worth it; undefined if there is none. */
export function betterThan(current: number, portals: readonly PortalRecord[], preferred: number | undefined): number | undefined {
  const usable = ranking(portals, preferred);
  const [best] = usable;
  const cost = (i: number): number => {
    const portal = portals[i];
    // What was in use when all were in quarantine is left as soon as one no longer is.
    return portal === undefined || !usable.includes(i) ? Infinity : costOf(portal, i === preferred ? -1 : i);
  };
  return best !== undefined && best !== current && cost(best) + MARGIN < cost(current) ? best : undefined;
}
