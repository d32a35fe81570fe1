/** The least a file counts for, so that a flood of tiny ones runs out of room before the file system runs out of names. */
const LEAST_BYTES = 4096;

/** The bytes that files may take together, and what they do. */
export class Room {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes room for a file. False if there is not enough; then none was taken. */
  take(bytes: number): boolean {
    const after = this.#taken + Math.max(LEAST_BYTES, bytes);
    if (after > this.#most) return false;
    this.#taken = after;
    return true;
  }

  /** Counts a file that is there, whether there is room or not. */
  count(bytes: number): void {
    this.#taken += Math.max(LEAST_BYTES, bytes);
  }

  give(bytes: number): void {
    this.#taken -= Math.max(LEAST_BYTES, bytes);
  }
}
