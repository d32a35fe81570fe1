import { processors } from '#threads';
import { invalidInput } from './error.ts';
import { LONGEST_TIMER, takeRecord } from './input.ts';
import { takePortalUrl } from './portal-url.ts';

/**
 * The time-outs, caps, rates and thresholds of a runtime. Times are milliseconds, sizes bytes. Fixed, since nobody fares better with others, are the paces of its bookkeeping: how
 * much of it is asked, kept or told at a time.
 */
export interface Policy {
  /** For a connection to a portal to open. Longer than a handshake over a bad mobile network takes. Default 5,000. */
  readonly connectDeadline: number;
  /** For the first word on a new connection. Default 3,000. */
  readonly proofDeadline: number;
  /**
   * For a connection to open, for its first word, or for a proof of life, before another portal is tried beside it; and for a
   * confirmation, before it is asked for again. Of use where it is shorter than the deadlines of these. Default 1,000.
   */
  readonly suspicion: number;
  /** Between two proofs of life of a connection. A half-open connection is left within 6 s and what another one takes to open, or 8 s where there is no other portal. Default 5,000. */
  readonly livenessInterval: number;
  /** For the answer to one, and for any word of a portal that is being checked. Default 3,000. */
  readonly livenessDeadline: number;
  /** The first pause after all portals failed; doubled each time, with jitter. Default 250. */
  readonly backoffBase: number;
  /** The longest pause. A portal that is back is found within it. Default 1,500. */
  readonly backoffMost: number;
  /** The longest pause while the platform says that there is no network. Default 30,000. */
  readonly offlineBackoff: number;
  /** Between attempts that a network which comes back, or the end of a sleep, brings about. Default 2,000. */
  readonly hurryPause: number;
  /** How long a connection goes on that works and is replaced by a better one, while that subscribes. Default 2,000. */
  readonly handover: number;
  /** Between two looks at whether another portal has become so much better that a switch is worth it. Default 30,000. */
  readonly returnInterval: number;
  /** Between two checks of all subscribed entries, each with another portal than the live one, in turn. Default 60,000. */
  readonly checkInterval: number;
  /** Entries a second that are checked over HTTP, with a portal that answers no subscriptions. Default 0.5. */
  readonly checkRate: number;
  /**
   * For how long a portal may go on to serve less than the newest that others serve, after it was sent that, before it is put in quarantine; and
   * the longest pause between two attempts to send it. Default 30,000.
   */
  readonly lagGrace: number;
  /** For how long a portal is left alone that did what no honest one does; each time after it twice as long. Default 30,000. */
  readonly quarantineBase: number;
  /** For how long at most. Default 3,600,000, an hour. */
  readonly quarantineMost: number;
  /** Frames a second that a portal may send, and ten times as many at once besides two for each subscribed entry. Default 10,000. */
  readonly frameRate: number;
  /** Characters of frames a second, and ten times as many at once: an honest portal sends ASCII, of which each is a byte. One that is not text is garbage. Default 8,388,608. */
  readonly byteRate: number;
  /** Frames that cannot be read, or are about what nobody asked for, in a minute. Default 64. */
  readonly garbage: number;
  /** The portal that decides which of two concurrent updates of an entry comes first: its URL. While it cannot be reached, or is in quarantine, nothing is updated. Default: the first one. */
  readonly updatePortal: string | undefined;
  /** Between two questions to portals that have yet to confirm what a reader, or a writer, wants confirmed. Default 250. */
  readonly confirmInterval: number;
  /** For a read, all portals together. Default 10,000. */
  readonly readDeadline: number;
  /** For a write, until some portal accepted it; and of an update for how long its portal is asked what became of what it was sent. Default 15,000. */
  readonly writeDeadline: number;
  /**
   * After which the next portal is asked as well, at most: where a portal was seen to answer faster, 19 times out of 20, it is as much as that takes. A live
   * connection that goes on answering others is left five times as long. Default 400.
   */
  readonly hedgeDelay: number;
  /** Questions to one portal at a time; others wait for their turn. Default 64. */
  readonly questions: number;
  /** How long portals that say nothing hold up the answer that an entry does not exist. Default 2,000. */
  readonly absenceGrace: number;
  /** How long ago a portal may have confirmed a value that no live connection vouches for, before a read asks. Default 60,000. */
  readonly maxStaleness: number;
  /** How long a subscription outlives its last reader or watcher; and for how long at least a handle that was read again and again has its entry watched. Default 30,000. */
  readonly linger: number;
  /** Floors that are kept besides those of watched entries, which always are: the most recently used. Default 100,000. */
  readonly maxFloors: number;
  /** A write that would leap further ahead of the known revision needs `final: true`. Default 2⁴⁸. */
  readonly maxRevisionStep: bigint;
  /** Between two entries that are sent to one portal which was seen to lack them. Default 200. */
  readonly repairInterval: number;
  /** Between two questions for a watched entry of which nothing could be found out. Default 5,000. */
  readonly retryInterval: number;
  /** Between two attempts to use a storage that failed. Default 5,000. */
  readonly healInterval: number;
  /** The longest answer over HTTP. An entry takes about 600. Default 4,096. */
  readonly answerBytes: number;
  /** The longest frame. Default 16,384. */
  readonly frameBytes: number;
  /** Threads that verify, at most 64. Default: one less than the processors, from 1 to 4. */
  readonly verifiers: number;
  /** Between two heartbeats of a worker. Default 1,000. */
  readonly heartbeatInterval: number;
  /** Without a heartbeat for this long, a worker is taken for hung and replaced. Default 5,000. */
  readonly heartbeatPatience: number;
  /**
   * The same while a read, a write or an update waits for an answer, and a quarter of a millisecond more for each entry that was ever watched or read at a time; twice as long for one that
   * took another's place, twice again for the next. At most {@link heartbeatPatience}. Default 400.
   */
  readonly urgentPatience: number;
  /** After which an unlocked vault that nobody uses locks itself. Default 900,000, a quarter of an hour. */
  readonly vaultIdle: number;
  /** What a password of a vault is stretched over (Argon2id), in KiB: 19,456 to 262,144. Default 65,536; a vault with less is given as much when it is unlocked. */
  readonly vaultMemory: number;
  /** How many times: 2 to 10. Default 3. */
  readonly vaultPasses: number;
  /** Signatures a second that a vault gives to one caller that was granted a port; twice as many at once. Default 100. */
  readonly grantRate: number;
}

/** The values a runtime uses where it is told no others. */
export const DEFAULT_POLICY: Policy = {
  connectDeadline: 5_000,
  proofDeadline: 3_000,
  suspicion: 1_000,
  livenessInterval: 5_000,
  livenessDeadline: 3_000,
  backoffBase: 250,
  backoffMost: 1_500,
  offlineBackoff: 30_000,
  hurryPause: 2_000,
  handover: 2_000,
  returnInterval: 30_000,
  checkInterval: 60_000,
  checkRate: 0.5,
  lagGrace: 30_000,
  quarantineBase: 30_000,
  quarantineMost: 3_600_000,
  frameRate: 10_000,
  byteRate: 8_388_608,
  garbage: 64,
  updatePortal: undefined,
  confirmInterval: 250,
  readDeadline: 10_000,
  writeDeadline: 15_000,
  hedgeDelay: 400,
  questions: 64,
  absenceGrace: 2_000,
  maxStaleness: 60_000,
  linger: 30_000,
  maxFloors: 100_000,
  maxRevisionStep: 2n ** 48n,
  repairInterval: 200,
  retryInterval: 5_000,
  healInterval: 5_000,
  answerBytes: 4_096,
  frameBytes: 16_384,
  verifiers: Math.min(4, Math.max(1, processors() - 1)),
  heartbeatInterval: 1_000,
  heartbeatPatience: 5_000,
  urgentPatience: 400,
  vaultIdle: 900_000,
  vaultMemory: 65_536,
  vaultPasses: 3,
  grantRate: 100,
};

/**
 * The default policy with these changes.
 * @throws RegistryError `INVALID_INPUT` naming a rule that does not exist, a value that is none, or one that is at odds with another
 */
export function takePolicy(changes: unknown): Policy {
  const taken = Object.fromEntries(Object.entries(takeRecord(changes, 'options.policy', Object.keys(DEFAULT_POLICY))).map(([rule, value]) => [rule, takeRule(rule, value)]));
  const policy: Policy = { ...DEFAULT_POLICY, ...taken };
  for (const [base, most] of RISING) if (policy[base] > policy[most]) throw invalidInput(`options.policy.${base}`, `at most policy.${most}, which is ${policy[most]}`);
  return policy;
}

/** Times that grow from one rule to another. */
const RISING = [
  ['backoffBase', 'backoffMost'],
  ['quarantineBase', 'quarantineMost'],
] as const;

function takeRule(rule: string, value: unknown): unknown {
  const field = `options.policy.${rule}`;
  if (value === undefined) return DEFAULT_POLICY[rule as keyof Policy];
  if (rule === 'maxRevisionStep') {
    if (typeof value !== 'bigint' || value < 1n) throw invalidInput(field, 'a bigint of at least 1');
    return value;
  }
  if (rule === 'updatePortal') return takePortalUrl(value, field);
  if (rule === 'checkRate') {
    if (typeof value !== 'number' || !(value > 0 && value <= 1_000)) throw invalidInput(field, 'a number above 0, at most 1000');
    return value;
  }
  const isInfinite = rule === 'maxStaleness' && value === Infinity;
  const least = LEAST[rule] ?? 1;
  const most = MOST[rule] ?? LONGEST_TIMER;
  if (!isInfinite && !(Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most)) {
    throw invalidInput(field, `a whole number from ${least} to ${most}`);
  }
  return value;
}

/** What must not be as much as a timer may: each verifier is a thread, and what a vault is stretched over is allocated. */
const MOST: Partial<Record<string, number>> = { verifiers: 64, vaultMemory: 262_144, vaultPasses: 10 } satisfies Partial<Policy>;

/** The least that a rule may be where it is not 1: what may be 0, what must hold an entry, and what a password must be stretched. */
const LEAST: Partial<Record<string, number>> = {
  hedgeDelay: 0,
  absenceGrace: 0,
  maxStaleness: 0,
  linger: 0,
  repairInterval: 0,
  answerBytes: 1_024,
  frameBytes: 1_024,
  vaultMemory: 19_456,
  vaultPasses: 2,
} satisfies Partial<Policy>;
