import type { AnyStateMachine, AnyStateNode, StateValue } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { describe, expect, it } from 'vitest';
import { arrowsOf, elkGraphOf, linesOf, type ElkBox } from '../../src/inspector/chart/drawing.ts';
import { currentText, litStates, takenTransition } from '../../src/inspector/chart/lit.ts';
import { statechartOf } from '../../src/inspector/chart/statechart.ts';
import { toDisplayJson } from '../../src/link/actor/display.ts';
import { MACHINES } from '../../src/inspect/documents.ts';
import { entryMachine, portalMachine } from '../../src/machines.ts';

const machines = MACHINES.map((machine) => [machine.id, machine] as const);

/** As a birth brings it. */
const chartOf = (machine: AnyStateMachine) => statechartOf(toDisplayJson(machine.config));
const nodes = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap((child: AnyStateNode) => nodes(child))];
const pathOf = (node: AnyStateNode): string => node.path.join('.');

describe.each(machines)('the chart of the %s machine', (name, machine) => {
  const chart = chartOf(machine);

  it('has every state, of its kind, where it stands', () => {
    expect(chart.name).toBe(name);
    expect(chart.states.map(({ id, kind, parent }) => ({ id, kind, parent }))).toEqual(nodes(machine.root).map((node) => ({ id: pathOf(node), kind: node.type, parent: node.parent && pathOf(node.parent) })));
    for (const { id, initial } of chart.states) expect(initial).toBe(nodes(machine.root).find((node) => pathOf(node) === id)?.initial?.target?.map(pathOf)[0]);
  });

  it('has every transition, from where to where, as XState understands them', () => {
    const own = nodes(machine.root).flatMap((node) =>
      [...node.transitions.values(), node.always ?? []].flat().map(({ eventType, guard, target, actions }) => JSON.stringify([pathOf(node), eventType, guard ?? null, target?.map(pathOf) ?? [], actions.map((action) => (typeof action === 'string' ? action : (action as { type: string }).type))])),
    );
    const drawn = chart.transitions.map(({ source, event, guard, targets, actions }) => JSON.stringify([source, event, guard ?? null, targets, actions]));
    expect(drawn.toSorted()).toEqual(own.toSorted());
    expect(new Set(chart.transitions.map(({ id }) => id)).size).toBe(chart.transitions.length);
  });

  it('draws a box for every state, and an arrow or a line for every transition', () => {
    const boxes = (box: ElkBox): string[] => [box.id, ...(box.children ?? []).flatMap(boxes)];
    const graph = elkGraphOf(chart);
    expect(boxes(graph).filter((id) => id.startsWith('state:'))).toEqual(chart.states.map(({ id }) => `state:${id}`));
    const drawn = [...arrowsOf(chart).flatMap(({ transitions }) => transitions), ...chart.states.flatMap((state) => linesOf(state, chart).flatMap(({ transition }) => transition ?? []))];
    expect(new Set(drawn)).toEqual(new Set(chart.transitions));
    for (const { sources, targets } of graph.edges ?? []) for (const end of [...sources, ...targets]) expect(boxes(graph)).toContain(end);
  });

  it('lights the states that it begins in, as XState names them', () => {
    const snapshot = machine.resolveState({ value: initialValue(machine), context: {} });
    const lit = litStates(chart, snapshot.value);
    expect([...lit].toSorted()).toEqual(snapshot._nodes.map(pathOf).toSorted());
    expect(currentText(chart, lit)).toBe(
      chart.states
        .filter(({ id, children }) => lit.has(id) && children.length === 0)
        .map(({ id }) => id)
        .join(', '),
    );
  });
});

it.each(machines)('every state of the %s machine is lit with those around it', (_name, machine) => {
  const chart = chartOf(machine);
  for (const node of nodes(machine.root).filter(({ path }) => path.length > 0)) {
    const value = node.path.toReversed().reduce<unknown>((inner, key) => (inner === undefined ? key : { [key]: inner }), undefined);
    const around = node.path.map((_, i) => node.path.slice(0, i + 1).join('.'));
    expect([...litStates(chart, value)].toSorted()).toEqual(['', ...around].toSorted());
  }
});

it('names the transition that was taken, wherever one leads to what it led to', () => {
  const chart = chartOf(entryMachine);
  const paths = getShortestPaths(entryMachine.provide({ guards: { isNewer: () => true, isSame: () => false } }), {
    input: undefined,
    events: [
      { type: 'DEMANDED' },
      { type: 'RECALLED', entry: undefined, floor: 'durable' },
      { type: 'MISSING', portal: 'a', at: 1 },
      { type: 'FAILED' },
      { type: 'DISCONNECTED' },
      { type: 'RELEASED' },
    ],
  });
  expect(paths.length).toBeGreaterThan(5);
  for (const { steps } of paths) {
    let before: unknown = undefined;
    for (const { state, event } of steps) {
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(state.value)) {
        const taken = takenTransition(chart, event.type, before, state.value);
        expect(taken?.event).toBe(event.type);
        expect(litStates(chart, before)).toContain(taken?.source);
        expect(litStates(chart, state.value)).toContain(taken?.targets[0]);
      }
      before = state.value;
    }
  }
});

describe('the transition that was taken', () => {
  const portal = chartOf(portalMachine);
  it('is the innermost one that leads there', () => {
    const taken = takenTransition(portal, 'PROVEN', { connection: 'seeking' }, { connection: { live: 'settled' } });
    expect(taken).toMatchObject({ source: 'connection.seeking', targets: ['connection.live'], guard: 'isCandidate' });
  });
  it('is one that stays, where nothing moved', () => {
    const at = { connection: { live: 'settled' }, checks: { interval: 'resting' } };
    expect(takenTransition(portal, 'TRUSTED', at, at)).toMatchObject({ source: 'connection.live', targets: [] });
    // The machine itself would take it, too.
    expect(takenTransition(portal, 'ONLINE', at, at)).toMatchObject({ source: 'connection.live', targets: [] });
    expect(takenTransition(portal, 'ONLINE', { connection: 'idle' }, { connection: 'idle' })).toMatchObject({ source: '', targets: [] });
  });
  it('is the one that began the way, where it went on at once', () => {
    const taken = takenTransition(portal, 'xstate.after.returnInterval.portal.connection.live.settled', { connection: { live: 'settled' } }, { connection: { live: 'switching' } });
    expect(taken).toMatchObject({ source: 'connection.live.settled', targets: ['connection.live.appraising'] });
  });
  it('is none for what the machine does not know', () => {
    expect(takenTransition(portal, 'NOBODY', { connection: 'idle' }, { connection: 'idle' })).toBeUndefined();
  });
});

it.each([['no JSON', '{'], ['null', 'null'], ['a list', '[1]'], ['a number', '7'], ['states that are none', '{"states":7,"on":"x","always":3}']])('of %s there is one state', (_what, definition) => {
  const { states } = statechartOf(definition);
  expect(states.map(({ id }) => id)).toEqual(['']);
});

function initialValue(machine: AnyStateMachine): StateValue {
  const of = (node: AnyStateNode): unknown => {
    const inner: AnyStateNode[] = node.type === 'parallel' ? Object.values(node.states) : (node.initial?.target ?? []).flatMap((target) => target as AnyStateNode);
    if (inner.length === 0) return undefined;
    const [only] = inner;
    return inner.length === 1 && only !== undefined && of(only) === undefined ? only.key : Object.fromEntries(inner.map((child) => [child.key, of(child) ?? {}]));
  };
  return of(machine.root) as StateValue;
}
