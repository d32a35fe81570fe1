import { invalidInput } from '../error.ts';
import { SECTOR_BYTES } from './sector.ts';

/** The part of a sector that a link of version 1 is about, in bytes: `offset` + `fetchSize` ≤ {@link SECTOR_BYTES}. */
export interface SectorRange {
  readonly offset: number;
  readonly fetchSize: number;
}

/** Sixteen bits, of which the last two are the version less one (skyd `skymodules.Skylink`). */
const VERSION_BITS = 2;
export const RESOLVER_BITFIELD = 1;
const PAGE_BYTES = 4096;

/**
 * The range that a bitfield of version 1 names: after the version as many ones as its mode, a zero, three bits of size, and the offset. Undefined for
 * every other bitfield, and for a range that leaves the sector, as those of every mode above 7 do.
 */
export function rangeOfBitfield(bitfield: number): SectorRange | undefined {
  if ((bitfield & 3) !== 0) return undefined;
  let rest = bitfield >> VERSION_BITS;
  let mode = 0;
  for (; (rest & 1) === 1; rest >>= 1) mode++;
  rest >>= 1;
  const { base, step } = sizesOf(mode);
  const fetchSize = base + ((rest & 7) + 1) * step;
  const offset = (rest >> 3) * (PAGE_BYTES << mode);
  return offset + fetchSize <= SECTOR_BYTES ? { offset, fetchSize } : undefined;
}

/**
 * The bitfield of version 1 for a sector's first `size` bytes, 0 … {@link SECTOR_BYTES}: offset 0, and the smallest size to fetch that holds them.
 * @throws RegistryError `INVALID_INPUT`
 */
export function bitfieldOfSize(size: number): number {
  if (!Number.isInteger(size) || size < 0 || size > SECTOR_BYTES) throw invalidInput('size', `an integer from 0 to ${SECTOR_BYTES}`);
  let mode = 0;
  while (size > mostBytesOf(mode)) mode++;
  const { base, step } = sizesOf(mode);
  const steps = Math.max(0, Math.ceil((size - base) / step) - 1);
  return (((steps * 2) << mode) | ((1 << mode) - 1)) << VERSION_BITS;
}

/** Each mode has eight sizes, of which the largest is twice that of the mode before. */
function sizesOf(mode: number): { readonly base: number; readonly step: number } {
  const step = mode === 0 ? PAGE_BYTES : PAGE_BYTES << (mode - 1);
  return { base: mode === 0 ? 0 : 8 * step, step };
}

const mostBytesOf = (mode: number): number => (8 * PAGE_BYTES) << mode;
