import type { ConnectionFailure } from '../../machines/connection.ts';
import type { Offence, PortalContext } from '../../machines/portal.ts';
import type { ActorSnapshot } from '../link/index.ts';
import type { ActorDefinitions } from './hosting.ts';

/** What a runtime knows of one portal. */
export interface PortalView {
  readonly url: string;
  /**
   * `live`: connected, and alive when last asked. `connecting`: being tried. `waiting`: all portals failed, this one was tried last before
   * a pause. `standby`: another one is connected, tried, or nothing is subscribed.
   */
  readonly state: 'live' | 'connecting' | 'waiting' | 'standby';
  /** How long it takes to answer a read, in milliseconds, averaged; undefined until it did. */
  readonly latency: number | undefined;
  /** Failed attempts and lost connections since it last answered a proof of life. */
  readonly failures: number;
  /** How the last of all its failures showed; undefined if there was none. */
  readonly lastFailure: ConnectionFailure | undefined;
  /** It did what no honest portal does, and is left alone for a while: not connected to, asked or believed, unless all are. */
  readonly quarantined: boolean;
  /** Why it was put in quarantine. */
  readonly reason: Offence | undefined;
}

/** The portals in order of preference, as a snapshot of the portal actor shows them. */
export function portalViews({ value, context }: ActorSnapshot<ActorDefinitions['portal']>): readonly PortalView[] {
  return context.portals.map(({ url, latency, failures, lastFailure, quarantine }, i) => ({
    url,
    state: stateOf(value, context, i),
    latency,
    failures,
    lastFailure,
    quarantined: quarantine !== undefined,
    reason: quarantine,
  }));
}

function stateOf({ connection }: ActorSnapshot<ActorDefinitions['portal']>['value'], { connections, tried }: PortalContext, index: number): PortalView['state'] {
  const roles = connections.filter(({ portal }) => portal === index).map(({ role }) => role);
  if (roles.includes('live')) return 'live';
  if (roles.includes('candidate')) return 'connecting';
  return typeof connection === 'object' && 'waiting' in connection && tried.at(-1) === index ? 'waiting' : 'standby';
}
