/** The faults that have names. What they do: {@link ReadFault}, {@link WriteFault}, {@link SocketFault}. */
export const READ_FAULTS = ['mute', 'drop', 'reset', 'forge', 'flip', 'garbage', 'endless', 'bomb', 'stale', 'equivocate', 'cross', 'not found', 'error', 'throttle', 'html', 'redirect'] as const;
export const WRITE_FAULTS = ['mute', 'break', 'lapse', 'drop', 'reset', 'lose', 'error', 'throttle', 'html', 'redirect'] as const;
export const SOCKET_FAULTS = ['hang', 'refuse', 'mute', 'reset', 'forge', 'flip', 'garbage', 'huge', 'stale', 'equivocate', 'cross', 'duplicate', 'reorder', 'flood'] as const;

/** An answer that a portal gives whatever it is asked. */
export interface CannedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * What a portal does instead of answering a question.
 *
 * | | |
 * |---|---|
 * | `mute` | takes the question and never answers |
 * | `drop`, `reset` | ends the connection; with a reset of TCP |
 * | `forge` | flips a digit of the signature |
 * | `flip` | flips a bit of any byte of the answer |
 * | `garbage` | answers 200 with what is no JSON |
 * | `endless` | sends a body without an end |
 * | `bomb` | sends a megabyte, which a real portal packs into a kilobyte |
 * | `stale` | serves an older genuine entry of the key; where there is none, it says that there is no entry |
 * | `equivocate` | serves another valid entry of the same revision, where somebody signed two; else the one there is |
 * | `cross` | serves what another key signed, as if it were of this one; where nobody did, the one there is |
 * | `not found`, `error`, `throttle` | answers 404, 500, 429 |
 * | `html` | answers 200 with a page, as a captive network does |
 * | `redirect` | sends the client elsewhere |
 */
export type ReadFault = (typeof READ_FAULTS)[number] | CannedAnswer;

/**
 * What a portal does with an entry that it is sent. `mute` stores it and never answers; `break` stores it and ends the connection, `lapse` does so every third time; `drop` and `reset`
 * end the connection before it is stored; `lose` says that it stored what it did not. The others answer as in {@link ReadFault}, and store nothing.
 */
export type WriteFault = (typeof WRITE_FAULTS)[number] | CannedAnswer;

/**
 * What a portal does on a subscription. `hang` takes the connection and never answers the handshake, `refuse` ends it; `mute` says nothing from now on, and
 * keeps what it is told; `reset` ends it in place of the next frame with an entry. Others concern every such frame: `forge`, `flip`, `garbage`, `stale`, `equivocate`
 * and `cross` as in {@link ReadFault}; `huge` sends one of a megabyte; `duplicate` sends it twice; `reorder` sends it after the next one, or a second later;
 * `flood` sends twenty with bad signatures before it, and one of another entry, if there is one, that nobody asked for.
 */
export type SocketFault = (typeof SOCKET_FAULTS)[number];

/** How a portal misbehaves. What is left out it does as it should. */
export interface PortalFaults {
  readonly reads?: ReadFault | undefined;
  readonly writes?: WriteFault | undefined;
  readonly sockets?: SocketFault | undefined;
  /** How often these three strike, from 0 to 1. Default 1. */
  readonly share?: number | undefined;
  /** It keeps no preconditions, and does not say that it did. */
  readonly plain?: true | undefined;
  /** Whatever it says is said so much later, in milliseconds. */
  readonly latency?: number | undefined;
  /** Bytes a second at which it sends; more than 0. */
  readonly bandwidth?: number | undefined;
  /** Sends in pieces: a real portal everything, byte by byte; a simulated one the bodies of its answers, as a simulated frame is whole or is not there. */
  readonly slice?: true | undefined;
  /** Takes connections and bytes, and never says anything, as when its machine is gone and nobody told. */
  readonly halfOpen?: true | undefined;
  /** Requests wait, until the portal has no such fault any more. */
  readonly held?: true | undefined;
}

/** A page, as a network that wants a password answers with. */
const PAGE: CannedAnswer = { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!DOCTYPE html><title>Welcome</title><p>Please sign in.' };

/** The answers that have names. */
const CANNED: Readonly<Record<'garbage' | 'not found' | 'error' | 'throttle' | 'html' | 'redirect', CannedAnswer>> = {
  garbage: { status: 200, body: '{"data":"' },
  'not found': { status: 404, body: '{"message":"unable to read from the registry: registry entry not found"}\n' },
  error: { status: 500, body: '{"message":"internal error"}\n' },
  throttle: { status: 429, body: '{"message":"too many requests"}\n' },
  html: PAGE,
  redirect: { status: 302, headers: { Location: '/elsewhere' } },
};

/** What is answered where there is no entry, or as if there were none. */
export const NOT_FOUND: CannedAnswer = CANNED['not found'];

/** The answer that a fault means, if it is one. */
export function cannedFor(fault: ReadFault | WriteFault | undefined): CannedAnswer | undefined {
  if (typeof fault === 'object') return fault;
  return fault !== undefined && fault in CANNED ? CANNED[fault as keyof typeof CANNED] : undefined;
}

/** One digit of the signature is another. */
export const withForgedSignature = (text: string): string => text.replace(/("signature":")(.)/, (_, before: string, digit: string) => before + (digit === '0' ? '1' : '0'));

/** One bit of one character is another. @param at which character, from 0; @param bit which bit of it, from 0 to 6 */
export const withFlippedBit = (text: string, at: number, bit: number): string => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
