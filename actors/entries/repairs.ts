import { compareChecked, type CheckedEntry } from '../../src/registry/index.ts';
import type { PortalReply } from '../portal/service.ts';
import type { Row } from './row.ts';
import type { TableWorld } from './world.ts';

/** The most that waits for one portal; beyond it the portal is lagging so far behind that it has to catch up by itself. */
const MAX_WAITING = 1_000;

/** How long one answer is waited for before others may be sent, in milliseconds. */
const PATIENCE = 2_000;

/** How often a portal is sent an entry to which it says nothing. */
const ATTEMPTS = 3;

interface Repair {
  readonly row: Row;
  attempts: number;
}

/** What one portal is to be sent, and when. */
interface Queue {
  readonly portal: string;
  readonly waiting: Map<string, Repair>;
  /** Of the pause before the next, or of the patience with the last; undefined where nothing waits. */
  timer: unknown;
  pause: number;
}

/** Told that a portal was sent an entry: it took it, or it refused it, or had its chances and said nothing. */
export type OnRepaired = (row: Row, portal: string, entry: CheckedEntry, isAccepted: boolean) => void;

/**
 * Read repair: a portal that was seen without the newest entry is sent it. Paced, one at a time, so that a portal which lost everything is
 * not met with all at once; and each portal by itself, so that none holds up another's. What could not be sent, as to a portal in quarantine, waits.
 */
export class Repairs {
  readonly #world: TableWorld;
  readonly #onRepaired: OnRepaired;
  readonly #queues = new Map<string, Queue>();
  #isStopped = false;

  constructor(world: TableWorld, onRepaired: OnRepaired) {
    this.#world = world;
    this.#onRepaired = onRepaired;
  }

  add(row: Row, portal: string): void {
    const queue = this.#queues.get(portal) ?? { portal, waiting: new Map<string, Repair>(), timer: undefined, pause: this.#world.policy.repairInterval };
    const { waiting } = queue;
    const attempts = waiting.get(row.name)?.attempts ?? 0;
    if (waiting.size >= MAX_WAITING && !waiting.has(row.name)) return;
    this.#queues.set(portal, queue);
    if (waiting.get(row.name)?.row !== row) waiting.set(row.name, { row, attempts });
    if (queue.timer === undefined) this.#pace(queue);
  }

  /** The portal has it. */
  delete(row: Row, portal: string): void {
    this.#queues.get(portal)?.waiting.delete(row.name);
  }

  stop(): void {
    this.#isStopped = true;
    for (const { timer, waiting } of this.#queues.values()) {
      this.#world.clock.clearTimeout(timer);
      waiting.clear();
    }
  }

  #pace(queue: Queue): void {
    queue.timer = this.#isStopped || queue.waiting.size === 0 ? undefined : this.#world.clock.setTimeout(() => this.#sendNext(queue), queue.pause);
  }

  #sendNext(queue: Queue): void {
    const [repair] = queue.waiting.values();
    const entry = repair?.row.latest;
    if (repair === undefined || entry === undefined) {
      if (repair !== undefined) queue.waiting.delete(repair.row.name);
      return this.#pace(queue);
    }
    const { clock, policy, portal } = this.#world;
    const goOn = (pause: number): void => {
      clock.clearTimeout(queue.timer);
      queue.pause = pause;
      this.#pace(queue);
    };
    const fail = (isSent: boolean): void => {
      if (isSent && ++repair.attempts >= ATTEMPTS) this.#done(queue, repair, entry, false);
      goOn(Math.min(2 * queue.pause, Math.max(policy.lagGrace, policy.repairInterval)));
    };
    const patience = clock.setTimeout(() => fail(true), PATIENCE);
    const hear = (reply: PortalReply): void => {
      const isAwaited = queue.timer === patience;
      if (reply.kind !== 'failed') {
        this.#done(queue, repair, entry, reply.kind === 'accepted');
        if (isAwaited) goOn(policy.repairInterval);
        // Where it never left, or the portal is in quarantine, the portal has had no chance yet.
      } else if (isAwaited) fail('code' in reply.error && reply.error.code !== 'UNREACHABLE');
    };
    queue.timer = patience;
    void portal.post(queue.portal, entry).then(hear);
  }

  #done({ portal, waiting }: Queue, repair: Repair, entry: CheckedEntry, isAccepted: boolean): void {
    const { row } = repair;
    if (waiting.get(row.name) === repair) {
      if (row.latest === undefined || compareChecked(row.latest, entry) <= 0) waiting.delete(row.name);
      else repair.attempts = 0;
    }
    this.#onRepaired(row, portal, entry, isAccepted);
  }
}
