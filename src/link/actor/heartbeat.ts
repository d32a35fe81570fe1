import { RegistryError } from '../../error.ts';
import { elapsedOn, type Clock } from '../../world.ts';
import type { Connection } from '../connection.ts';
import type { ActorService } from './service.ts';

export interface Heartbeat {
  /** Milliseconds between an answer and the next question. Default 2,000. */
  readonly interval?: number | undefined;
  /** Milliseconds of silence after which the other side is dead. Default 8,000. */
  readonly patience?: number | undefined;
  readonly urgency?: Urgency | undefined;
}

/** Somebody waits for what the other side does, and is not to wait for long. */
export interface Urgency {
  /** Milliseconds of silence after which the other side is dead while somebody does; undefined while nobody does. */
  patience(): number | undefined;
  /** Calls back when somebody does. @returns what ends that */
  follow(listener: () => void): () => void;
}

/** Milliseconds between an answer and the next question while somebody waits, at most. */
const HURRY = 200;

/** Which part of the patience each of the questions is waited for that go unanswered in a row. */
const PARTS = [0.4, 0.4, 0.2] as const;

/**
 * Asks the other side for a sign of life until the connection ends, and ends it when there is none: a thread stuck in a loop keeps its port
 * and its lock for ever. Several questions in a row must go unanswered, since a machine that slept, and a thread that was busy itself, find
 * their timers due before the answers that lie ready.
 */
export function keepAlive(connection: Pick<Connection<ActorService>, 'call' | 'fail' | 'gone'>, clock: Clock, { interval = 2_000, patience = 8_000, urgency }: Heartbeat): void {
  let since = elapsedOn(clock);
  /** Questions in a row that have no answer. */
  let open = 0;
  /** Whether it has answered yet: what it begins with may take it long. */
  let hasAnswered = false;
  let timer: unknown;
  /** When it is looked again. */
  let due = Infinity;
  const look = (): void => {
    const urgent = hasAnswered ? urgency?.patience() : undefined;
    const most = urgent ?? patience;
    const now = elapsedOn(clock);
    // The first question soon: until it is answered, nobody can be in a hurry.
    const isHurried = urgency !== undefined && (urgent !== undefined || !hasAnswered);
    const next = since + (open > 0 ? most * (PARTS[open - 1] ?? 0) : isHurried ? Math.min(interval, HURRY) : interval);
    if (next > now) {
      if (next === due) return;
      clock.clearTimeout(timer);
      due = next;
      timer = clock.setTimeout(onDue, next - now);
      return;
    }
    if (open === PARTS.length) return connection.fail(new RegistryError('WORKER_GONE', `no sign of life for ${most} ms`));
    open++;
    since = elapsedOn(clock);
    connection.call('ping', undefined, { deadline: Infinity }).then(answered, () => {}); // of a connection that ended
    look();
  };
  const onDue = (): void => {
    due = Infinity;
    look();
  };
  const answered = (): void => {
    open = 0;
    hasAnswered = true;
    since = elapsedOn(clock);
    look();
  };
  const unfollow = urgency?.follow(look);
  look();
  const end = (): void => {
    unfollow?.();
    clock.clearTimeout(timer);
  };
  void connection.gone.then(end);
}
