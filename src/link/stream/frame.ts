import type { WireError } from '../../error.ts';

/** One message of a stream: the values that waited, and on the last frame how it ended. */
export interface Frame {
  readonly values: readonly unknown[];
  /** It needs no acknowledgement: one that comes later speaks for it, too. */
  readonly isQuiet?: true;
  readonly last?: Ending;
}
export interface Ending {
  /** Absent where the source completed. */
  readonly error?: WireError;
}

/** What the reader says back: a frame was taken in, and with it those before it, or no more is wanted. */
export type Credit = 'ack' | 'close';

export const isFrame = (data: unknown): data is Frame => typeof data === 'object' && data !== null && Array.isArray((data as Partial<Frame>).values);
