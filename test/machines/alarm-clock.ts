import type { Clock } from '../../src/world.ts';

interface Alarm {
  readonly duration: number;
  readonly callback: () => void;
}

/** A clock that stands still. Each alarm goes off when a test says so, in any order: a machine must not rely on which of two comes first. */
export class AlarmClock implements Clock {
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return 0;
  }
  setTimeout(callback: () => void, duration: number): Alarm {
    const alarm = { duration, callback };
    this.#alarms.add(alarm);
    return alarm;
  }
  clearTimeout(alarm: unknown): void {
    this.#alarms.delete(alarm as Alarm);
  }

  /** How long each alarm was set for, the shortest first. */
  get waits(): readonly number[] {
    return [...this.#alarms].map(({ duration }) => duration).sort((a, b) => a - b);
  }

  /** The first that was set for one of these durations goes off; nothing happens if there is none. */
  ring(durations: readonly number[]): void {
    const alarm = [...this.#alarms].find(({ duration }) => durations.includes(duration));
    if (alarm === undefined) return;
    this.#alarms.delete(alarm);
    alarm.callback();
  }
}
