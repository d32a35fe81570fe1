import { useRef } from 'preact/hooks';

export interface HeldRows<T> {
  readonly rows: readonly T[];
  /** How many came since they are held. */
  readonly waiting: number;
}

/** Rows as they were when they began to be held: what one reads must not run away. */
export function useHeldRows<T>(isHeld: boolean, find: () => readonly T[], filter: string, total: number): HeldRows<T> {
  const held = useRef<{ readonly rows: readonly T[]; readonly filter: string; readonly total: number } | undefined>(undefined);
  if (!isHeld || held.current?.filter !== filter) held.current = { rows: find(), filter, total };
  return { rows: held.current.rows, waiting: Math.max(0, total - held.current.total) };
}
