import { readFileSync } from 'node:fs';
import { assign, createMachine, emit, fromPromise, not, setup, type AnyStateMachine } from 'xstate';
import { describe, expect, it } from 'vitest';
import { inlineFunctions, machineDocuments, MACHINES, withDiagrams } from '../../src/inspect/documents.ts';
import * as exported from '../../src/machines.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const HOW = 'it does not show the machines as they are: `npm run diagrams`, and commit what it wrote';

describe('what is written of the machines', () => {
  it('is of every machine that is exported', () => {
    const all = Object.entries(exported).filter(([name]) => name.endsWith('Machine')).map(([, machine]) => machine as AnyStateMachine);
    expect(all.length).toBeGreaterThan(7);
    expect(new Set(MACHINES)).toEqual(new Set(all));
  });

  it.each(machineDocuments())('shows the $name machine as it is, to whoever imports it', ({ path, json }) => {
    expect(readFileSync(`${ROOT}${path}`, 'utf8'), `${path}: ${HOW}`).toBe(json);
    expect(() => createMachine(JSON.parse(json) as never)).not.toThrow();
  });

  it('shows them as they are in the specification', () => {
    const specification = readFileSync(`${ROOT}SPEC.md`, 'utf8');
    expect(withDiagrams(specification) === specification, `SPEC.md: ${HOW}`).toBe(true);
    expect(specification.match(/```mermaid\nstateDiagram-v2\n/g)).toHaveLength(MACHINES.length);
  });

  it('has a place of its own, and leaves the rest of the specification as it is', () => {
    const specification = withDiagrams('before\n<!-- what follows is written by `npm run diagrams` -->\nwhat was drawn before\n<!-- until here -->\nafter\n');
    expect(specification).toMatch(/^before\n<!-- what/);
    expect(specification).toMatch(/\n<!-- until here -->\nafter\n$/);
    expect(specification).not.toContain('what was drawn before');
    expect(() => withDiagrams('a specification without it')).toThrow('no place');
  });
});

const act = (): void => {};

describe('a function that has no name', () => {
  it.each(MACHINES.map((machine) => ({ name: machine.id, machine })))('is nowhere in the $name machine', ({ machine }) => {
    expect(inlineFunctions(machine)).toEqual([]);
  });

  const planted: Record<string, object> = {
    'entry': { entry: act },
    'exit': { exit: assign({ count: 1 }) },
    'always.guard': { always: { guard: () => true, target: 'b' } },
    'always.0.guard': { always: [{ guard: not('isOpen'), target: 'b' }] },
    'always.actions.1': { always: { target: 'b', actions: ['named', emit({ type: 'X' })] } },
    'after.delay.actions': { after: { delay: { actions: act } } },
    'after.delay.0.guard': { after: { delay: [{ guard: () => true, target: 'b' }] } },
    'on.GO': { on: { GO: act } },
    'on.GO.actions': { on: { GO: { actions: act } } },
    'on.GO.guard': { on: { GO: { guard: () => true, target: 'b' } } },
    'on.GO.actions.params': { on: { GO: { actions: { type: 'named', params: () => ({ n: 1 }) } } } },
    'invoke.onDone.actions': { invoke: { src: 'work', onDone: { actions: act } } },
    'invoke.onDone.0.guard': { invoke: { src: 'work', onDone: [{ guard: () => true, target: 'b' }] } },
    'invoke.onError.actions': { invoke: { src: 'work', onError: { actions: act } } },
    'invoke.onSnapshot.actions': { invoke: [{ src: 'work', onSnapshot: { actions: act } }] },
    'invoke.src': { invoke: { src: fromPromise(() => Promise.resolve()) } },
    'onDone.actions': { onDone: { actions: act } },
    'output': { output: () => 1 },
  };
  it.each(Object.entries(planted))('is found in %s, where JSON drops it', (place, state) => {
    const named = setup({ guards: { isOpen: () => true }, actions: { named: act }, actors: { work: fromPromise(() => Promise.resolve()) }, delays: { delay: 1 } });
    const machine = named.createMachine({ initial: 'a', states: { a: state, b: {} } });
    expect(inlineFunctions(machine).map((path) => path.replace(/^states\.a\./, '').replace(/^invoke\.0\./, 'invoke.').replace(/^invoke\.src\..*/, 'invoke.src'))).toContain(place);
    expect(inlineFunctions(createMachine(JSON.parse(JSON.stringify(machine.config)) as never))).toEqual([]);
  });

  it('is none of a statechart where data begins: a first context, and what a child is given', () => {
    const machine = createMachine({ context: () => ({}), initial: 'a', states: { a: { invoke: { src: 'work', input: () => 1 } }, b: { invoke: [{ src: 'work', input: () => 1 }] }, context: { entry: () => {} } } });
    expect(inlineFunctions(machine)).toEqual(['states.context.entry']);
  });
});
