import { assign, createMachine, type AnyStateMachine, type AnyStateNode } from 'xstate';
import { describe, expect, it } from 'vitest';
import { MACHINES } from '../../src/inspect/documents.ts';
import { connectionMachine, portalMachine, toMermaid, toStately, vaultMachine, verifierMachine } from '../../src/machines.ts';

const machines = MACHINES.map((machine) => [machine.id, machine] as const);

/** Every transition as text: from, event, guard, to, actions. */
function transitions(machine: AnyStateMachine): readonly string[] {
  const of = (node: AnyStateNode): string[] => {
    const own = [...node.transitions.values()].flat().concat(node.always ?? []);
    const texts = own.map(({ eventType, guard, target, actions }) => JSON.stringify([node.id, eventType, guard ?? null, target?.map(({ id }) => id) ?? null, actions]));
    return [...texts, ...Object.values(node.states).flatMap((child: AnyStateNode) => of(child))];
  };
  return of(machine.root).toSorted();
}

describe.each(machines)('the %s machine', (_name, machine) => {
  it('has the same states and transitions after a way through JSON', () => {
    const again = createMachine(JSON.parse(JSON.stringify(toStately(machine))) as never);
    expect(transitions(again)).toEqual(transitions(machine));
  });

  it('is drawn with every state, every event and every named guard, and the same way every time', () => {
    const diagram = toMermaid(machine);
    expect(diagram).toBe(toMermaid(machine));
    const nodes = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states).flatMap((child: AnyStateNode) => [child, ...nodes(child)]);
    for (const { key, path } of nodes(machine.root)) expect(diagram).toContain(`state "${key}" as ${path.join('_')}`);
    for (const event of machine.events.filter((type) => !type.startsWith('xstate.'))) expect(diagram).toMatch(new RegExp(`(?: : |^ +)${event}\\b`, 'm'));
    for (const guard of JSON.stringify(machine.config).matchAll(/"guard":"(\w+)"/g)) expect(diagram).toContain(`[${guard[1]}]`);
    for (const action of JSON.stringify(machine.config).matchAll(/"(?:entry|exit)":"(\w+)"/g)) expect(diagram).toMatch(new RegExp(`(?:entry|exit) / .*\\b${action[1]}\\b`));
    expect(diagram).not.toContain('undefined');
    expect(diagram).not.toContain('xstate');
  });
});

it('an arrow says from where, to where, on what, if what, and what is done', () => {
  const diagram = toMermaid(portalMachine);
  expect(diagram).toContain('connection_seeking --> connection_live : PROVEN [isCandidate] / blameSlow, promote\n');
  expect(diagram).toContain('connection_live_appraising --> connection_live_switching : always [hasBetter] / dialBetter\n');
  expect(diagram).toContain('connection_waiting --> connection_seeking : after backoff / endRound, dialNext\n');
  // Stays where it is: no arrow.
  expect(diagram).toContain('connection_idle : SWITCH_TO [isKnown] / prefer, beginAnew\n');
  expect(toMermaid(connectionMachine)).toContain('open_probing --> open_listening : HEARD / tellTrusted\n');
  expect(toMermaid(connectionMachine)).toContain('open --> lost : socket failed / tellLost\n');
  expect(toMermaid(verifierMachine)).toContain('starting --> idle : chooseEngine done / noteEngine\n');
});

it("what a state does with an event is not drawn again as the machine's", () => {
  const lines = toMermaid(verifierMachine).split('\n').filter((line) => line.includes('idle') && line.includes('BATCH'));
  expect(lines).toEqual(['  idle --> verifying : BATCH / enqueue, verifyOldest']);
});

it('what is side by side is drawn side by side, and what holds in all of it once', () => {
  const lines = toMermaid(portalMachine).split('\n');
  const indexOf = (text: string): number => lines.findIndex((line) => line.trim() === text);
  const [machine, connection, between, checks] = ['state portal {', 'state "connection" as connection', '--', 'state "checks" as checks'].map(indexOf);
  expect([machine, connection, between, checks].every((index) => (index ?? -1) > 0)).toBe(true);
  expect([machine, connection, between, checks]).toEqual([machine, connection, between, checks].toSorted((a = 0, b = 0) => a - b));
  expect([machine, connection].map((index) => lines[index ?? 0]?.search(/\S/))).toEqual([2, 4]);
  expect(lines.filter((line) => line.includes('MEASURED'))).toEqual(['    MEASURED / measure']);
});

/** The states that have others in them. */
const boxes = (diagram: string): readonly string[] => [...diagram.matchAll(/^ *state (\w+) \{$/gm)].map(([, name = '']) => name);

describe('what Mermaid takes for granted', () => {
  it.each(machines)('a state with others in it has no lines of its own, but a note: the %s machine', (_name, machine) => {
    const diagram = toMermaid(machine);
    for (const name of boxes(diagram)) expect(diagram).not.toMatch(new RegExp(`^ *${name} : `, 'm'));
    const notes = [...diagram.matchAll(/^ {2}note right of (\w+)$/gm)].map(([, name = '']) => name);
    expect(notes.filter((name) => !boxes(diagram).includes(name))).toEqual([]);
    expect(notes).toHaveLength(new Set(notes).size);
  });

  it('the lines of a note are what its state does, and which state within it comes next', () => {
    expect(toMermaid(portalMachine)).toContain('  note right of portal\n    entry / resumeTerms\n    MEASURED / measure\n');
    expect(toMermaid(portalMachine)).toContain('\n    UNWANTED / dropAll → idle\n');
    expect(toMermaid(connectionMachine)).toContain('  note right of open\n    do / socket\n  end note\n');
    expect(toMermaid(vaultMachine)).toContain('  note right of locked\n    PROGRESS / noteProgress, reportProgress\n  end note\n');
  });

  it.each(machines)('what is told of first in a box belongs there, so that no arrow stands before the last state: the %s machine', (_name, machine) => {
    const lines = toMermaid(machine).split('\n');
    const arrows = lines.flatMap((line, i) => (/ --> \w+ : /.test(line) ? [i] : []));
    const states = lines.flatMap((line, i) => (/^ *state "/.test(line) ? [i] : []));
    expect(Math.min(...arrows)).toBeGreaterThan(Math.max(...states));
    for (const i of arrows) expect(lines[i]).toMatch(/^ {2}\w/);
  });
});

it('what has no name is drawn as such, as are the timers of a state not at all', () => {
  const machine = createMachine({ id: 'x', initial: 'a', states: { a: { entry: [() => {}, assign({})], after: { 10: 'b' }, on: { GO: { guard: () => true, actions: () => {} } } }, b: {} } });
  expect(toMermaid(machine)).toBe('stateDiagram-v2\n  [*] --> a\n  state "a" as a\n  state "b" as b\n  a : entry / unnamed, xstate.assign\n  a : GO [unnamed] / unnamed\n  a --> b : after 10\n');
});
