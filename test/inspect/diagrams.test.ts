import { createMachine, type AnyStateMachine, type AnyStateNode } from 'xstate';
import { describe, expect, it } from 'vitest';
import { connectionMachine, consentMachine, entriesMachine, entryMachine, portalMachine, queryMachine, toMermaid, toStately, vaultMachine, verifierMachine } from '../../src/machines.ts';

const machines: readonly (readonly [string, AnyStateMachine])[] = [
  ['connection', connectionMachine],
  ['portal', portalMachine],
  ['verifier', verifierMachine],
  ['entries', entriesMachine],
  ['entry', entryMachine],
  ['vault', vaultMachine],
  ['query', queryMachine],
  ['consent', consentMachine],
];

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
    for (const event of machine.events.filter((type) => !type.startsWith('xstate.'))) expect(diagram).toContain(` : ${event}`);
    for (const guard of JSON.stringify(machine.config).matchAll(/"guard":"(\w+)"/g)) expect(diagram).toContain(`[${guard[1]}]`);
    expect(diagram).not.toContain('undefined');
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
  expect(lines.filter((line) => line.includes(': MEASURED'))).toEqual(['  portal : MEASURED / measure']);
});
