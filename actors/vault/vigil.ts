import type { Clock } from '../../src/world.ts';

/** How often it is looked whether it is time to lock, in milliseconds. */
const INTERVAL = 5_000;

/** A look that comes so much too late, or too early, did not wait for this process: the machine slept, or its clock was set. */
const SLEPT = 20_000;

export interface VigilOptions {
  readonly clock: Clock;
  /** How long the keys may lie unused, in milliseconds. */
  readonly idle: number;
  /** When they were used last, in epoch milliseconds. */
  readonly lastUse: () => number;
  readonly onIdle: () => void;
  readonly onWoke: () => void;
  /** Called at each look that finds the vault in use. */
  readonly onLook: () => void;
}

/**
 * Looks at the clock while a vault is unlocked: one timer for the whole time would stand still while the machine sleeps.
 * @returns what ends it
 */
export function keepVigil({ clock, idle, lastUse, onIdle, onWoke, onLook }: VigilOptions): () => void {
  let before = clock.now();
  let timer: unknown;
  const look = (): void => {
    const now = clock.now();
    const passed = now - before;
    before = now;
    if (passed > pause + SLEPT || passed < 0) return onWoke();
    if (now - lastUse() >= idle) return onIdle();
    onLook();
    wait();
  };
  let pause = INTERVAL;
  const wait = (): void => {
    // No longer than until the keys have lain unused for long enough.
    pause = Math.max(1, Math.min(INTERVAL, lastUse() + idle - clock.now()));
    timer = clock.setTimeout(look, pause);
  };
  wait();
  return () => clock.clearTimeout(timer);
}
