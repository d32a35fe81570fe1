import type { AnyStateMachine } from 'xstate';
import { connectionMachine, consentMachine, entriesMachine, entryMachine, portalMachine, queryMachine, toMermaid, toStately, vaultMachine, verifierMachine } from '../machines.ts';

/** What `npm run diagrams` writes of one machine. */
export interface MachineDocument {
  /** The file that defines the machine is called so, and so is the machine. */
  readonly name: string;
  /** Where the JSON for Stately's editor stands, in the project's folder. */
  readonly path: string;
  readonly json: string;
}

/** Every statechart, in the order of the specification. */
export const MACHINES: readonly AnyStateMachine[] = [connectionMachine, portalMachine, verifierMachine, entryMachine, entriesMachine, vaultMachine, queryMachine, consentMachine];

export const machineDocuments = (): readonly MachineDocument[] =>
  MACHINES.map((machine) => ({ name: machine.id, path: `machines/${machine.id}.stately.json`, json: `${JSON.stringify(toStately(machine), undefined, 2)}\n` }));

const [FIRST, LAST] = ['<!-- what follows is written by `npm run diagrams` -->', '<!-- until here -->'];

/**
 * The specification with the machines drawn as they are now.
 * @throws Error where it does not say between which lines
 */
export function withDiagrams(specification: string): string {
  const [from, to] = [specification.indexOf(FIRST), specification.indexOf(LAST)];
  if (from < 0 || to < from) throw new Error(`there is no place for diagrams between "${FIRST}" and "${LAST}"`);
  const drawn = MACHINES.map((machine) => `### ${machine.id}\n[as JSON for Stately's editor](machines/${machine.id}.stately.json)\n\n\`\`\`mermaid\n${toMermaid(machine)}\`\`\`\n`);
  return `${specification.slice(0, from)}${FIRST}\n${drawn.join('\n')}\n${specification.slice(to)}`;
}

/**
 * Where a machine's configuration has functions that JSON would drop without a word, as paths: of guards, actions, actors and delays that have no name. What
 * a first context is made of, and what a child is given, is data that begins there, and no part of a statechart.
 */
export function inlineFunctions({ config }: AnyStateMachine): readonly string[] {
  return functionsIn(config, []).filter((path) => !/^context$|(?:^|\.)invoke(?:\.\d+)?\.input$/.test(path));
}

function functionsIn(value: unknown, path: readonly string[]): string[] {
  if (typeof value === 'function') return [path.join('.')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => functionsIn(child, [...path, key]));
}
