import { createMachine, type AnyStateMachine, type AnyStateNode } from 'xstate';
import { describe, expect, it } from 'vitest';
import { entriesMachine, entryMachine, portalMachine, toMermaid, toStately, vaultMachine, verifierMachine } from '../../src/machines.ts';

const machines: readonly (readonly [string, AnyStateMachine])[] = [
  ['portal', portalMachine],
  ['verifier', verifierMachine],
  ['entries', entriesMachine],
  ['entry', entryMachine],
  ['vault', vaultMachine],
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
  expect(diagram).toContain('online_probing --> online_listening : HEARD / trust, beginAnew\n');
  expect(diagram).toContain('failing --> online : always [hasUntried]\n');
  expect(diagram).toContain('waiting --> online : after backoff / endRound\n');
  // Stays where it is: no arrow.
  expect(diagram).toContain('idle : SWITCH_TO [isKnown] / select, beginAnew\n');
  expect(toMermaid(verifierMachine)).toContain('starting --> idle : chooseEngine done / noteEngine\n');
});

it("what a state does with an event is not drawn again as the machine's", () => {
  const lines = toMermaid(verifierMachine).split('\n').filter((line) => line.includes('idle') && line.includes('BATCH'));
  expect(lines).toEqual(['  idle --> verifying : BATCH / enqueue, verifyOldest']);
});
