import { RegistryError } from '../../error.ts';
import type { Clock } from '../../world.ts';
import type { Connection } from '../connection.ts';
import type { ActorService } from './service.ts';

export interface Heartbeat {
  /** Milliseconds between an answer and the next question. Default 2,000. */
  readonly interval?: number | undefined;
  /** Milliseconds of silence after which the other side is dead. Default 8,000. */
  readonly patience?: number | undefined;
}

/**
 * Asks the other side for a sign of life until the connection ends, and ends it when there is none: a thread stuck in a loop keeps its port
 * and its lock for ever. Two questions in a row must go unanswered, since a machine that slept finds its timers due before the answers
 * that lie ready.
 */
export function keepAlive(connection: Connection<ActorService>, clock: Clock, { interval = 2_000, patience = 8_000 }: Heartbeat): void {
  const ask = (missed: number): void => {
    connection.call('ping', undefined, { deadline: patience / 2 }).then(
      () => rest(),
      () => (missed === 0 ? ask(1) : connection.fail(new RegistryError('WORKER_GONE', `no sign of life for ${patience} ms`))),
    );
  };
  let timer: unknown;
  const rest = (): void => {
    timer = clock.setTimeout(() => ask(0), interval);
  };
  rest();
  void connection.gone.then(() => clock.clearTimeout(timer));
}
