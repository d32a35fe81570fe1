import { RegistryError } from '../../error.ts';
import { elapsedOn, type Clock } from '../../world.ts';
import type { Connection } from '../connection.ts';
import type { ActorService } from './service.ts';

export interface Heartbeat {
  /** Milliseconds between an answer and the next question. Default 2,000. */
  readonly interval?: number | undefined;
  /** Milliseconds of silence after which the other side is dead. Default 8,000. */
  readonly patience?: number | undefined;
  /** As much as that while somebody waits for what the other side does, who is not to wait for long; undefined while nobody does. Looked at five times a second. */
  readonly urgency?: (() => number | undefined) | undefined;
}

/** How often it is looked whether somebody waits, in milliseconds; and between an answer and the next question while somebody does. */
const LOOK = 200;

/** Which part of the patience each of the questions is waited for that go unanswered in a row. */
const PARTS = [0.4, 0.4, 0.2] as const;

/**
 * Asks the other side for a sign of life until the connection ends, and ends it when there is none: a thread stuck in a loop keeps its port
 * and its lock for ever. Several questions in a row must go unanswered, since a machine that slept, and a thread that was busy itself, find
 * their timers due before the answers that lie ready.
 */
export function keepAlive(connection: Connection<ActorService>, clock: Clock, { interval = 2_000, patience = 8_000, urgency }: Heartbeat): void {
  let since = elapsedOn(clock);
  /** Questions in a row that have no answer. */
  let open = 0;
  /** Whether it has answered yet: what it begins with may take it long. */
  let hasAnswered = false;
  let timer: unknown;
  const look = (): void => {
    clock.clearTimeout(timer);
    const urgent = hasAnswered ? urgency?.() : undefined;
    const most = urgent ?? patience;
    const rest = urgency !== undefined && (urgent !== undefined || !hasAnswered) ? Math.min(interval, LOOK) : interval;
    const left = since - elapsedOn(clock) + (open > 0 ? most * (PARTS[open - 1] ?? 0) : rest);
    if (left > 0) {
      timer = clock.setTimeout(look, urgency === undefined ? left : Math.min(left, LOOK));
      return;
    }
    if (open === PARTS.length) return connection.fail(new RegistryError('WORKER_GONE', `no sign of life for ${most} ms`));
    open++;
    since = elapsedOn(clock);
    connection.call('ping', undefined, { deadline: Infinity }).then(answered, () => {}); // of a connection that ended
    look();
  };
  const answered = (): void => {
    open = 0;
    hasAnswered = true;
    since = elapsedOn(clock);
    look();
  };
  look();
  void connection.gone.then(() => clock.clearTimeout(timer));
}
