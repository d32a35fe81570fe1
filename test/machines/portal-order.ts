import type { ConnectionRecord, PortalRecord } from '../../machines/portal.ts';

/** As much of what the portal machine remembers as an order of portals is made of. */
interface Known {
  readonly portals: readonly PortalRecord[];
  readonly connections: readonly ConnectionRecord[];
  readonly preferred: number | undefined;
  readonly checked: number | undefined;
}

export const isLive = ({ role }: ConnectionRecord): boolean => role === 'live';
export const isCandidate = ({ role }: ConnectionRecord): boolean => role === 'candidate';
export const livePortal = ({ connections }: Pick<Known, 'connections'>): number | undefined => connections.find(isLive)?.portal;

/** What a portal costs, in milliseconds, written anew from the specification. */
function preferenceOf({ portals, preferred }: Pick<Known, 'portals' | 'preferred'>, portal: number): number {
  const record = portals[portal];
  if (record === undefined) return Infinity;
  const place = portal === preferred ? -1 : portal;
  const latency = record.latency === undefined ? 250 : record.latency > 5_000 ? 5_000 : record.latency;
  const lag = record.isLagging ? 2_000 : 0;
  return 1_000 * place + latency + 3_000 * record.trouble + lag;
}

/** The portals that may be used, by insertion: the best first, the earlier first of those that cost the same. */
export function portalsInOrder(known: Pick<Known, 'portals' | 'preferred'>): readonly number[] {
  const free = known.portals.flatMap(({ quarantine }, portal) => (quarantine === undefined ? [portal] : []));
  const order: number[] = [];
  for (const portal of free.length > 0 ? free : known.portals.map((_each, index) => index)) {
    const place = order.findIndex((other) => preferenceOf(known, portal) < preferenceOf(known, other));
    order.splice(place < 0 ? order.length : place, 0, portal);
  }
  return order;
}

/** Which one takes over from the live one, if any is so much better, or the live one is in quarantine while it is not. */
export function wouldTakeOver(known: Known): number | undefined {
  const live = livePortal(known);
  const order = portalsInOrder(known);
  const [best] = order;
  if (live === undefined || best === undefined || best === live) return undefined;
  const gain = order.includes(live) ? preferenceOf(known, live) - preferenceOf(known, best) : Infinity;
  return gain > 500 ? best : undefined;
}

/** Of those that may be used, but for the live one, the next in the list after the one that was checked. */
export function nextToCheck(known: Known): number | undefined {
  const live = livePortal(known);
  if (live === undefined) return undefined;
  const usable = portalsInOrder(known);
  const count = known.portals.length;
  const from = known.checked === undefined ? 0 : known.checked + 1;
  return Array.from({ length: count }, (_each, step) => (from + step) % count).find((portal) => portal !== live && usable.includes(portal));
}
