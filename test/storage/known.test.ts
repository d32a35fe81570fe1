import { describe, expect, it } from 'vitest';
import { takeSignedEntry } from '../../src/registry/index.ts';
import { KnownFloors } from '../../src/storage/index.ts';
import { someone } from '../runtime/fixture/author.ts';

const author = someone();
const entry = (name: string) => takeSignedEntry(author.entry(1n, '', { name }));
const numbered = (count: number, prefix = ''): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe('the floors in memory', () => {
  it('keep every byte, and the higher of two', () => {
    const floors = new KnownFloors(10, new Set());
    const [lower, higher] = [1n, 2n ** 64n - 1n].map((revision) => takeSignedEntry(author.entry(revision, 'some data')));
    if (lower === undefined || higher === undefined) throw new Error('there are two');
    floors.raise('id', higher, false, 1);
    floors.raise('id', lower, true, 2);
    expect(floors.get('id')).toEqual({ entry: higher, isSaved: false, usedAt: 2 });
  });

  it('forget the least recently used tenth beyond the limit, which is of those that are not pinned', () => {
    const pins = new Set(numbered(50, 'pinned '));
    const floors = new KnownFloors(20, pins);
    const shared = entry('shared');
    for (const id of [...pins, ...numbered(20)]) floors.raise(id, shared, true, 1);
    floors.raise('0', shared, true, 2);
    floors.raise('newest', shared, true, 3);
    const left = [...pins, ...numbered(20), 'newest'].filter((id) => floors.get(id) !== undefined);
    expect(left).toEqual([...pins, '0', ...numbered(20).slice(4), 'newest']);
  });

  it('look for nothing to forget while no more than the pinned ones are beyond the limit', () => {
    let looks = 0;
    const names = new Set(numbered(50));
    const floors = new KnownFloors(10, { size: names.size, has: (id) => ++looks > 0 && names.has(id) });
    for (const id of names) floors.raise(id, entry('shared'), true, 1);
    expect(looks).toBe(0);
  });

  it('forget what no storage has saved last', () => {
    const floors = new KnownFloors(10, new Set());
    const shared = entry('shared');
    for (const id of numbered(10)) floors.raise(id, shared, id !== '0', 1);
    floors.raise('newest', shared, true, 2);
    expect(floors.get('0')).toBeDefined();
    expect(floors.get('1')).toBeUndefined();
  });
});
