import type { Chance } from '../../src/testing/chance.ts';
import { READ_FAULTS, SOCKET_FAULTS, WRITE_FAULTS } from '../../src/testing/faults.ts';
import type { PortalFaults } from '../../src/testing/index.ts';

const SHARES = [0.1, 0.5, 1] as const;

/** What whoever loses nothing does not do. */
const DENIALS: readonly string[] = ['stale', 'equivocate', 'not found', 'lose'];

/** What a portal does, and what to call it. */
export interface Misconduct {
  readonly faults: PortalFaults;
  readonly kinds: readonly string[];
}

/** What whoever asks has to see through, and goes on to ask the next one. */
const LIES = ['forge', 'flip', 'cross', 'stale', 'not found'] as const;

/** Nobody gets a connection, or gets anything through one. */
const SILENCES = ['hang', 'refuse', 'mute'] as const;

/** Whether a portal that does no more than this answers as it should whoever asks it over HTTP. */
export const isQuietOnly = (kinds: readonly string[]): boolean => kinds.every((kind) => SILENCES.some((silence) => kind === `sockets ${silence}`));

/**
 * All portals but one lie in one way to whoever asks, and in most cases none has a connection for anybody.
 * @param portals how many there are. Of the first one the same holds as of what {@link someFaults} is told is trusted.
 * @returns what each does
 */
export function siege(chance: Chance, portals: number): readonly Misconduct[] {
  const reads = chance.pick(LIES);
  const sockets = chance.happens(0.7) ? chance.pick(SILENCES) : undefined;
  const honest = DENIALS.includes(reads) ? 0 : chance.below(portals);
  const silence = sockets === undefined ? [] : [`sockets ${sockets}`];
  return Array.from({ length: portals }, (_, i) => (i === honest ? { faults: { sockets }, kinds: silence } : { faults: { reads, sockets }, kinds: [`reads ${reads}`, ...silence] }));
}

/**
 * Faults of a portal, one or several at a time, and what to call them.
 * @param isTrusted it serves what it has, or nothing
 */
export function someFaults(chance: Chance, isTrusted: boolean): Misconduct {
  const kinds: string[] = [];
  const maybe = <T extends string>(share: number, of: string, choices: readonly T[]): T | undefined => {
    if (!chance.happens(share)) return undefined;
    const choice = chance.pick(choices);
    if (isTrusted && of !== 'sockets' && DENIALS.includes(choice)) return undefined;
    kinds.push(`${of} ${choice}`);
    return choice;
  };
  const some = <T>(share: number, kind: string, value: T): T | undefined => {
    if (!chance.happens(share)) return undefined;
    kinds.push(kind);
    return value;
  };
  const faults: PortalFaults = {
    reads: maybe(0.5, 'reads', READ_FAULTS),
    writes: maybe(0.3, 'writes', WRITE_FAULTS),
    sockets: maybe(0.6, 'sockets', SOCKET_FAULTS),
    share: chance.pick(SHARES),
    latency: some(0.15, 'latency', chance.between(100, 9_000)),
    bandwidth: some(0.08, 'bandwidth', chance.pick([1, 100, 1_000])),
    plain: some(0.1, 'plain', true),
    slice: some(0.1, 'slice', true),
    halfOpen: some(0.05, 'halfOpen', true),
    held: some(0.03, 'held', true),
  };
  return { faults, kinds };
}
