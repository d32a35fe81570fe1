import type { AnyStateMachine } from 'xstate';

/**
 * A machine as JSON that Stately's editor, and `createMachine`, import: its states, events, guards, actions, actors and delays by name. What
 * is code, the implementations and the initial context, is left out.
 */
export function toStately(machine: AnyStateMachine): object {
  return JSON.parse(JSON.stringify(machine.config)) as object;
}
