import { connectionMachine } from '../../machines/connection.ts';
import { portalMachine, type PortalRecord } from '../../machines/portal.ts';
import { backoff, type PortalTimes } from '../../machines/portal-times.ts';
import type { Policy } from '../../src/policy.ts';
import type { ActorWorld } from '../world.ts';
import { portalCheck, type CheckOverSocket } from './check.ts';
import type { PortalHost } from './host.ts';
import type { PortalAddress } from './registry-client.ts';
import { subscriptionSocket } from './subscription.ts';

/** What the portal actor is started with. Its keys stay out of the machine, which everybody may look at. */
export interface PortalActorInput {
  /** One or more, in order of preference. */
  readonly portals: readonly PortalAddress[];
  readonly policy: Policy;
  /** How many portal actors there were before this one: connections are numbered across them. */
  readonly predecessors: number;
  /** What the one before this knew of them, as its stream `records` told; of one in quarantine, with what is left of its term. */
  readonly known?: readonly PortalRecord[] | undefined;
}

/**
 * The portal machine, with sockets, and its host to do what it says.
 * @param overSocket how a portal is checked, before it is asked over HTTP
 */
export function portalLogic(world: ActorWorld, host: PortalHost, { policy, predecessors }: PortalActorInput, overSocket: CheckOverSocket) {
  const sockets = {
    clock: world.clock,
    openSocket: world.openSocket,
    frameBytes: policy.frameBytes,
    numberBefore: predecessors * 2 ** 32,
    addressOf: (url: string) => host.addressOf(url),
    wanted: host.wanted,
    pressure: host.pressure,
    conduct: host.conduct,
    report: host.report,
    onAnswering: (isAnswering: boolean) => host.setAnswering(isAnswering),
  };
  return portalMachine.provide({
    actors: {
      connection: connectionMachine.provide({ actors: { socket: subscriptionSocket(sockets) } }),
      check: portalCheck({ ...sockets, patience: policy.livenessDeadline, checkRate: policy.checkRate, ask: host.askPortal }, overSocket),
    },
    // From half of the back-off up to all of it: a portal that comes back is not met by everybody at once.
    delays: { backoff: ({ context }) => backoff(context) * (0.5 + world.random() / 2) },
  });
}

/** What the machine is started with. */
export const portalInput = ({ portals, policy, known }: PortalActorInput) => ({ urls: portals.map(({ url }) => url), times: portalTimes(policy), known });

const TIMES = [
  'connectDeadline',
  'proofDeadline',
  'suspicion',
  'livenessInterval',
  'livenessDeadline',
  'handover',
  'backoffBase',
  'backoffMost',
  'offlineBackoff',
  'hurryPause',
  'returnInterval',
  'checkInterval',
  'quarantineBase',
  'quarantineMost',
] as const satisfies readonly (keyof PortalTimes)[];

/** The rules of the policy that are times of the machine. */
const portalTimes = (policy: Policy): PortalTimes => Object.fromEntries(TIMES.map((time) => [time, policy[time]])) as unknown as PortalTimes;
