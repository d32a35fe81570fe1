import { expect, it } from 'vitest';
import { trim } from '../src/trim.ts';

const numbered = (count: number): Set<string> => new Set(Array.from({ length: count }, (_, i) => String(i)));

it.each([
  { size: 100, most: 100, left: 100 },
  { size: 101, most: 100, left: 90 },
  { size: 3, most: 2, left: 2 },
])('of $size, where $most may stay, the newest $left do', ({ size, most, left }) => {
  const items = numbered(size);
  trim(items, most);
  expect([...items]).toEqual([...numbered(size)].slice(size - left));
});
