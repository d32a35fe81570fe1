import { keyNamed, type CheckedEntry } from '../registry/index.ts';
import type { Shelf } from './shelf.ts';

/** The genuine entry that is served in place of the one that was asked for; undefined where there is none to lie with. */
export function lieFor(fault: unknown, shelf: Shelf, name: string): CheckedEntry | undefined {
  if (fault === 'stale') return shelf.stale(name);
  if (fault === 'equivocate') return shelf.equivocal(name);
  const foreign = fault === 'cross' ? shelf.foreign(name) : undefined;
  return foreign && { ...foreign, ...keyNamed(name) };
}
