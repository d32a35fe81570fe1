import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A machine as a Mermaid state diagram (`stateDiagram-v2`), the same text every time. */
export function toMermaid(machine: AnyStateMachine): string {
  const { root } = machine;
  const lines = root.type === 'parallel' ? [...declaration(root), ...arrows(root)] : states(root);
  return ['stateDiagram-v2', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** The states below a node, in their order: what each is called, what is in it, and where it goes. */
function states(parent: AnyStateNode): string[] {
  const children: AnyStateNode[] = Object.values(parent.states);
  // Side by side, with a line between them.
  if (parent.type === 'parallel') return children.flatMap((child, i) => [...(i === 0 ? [] : ['--']), ...declaration(child), ...arrows(child)]);
  const initial = parent.initial?.target?.[0];
  return [
    ...(initial === undefined ? [] : [`[*] --> ${nameOf(initial)}`]),
    ...children.flatMap((child) => declaration(child)),
    ...children.flatMap((child) => arrows(child)),
    // The machine's own transitions belong to no state of the diagram: they hold in all of them.
    ...(parent.parent === undefined ? children.filter(({ type }) => type !== 'final').flatMap((child) => arrows(parent, child)) : []),
  ];
}

function declaration(state: AnyStateNode): string[] {
  const inside = states(state);
  const opened = inside.length === 0 ? [] : [`state ${nameOf(state)} {`, ...inside.map((line) => `  ${line}`), '}'];
  return [`state "${state.key}" as ${nameOf(state)}`, ...opened, ...(state.type === 'final' ? [`${nameOf(state)} --> [*]`] : [])];
}

/** Transitions to a state as arrows; those that stay where they are as lines in the state's box. */
function arrows(state: AnyStateNode, from: AnyStateNode = state): string[] {
  const transitions = [...[...state.transitions.values()].flat(), ...(state.always ?? [])].filter(({ eventType }) => from === state || !takes(from, eventType));
  return transitions.map((transition) => {
    const target = transition.target?.[0];
    return target === undefined ? `${nameOf(from)} : ${label(transition)}` : `${nameOf(from)} --> ${nameOf(target)} : ${label(transition)}`;
  });
}

/** Whether a state takes an event in any case, so that nothing of it is left for the machine's own transition. */
function takes(state: AnyStateNode, event: string): boolean {
  return state.transitions.get(event)?.some(({ guard }) => guard === undefined) ?? false;
}

function label({ eventType, guard, actions }: AnyTransitionDefinition): string {
  const condition = guard === undefined ? '' : ` [${implementation(guard)}]`;
  const effects = actions.map(implementation);
  return `${readableEvent(eventType)}${condition}${effects.length === 0 ? '' : ` / ${effects.join(', ')}`}`;
}

/** What XState calls its own events by is long and has a dot in it that means nothing here. */
function readableEvent(event: string): string {
  const [, kind = '', name = ''] = /^xstate\.(after|done\.actor|error\.actor)\.([^.]+)/.exec(event) ?? [];
  if (kind === 'after') return `after ${name}`;
  if (kind !== '') return `${name} ${kind.startsWith('done') ? 'done' : 'failed'}`;
  return event === '' ? 'always' : event;
}

const implementation = (named: unknown): string => (typeof named === 'string' ? named : (named as { type: string }).type);

/** Mermaid's names have no dots; a state's path is its own. The machine itself has none, and is drawn where several states are in it at once. */
const nameOf = ({ path, key }: AnyStateNode): string => (path.length === 0 ? key : path.join('_'));
