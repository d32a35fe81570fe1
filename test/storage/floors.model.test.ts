import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareEntries } from '../../src/registry/order.ts';
import { takeSignedEntry, type SignedEntry } from '../../src/registry/entry.ts';
import type { StorageAdapter } from '../../src/storage/adapter.ts';
import { MemoryStorage } from '../../src/storage/memory.ts';
import { packFloor, parseFloor } from '../../src/storage/record.ts';
import { forged, genuine, idOf, keyOf, openFloors, plant, storedRevision, verify, withConnection } from './fixtures.ts';

const SEED = 20_261_121;
const names = ['a', 'b'] as const;

type Step =
  | { readonly do: 'raise' | 'plant forged'; readonly store: 0 | 1; readonly name: (typeof names)[number]; readonly revision: number; readonly text: string }
  | { readonly do: 'get'; readonly store: 0 | 1; readonly name: (typeof names)[number] }
  | { readonly do: 'break' | 'heal'; readonly store: 0 | 1 };

const store = fc.constantFrom(0 as const, 1 as const);
const name = fc.constantFrom(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  // Two texts for a revision: then the work hash decides.
  { weight: 6, arbitrary: fc.record({ do: fc.constant('raise' as const), store, name, revision: fc.integer({ min: 1, max: 6 }), text: fc.constantFrom('x', 'y') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('get' as const), store, name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('plant forged' as const), store, name, revision: fc.integer({ min: 1, max: 9 }), text: fc.constant('') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('break' as const, 'heal' as const), store }) },
);

it(`S1, S3, S4, S5, S6: whatever two stores on one storage do, in any order, floors rise to the highest genuine entry (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 2, maxLength: 24 }), async (scheduler, steps) => {
      const storage = new MemoryStorage({ durable: true });
      const broken = [false, false];
      /** The highest genuine entry stored so far: never to be undercut by what is stored later. */
      const highest = new Map<string, SignedEntry>();

      const watched = (index: number): StorageAdapter => ({
        async open() {
          if (broken[index]) throw new Error('broken');
          const connection = await storage.open();
          const late = async <T>(action: () => Promise<T>): Promise<T> => {
            await scheduler.schedule(Promise.resolve());
            if (broken[index]) throw new Error('broken');
            return action();
          };
          return {
            ...connection,
            getMany: (keys) => late(() => connection.getMany(keys)),
            update: (changes) =>
              late(async () => {
                await connection.update(changes);
                await noteStored();
              }),
          };
        },
      });
      const noteStored = async (): Promise<void> => {
        for (const each of names) {
          const [record] = await withConnection(storage, (connection) => connection.getMany([keyOf(each)]));
          const entry = record && parseFloor(record);
          if (!entry || !(await verify(entry))) continue;
          const before = highest.get(each);
          if (before) expect(compareEntries(entry, before)).toBeGreaterThanOrEqual(0);
          highest.set(each, entry);
        }
      };

      const stores = [await openFloors(watched(0)), await openFloors(watched(1))];
      const raised = new Map<string, SignedEntry>();
      const shown = new Map<string, SignedEntry>();
      /** What a store answers is genuine and never lower than what it answered before. */
      const show = (index: number, each: string, entry: SignedEntry | undefined): void => {
        const before = shown.get(`${index} ${each}`);
        if (before) expect(entry && compareEntries(entry, before)).toBeGreaterThanOrEqual(0);
        if (entry) shown.set(`${index} ${each}`, entry);
      };

      const actions = steps.map((each) => async (): Promise<void> => {
        const at = stores[each.store]!;
        switch (each.do) {
          case 'raise': {
            const entry = genuine(each.name, each.revision, each.text);
            const known = raised.get(each.name);
            if (!known || compareEntries(entry, known) > 0) raised.set(each.name, entry);
            const [floor] = await at.floors.raise([entry]);
            expect(compareEntries(floor!.entry, entry)).toBeGreaterThanOrEqual(0);
            expect(await verify(floor!.entry)).toBe(true);
            show(each.store, each.name, floor!.entry);
            return;
          }
          case 'get': {
            const floor = await at.floors.get(idOf(each.name));
            if (floor) expect(await verify(floor.entry)).toBe(true);
            show(each.store, each.name, floor?.entry);
            return;
          }
          case 'plant forged': {
            // A forger who overwrites a genuine record destroys it; here it only ever overwrites what both stores know.
            if (highest.has(each.name)) return;
            await plant(storage, keyOf(each.name), packFloor(takeSignedEntry(forged(each.name, each.revision + 10)), 0));
            return;
          }
          case 'break':
            broken[each.store] = true;
            return;
          case 'heal':
            broken[each.store] = false;
            await at.floors.heal();
        }
      });
      const running = Promise.all(
        actions.map(async (action) => {
          await scheduler.schedule(Promise.resolve());
          await action();
        }),
      );
      await scheduler.waitFor(running);

      broken.fill(false);
      for (const { floors } of stores) {
        await scheduler.waitFor(floors.heal()); // the first failure may only come to light now
        await scheduler.waitFor(floors.heal());
      }
      for (const [each, entry] of raised) {
        expect(await storedRevision(storage, each)).toBe(entry.revision);
        for (const { floors } of stores) {
          const floor = await scheduler.waitFor(floors.get(idOf(each)));
          expect(floor && compareEntries(floor.entry, entry)).toBe(0);
        }
      }
    }),
    { seed: SEED, numRuns: 400 },
  );
});
