/** How much later than now a time may be that another thread, or another look at the clock, gave; milliseconds. */
const TOLERANCE = 1_000;

/** Whether a time (epoch milliseconds) may be one that has passed. A word from the future came before the time of day was set back: how old it is, nobody knows. */
export const isPast = (time: number, now: number): boolean => time <= now + TOLERANCE;

/** Whether a word from this time (epoch milliseconds) is at least as late as `since`. */
export const isFresh = (time: number, since: number, now: number): boolean => time >= since && (since === -Infinity || isPast(time, now));
