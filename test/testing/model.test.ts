import { describe, expect, it } from 'vitest';
import { assign, createActor, setup } from 'xstate';
import { commandOf, Coverage, Departure, shortestPaths, simplePaths, stepsOf, transitionsTaken, walkPath, walkStep, type Bench, type Oracle, type Walk, type Walking } from '../../src/testing/index.ts';

interface Turnstile {
  readonly state: 'locked' | 'unlocked' | 'dead';
  readonly coins: number;
}
type Turn = { readonly type: 'COIN' | 'PUSH' };
type Effect = 'the coin is kept';

const oracle: Oracle<Turnstile, Turn, 'locked' | 'unlocked', never, Effect> = {
  table: {
    locked: { COIN: [{ to: 'unlocked', does: ['the coin is kept'] }], PUSH: 'ignored' },
    unlocked: { COIN: [{ does: ['the coin is kept'] }], PUSH: [{ to: 'locked' }] },
  },
  conditions: {},
  effects: { 'the coin is kept': (model) => ({ ...model, coins: model.coins + 1 }) },
  stateOf: ({ state }) => state,
  enter: (model, state) => ({ ...model, state }),
};
const walk: Walk<Turnstile, Turn, Turnstile> = {
  oracle,
  inputs: [undefined],
  begin: () => ({ state: 'locked', coins: 0 }),
  shows: (model) => model,
  samples: [{ type: 'COIN' }, { type: 'PUSH' }],
  situation: ({ state, coins }) => `${state} ${Math.min(coins, 4)}`,
};

/** @param most coins that it counts */
const machineOf = (most: number) =>
  setup({ types: { context: {} as { readonly coins: number }, events: {} as Turn }, actions: { keep: assign(({ context }) => ({ coins: Math.min(most, context.coins + 1) })) } }).createMachine({
    id: 'turnstile',
    context: { coins: 0 },
    initial: 'locked',
    states: { locked: { on: { COIN: { target: 'unlocked', actions: 'keep' } } }, unlocked: { on: { COIN: { actions: 'keep' }, PUSH: 'locked' } } },
  });

function walkingOf(machine: ReturnType<typeof machineOf>): Walking<Turn, Turnstile, undefined> & { readonly coverage: Coverage } {
  const open = (): Bench<Turn, Turnstile> => {
    const actor = createActor(machine);
    const taken = transitionsTaken(actor);
    actor.start();
    return {
      happen: (event) => actor.send(event),
      isPossible: () => true,
      look: () => ({ state: actor.getSnapshot().value, coins: actor.getSnapshot().context.coins }),
      taken: () => taken,
      close: () => void actor.stop(),
    };
  };
  return { open, same: (seen, expected) => expect(seen).toEqual(expected), coverage: new Coverage(machine) };
}

describe('given a machine that does what its table says', () => {
  it('when each cell and each simple path is walked, then all of it was seen', async () => {
    const walking = walkingOf(machineOf(Infinity));
    expect(String(walking.coverage)).toBe('0 of 2 states, 0 of 3 transitions');
    for (const step of stepsOf(walk)) await walkStep(walk, step, walking);
    const { paths, isComplete } = simplePaths(walk, { most: 100, seed: 1 });
    expect(isComplete).toBe(true);
    for (const path of paths) await walkPath(walk, path, walking);
    expect([walking.coverage.missing, walking.coverage.unknown, String(walking.coverage)]).toEqual([[], [], '2 of 2 states, 3 of 3 transitions']);
  });

  it('when what can be is said to be impossible, then that is a departure', async () => {
    const [step] = stepsOf(walk);
    if (step === undefined) throw new Error('there are no steps');
    await expect(walkStep(walk, { ...step, isPossible: false }, walkingOf(machineOf(Infinity)))).rejects.toThrow(/^COIN can be in locked/);
  });
});

describe('given a machine that counts to two', () => {
  it('when it is walked further, then that is a departure, which tells of the event and of what was before', async () => {
    const events = [{ type: 'COIN' }, { type: 'PUSH' }, { type: 'COIN' }, { type: 'COIN' }] as const;
    const walked = walkPath(walk, { input: undefined, events }, walkingOf(machineOf(2)));
    await expect(walked).rejects.toBeInstanceOf(Departure);
    await expect(walked).rejects.toThrow(/^COIN in unlocked: [^]*after {"type":"COIN"}, {"type":"PUSH"}, {"type":"COIN"}, {"type":"COIN"}$/);
  });

  it('when a command is run, then it is one, too, and what cannot be is left out', async () => {
    const { open, same } = walkingOf(machineOf(0));
    const commandFor = commandOf(walk, { same });
    expect(commandFor({ type: 'COIN' }).check({ model: { state: 'dead', coins: 0 } })).toBe(false);
    expect(String(commandFor({ type: 'COIN' }))).toBe('{"type":"COIN"}');
    await expect(commandFor({ type: 'COIN' }).run({ model: walk.begin(undefined) }, await open(undefined))).rejects.toBeInstanceOf(Departure);
  });
});

/** The events of each path, by their first letters. */
const named = (paths: readonly { readonly events: readonly Turn[] }[]): string[] => paths.map(({ events }) => events.map(({ type }) => type[0]).join(''));

describe('given an oracle', () => {
  it('when shortest paths are asked for, then there is one to each situation, the shortest first', () => {
    expect(named(shortestPaths(walk))).toEqual(['', 'C', 'CC', 'CP', 'CCC', 'CCP', 'CCCC', 'CCCP', 'CCCCP']);
  });

  it('when there are more simple paths than are to be walked, then so many are drawn as were asked for, the same from the same seed', () => {
    const drawn = (seed: number) => simplePaths(walk, { most: 3, sample: 4, seed });
    expect(drawn(7).isComplete).toBe(false);
    expect(new Set(named(drawn(7).paths)).size).toBe(4);
    expect(drawn(7)).toEqual(drawn(7));
    const all = named(simplePaths(walk, { most: 100, seed: 1 }).paths);
    for (const path of named(drawn(7).paths)) expect(all).toContain(path);
  });

  it('when no path leads to a cell, then that is told', () => {
    expect(() => stepsOf({ ...walk, samples: [{ type: 'PUSH' }] })).toThrow('no path leads to locked where COIN leads to unlocked, the coin is kept');
  });
});

describe('given a bench whose worker is gone at the end', () => {
  it.each([
    { what: 'the machine had departed before', most: 0, told: /^COIN in locked: / },
    { what: 'nothing else went wrong', most: Infinity, told: /^it is gone$/ },
  ])('when $what, then what went wrong first is told, and the bench is closed', async ({ most, told }) => {
    const walking = walkingOf(machineOf(most));
    const closed: string[] = [];
    const open = async (): Promise<Bench<Turn, Turnstile>> => ({
      ...(await walking.open(undefined)),
      taken: () => Promise.reject(new Error('it is gone')),
      close: () => void closed.push('closed'),
    });
    await expect(walkPath(walk, { input: undefined, events: [{ type: 'COIN' }] as const }, { ...walking, open })).rejects.toThrow(told);
    expect(closed).toEqual(['closed']);
  });
});

describe('given an oracle that remembers what JSON does not know', () => {
  interface Counting {
    readonly state: 'on';
    readonly count: bigint;
    readonly seen: ReadonlySet<string>;
    readonly byName: ReadonlyMap<string, number>;
  }
  type Counted = { readonly type: 'ADD' | 'NAME' };
  const counting: Walk<Counting, Counted, Counting> = {
    oracle: {
      table: { on: { ADD: [{ when: 'below three', does: ['count'] }], NAME: [{ does: ['name'] }] } },
      conditions: { 'below three': ({ count }) => count < 3n },
      effects: { count: (model) => ({ ...model, count: model.count + 1n }), name: (model) => ({ ...model, seen: new Set([...model.seen, 'it']), byName: new Map([['it', 1]]) }) },
      stateOf: ({ state }) => state,
      enter: (model) => model,
    },
    inputs: [undefined],
    begin: () => ({ state: 'on', count: 0n, seen: new Set(), byName: new Map() }),
    shows: (model) => model,
    samples: [{ type: 'ADD' }, { type: 'NAME' }],
  };

  it('when paths are asked for, then each situation is one of its own', () => {
    expect(shortestPaths(counting)).toHaveLength(8);
    expect(simplePaths(counting, { most: 100, seed: 1 }).paths.map(({ events }) => events.length)).toEqual([4, 4, 4, 4]);
  });

  it('when its steps are asked for, then each is one that changes something', () => {
    expect(stepsOf(counting).map(({ sentence, events }) => [sentence, events.length])).toEqual([
      ['on: ADD (below three) count', 0],
      ['on: ADD is ignored otherwise', 3],
      ['on: NAME name', 0],
    ]);
  });

  it.each(['conditions', 'effects'] as const)('when its table names one of %s that there is not, then that is told', (part) => {
    const lacking: Walk<Counting, Counted, Counting> = { ...counting, oracle: { ...counting.oracle, [part]: {} } };
    expect(() => stepsOf(lacking)).toThrow(RangeError);
  });
});
