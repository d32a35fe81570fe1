/** One message of a pipe. */
export interface Load {
  readonly pipe: string;
  readonly items: readonly unknown[];
  /** Whether the sender wants to know when this was taken in. */
  readonly asks: boolean;
}

/** The answer to a load that asks. */
export interface Taken {
  /** The pipe's name. */
  readonly taken: string;
}

export function isLoad(data: unknown): data is Load {
  const { pipe, items } = (typeof data === 'object' && data !== null ? data : {}) as Partial<Record<keyof Load, unknown>>;
  return typeof pipe === 'string' && Array.isArray(items);
}
