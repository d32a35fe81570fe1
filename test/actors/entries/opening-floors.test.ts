import { expect, it } from 'vitest';
import { OpeningFloors } from '../../../actors/entries/opening-floors.ts';
import { entryId, nameOf, type SignedEntry } from '../../../src/registry/index.ts';
import { FloorStore, MemoryStorage } from '../../../src/storage/index.ts';
import { deferred, FakeClock, turn } from '../../link/fixture/clock.ts';
import { someone } from '../../runtime/fixture/author.ts';

const named = (entry: SignedEntry) => ({ name: nameOf(entry), id: entryId(entry) });

it('G2: no floor is read before those that a predecessor hands on are in', async () => {
  const clock = new FakeClock();
  const floors = new OpeningFloors((onState) => FloorStore.open(new MemoryStorage(), { verify: async () => true, clock, onState }), clock, 5_000, () => {});
  const entry = someone().entry(7n);
  const verified = deferred<void>();
  floors.handOn(verified.promise.then(() => floors.raise([entry])));
  const read = floors.getMany([named(entry)]);
  // Verifying takes its time; whoever asks meanwhile has to wait for it.
  for (let passed = 0; passed < 5; passed++) await turn();
  verified.resolve();
  expect((await read)[0]?.entry.revision).toBe(7n);
});

it('a floor that could not be handed on holds nobody up', async () => {
  const clock = new FakeClock();
  const floors = new OpeningFloors((onState) => FloorStore.open(new MemoryStorage(), { verify: async () => true, clock, onState }), clock, 5_000, () => {});
  floors.handOn(Promise.reject(new Error('forged')));
  expect(await floors.getMany([named(someone().entry(7n))])).toEqual([undefined]);
});
