// Model-based tests of a machine of one's own: a turnstile, held to a table that says what it has to do.
import assert from 'node:assert/strict';
import { Coverage, simplePaths, stepsOf, transitionsTaken, walkPath, walkStep } from 'secure-registry/testing';
import { assign, createActor, setup } from 'xstate';

const turnstile = setup({
  actions: { keep: assign(({ context }) => ({ coins: context.coins + 1 })) },
}).createMachine({
  id: 'turnstile',
  context: { coins: 0 },
  initial: 'locked',
  states: {
    locked: { on: { COIN: { target: 'unlocked', actions: 'keep' } } },
    unlocked: { on: { COIN: { actions: 'keep' }, PUSH: 'locked' } },
  },
});

// What it has to do, written without looking at it: a cell for each state and event. In TypeScript, as an `Oracle`, a cell that is missing does not compile.
const oracle = {
  table: {
    locked: { COIN: [{ to: 'unlocked', does: ['the coin is kept'] }], PUSH: 'ignored' },
    unlocked: { COIN: [{ does: ['the coin is kept'] }], PUSH: [{ to: 'locked' }] },
  },
  conditions: {},
  effects: { 'the coin is kept': (model) => ({ ...model, coins: model.coins + 1 }) },
  stateOf: ({ state }) => state,
  enter: (model, state) => ({ ...model, state }),
};
const walk = {
  oracle,
  inputs: [undefined],
  begin: () => ({ state: 'locked', coins: 0 }),
  shows: (model) => model,
  samples: [{ type: 'COIN' }, { type: 'PUSH' }],
  situation: ({ state }) => state,
};

// The machine at work: an actor in this thread. One in a worker looks the same from here.
function open() {
  const actor = createActor(turnstile);
  const taken = transitionsTaken(actor);
  actor.start();
  return {
    happen: (event) => actor.send(event),
    isPossible: () => true,
    look: () => ({ state: actor.getSnapshot().value, coins: actor.getSnapshot().context.coins }),
    taken: () => taken,
    close: () => void actor.stop(),
  };
}

const walking = { open, same: assert.deepEqual, coverage: new Coverage(turnstile) };
for (const step of stepsOf(walk)) await walkStep(walk, step, walking);
const { paths } = simplePaths(walk, { most: 1_000, seed: 1 });
for (const path of paths) await walkPath(walk, path, walking);
assert.deepEqual(walking.coverage.missing, []);

console.log(`${String(walking.coverage)}, ${stepsOf(walk).length} cells, ${paths.length} simple path`);
