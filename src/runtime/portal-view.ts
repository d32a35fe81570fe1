import type { ActorSnapshot } from '../link/index.ts';
import type { ActorDefinitions } from './hosting.ts';

/** What a runtime knows of one portal. */
export interface PortalView {
  readonly url: string;
  /**
   * `live`: connected, and alive when last asked. `connecting`: being tried. `waiting`: all portals failed, this one is tried next after
   * a pause. `standby`: another one is connected, tried, or nothing is subscribed.
   */
  readonly state: 'live' | 'connecting' | 'waiting' | 'standby';
  /** How long it takes to answer a read, in milliseconds, averaged; undefined until it did. */
  readonly latency: number | undefined;
  /** Failed attempts and lost connections since it last answered a proof of life. */
  readonly failures: number;
  readonly lastFailure: string | undefined;
}

/** The portals in order of preference, as a snapshot of the portal actor shows them. */
export function portalViews({ value, context }: ActorSnapshot<ActorDefinitions['portal']>): readonly PortalView[] {
  return context.portals.map(({ url, latency, failures, lastFailure }, i) => ({
    url,
    state: i === context.current ? stateOf(value) : 'standby',
    latency,
    failures,
    lastFailure,
  }));
}

function stateOf(value: ActorSnapshot<ActorDefinitions['portal']>['value']): PortalView['state'] {
  if (value === 'waiting') return 'waiting';
  if (typeof value !== 'object') return 'standby';
  return value.online === 'listening' || value.online === 'probing' ? 'live' : 'connecting';
}
