import { keyNamed, type CheckedEntry } from '../registry/index.ts';
import type { ReadFault, SocketFault, WriteFault } from './faults.ts';
import type { Shelf } from './shelf.ts';

/** What is said in place of the truth: a genuine entry, or `null` that there is none; undefined where the fault is no such lie, or has nothing to lie with. */
export function lieFor(fault: ReadFault | WriteFault | SocketFault | undefined, shelf: Shelf, name: string): CheckedEntry | null | undefined {
  if (fault === 'stale') return shelf.stale(name) ?? null;
  if (fault === 'equivocate') return shelf.equivocal(name);
  const foreign = fault === 'cross' ? shelf.foreign(name) : undefined;
  return foreign && { ...foreign, ...keyNamed(name) };
}
