/** How long an update waits at most for the lease of its entry before it goes on without, and how long it then has its turn, in milliseconds. */
export const LONGEST_WAIT = 60_000;
export const LONGEST_HOLD = 60_000;
