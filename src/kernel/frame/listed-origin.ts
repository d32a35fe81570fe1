import { Allowance } from '../../../actors/allowance.ts';
import type { Clock } from '../../world.ts';
import type { FrameConfiguration, OriginLimits, Permission } from './configuration.ts';

/** Ports at a time, each a `connectFrame` of a page. A frame has the pages of one window: few, and more only where one connects and forgets. */
const MOST_PORTS = 64;
/** Ports opened a second, after as many at once: whoever opens and closes them for ever would have more than its queries of a thread that others share. */
const PORTS_PER_SECOND = 10;

/** An origin that the configuration lists, and what its pages have used of what they may do: all its sessions share that. */
export class ListedOrigin {
  readonly origin: string;
  /** As modules are told who asks. */
  readonly domain: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly #limits: OriginLimits;
  readonly #allowance: Allowance;
  readonly #openings: Allowance;
  #open = 0;
  #ports = 0;

  constructor(origin: string, permissions: ReadonlySet<Permission>, limits: OriginLimits, clock: Clock) {
    this.origin = origin;
    this.domain = new URL(origin).hostname;
    this.permissions = permissions;
    this.#limits = limits;
    this.#allowance = new Allowance(clock, limits.callsPerSecond, limits.burst);
    this.#openings = new Allowance(clock, PORTS_PER_SECOND, MOST_PORTS);
  }

  /** Why a query is not done; undefined if it is. */
  refusal(): string | undefined {
    const { callsPerSecond, burst } = this.#limits;
    return this.#allowance.take() ? undefined : `THROTTLED: pages of this origin may ask ${callsPerSecond} times a second, and ${burst} times at once`;
  }

  /** A query is open from now on; or why not. */
  enter(): string | undefined {
    if (this.#open >= this.#limits.open) return `THROTTLED: pages of this origin may have ${this.#limits.open} queries open`;
    this.#open++;
    return undefined;
  }

  leave(): void {
    this.#open--;
  }

  /** A port is open from now on; or why not. */
  enterPort(): string | undefined {
    if (this.#ports >= MOST_PORTS) return `THROTTLED: pages of this origin may have ${MOST_PORTS} ports`;
    if (!this.#openings.take()) return `THROTTLED: pages of this origin may open ${PORTS_PER_SECOND} ports a second, and ${MOST_PORTS} at once`;
    this.#ports++;
    return undefined;
  }

  leavePort(): void {
    this.#ports--;
  }
}

/** Those that a configuration lists, by their names. */
export const listedOrigins = ({ origins, limits }: FrameConfiguration, clock: Clock): ReadonlyMap<string, ListedOrigin> =>
  new Map([...origins].map(([origin, permissions]) => [origin, new ListedOrigin(origin, permissions, limits, clock)]));
