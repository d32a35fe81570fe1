import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A machine as a Mermaid state diagram (`stateDiagram-v2`), the same text every time. */
export function toMermaid({ root }: AnyStateMachine): string {
  const drawn = isDrawn(root) ? declaration(root) : states(root);
  // A box of Mermaid's holds what is first told of inside it: all states come before the transitions, and these stand outside of the boxes.
  const lines = [...drawn, ...transitions(root)];
  return ['stateDiagram-v2', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** The states below a node, in their order: what each is called, and what is in it. */
function states({ type, initial, states: below }: AnyStateNode): string[] {
  const children: AnyStateNode[] = Object.values(below);
  // Side by side, with a line between them.
  if (type === 'parallel') return children.flatMap((child, i) => [...(i === 0 ? [] : ['--']), ...declaration(child)]);
  const first = initial?.target?.[0];
  return [...(first === undefined ? [] : [`[*] --> ${nameOf(first)}`]), ...children.flatMap((child) => declaration(child))];
}

function declaration(state: AnyStateNode): string[] {
  const inside = states(state);
  const opened = inside.length === 0 ? [] : [`state ${nameOf(state)} {`, ...inside.map((line) => `  ${line}`), '}'];
  return [`state "${state.key}" as ${nameOf(state)}`, ...opened, ...(state.type === 'final' ? [`${nameOf(state)} --> [*]`] : [])];
}

/** What a state does by itself, and where it goes; then the same of those below it. */
function transitions(state: AnyStateNode): string[] {
  return [...(isDrawn(state) ? [...remarks(state), ...arrows(state)] : []), ...Object.values(state.states).flatMap((child: AnyStateNode) => transitions(child))];
}

/** What happens without leaving the state, as lines in its box. Mermaid allows none where states are in the box: there it is a note beside it. */
function remarks(state: AnyStateNode): string[] {
  const inside = [
    ...effects('entry', state.entry.filter(isOwn)),
    ...effects('do', state.invoke.map(({ src }) => src)),
    ...effects('exit', state.exit.filter(isOwn)),
    ...taken(state).flatMap((transition) => {
      const target = transition.target?.[0];
      if (target === undefined) return [label(transition)];
      return isBelow(target, state) ? [`${label(transition)} → ${target.key}`] : [];
    }),
  ];
  if (Object.keys(state.states).length === 0) return inside.map((line) => `${nameOf(state)} : ${line}`);
  return inside.length === 0 ? [] : [`note right of ${nameOf(state)}`, ...inside.map((line) => `  ${line}`), 'end note'];
}

/** To what is in its own box Mermaid draws a state no arrow. */
function arrows(state: AnyStateNode): string[] {
  return taken(state).flatMap((transition) => {
    const target = transition.target?.[0];
    return target === undefined || isBelow(target, state) ? [] : [`${nameOf(state)} --> ${nameOf(target)} : ${label(transition)}`];
  });
}

/** A state's transitions. Those of a machine that is not drawn belong to all of its states. */
function taken(state: AnyStateNode): AnyTransitionDefinition[] {
  const { parent } = state;
  const own = [...[...state.transitions.values()].flat(), ...(state.always ?? [])];
  if (parent === undefined || isDrawn(parent) || state.type === 'final') return own;
  return [...own, ...taken(parent).filter(({ eventType }) => !takes(state, eventType))];
}

/** The machine itself is drawn where several states are in it at once. */
const isDrawn = ({ parent, type }: AnyStateNode): boolean => parent !== undefined || type === 'parallel';

const isBelow = (state: AnyStateNode, other: AnyStateNode): boolean => state.parent !== undefined && (state.parent === other || isBelow(state.parent, other));

/** Whether a state takes an event in any case, so that nothing of it is left for the machine's own transition. */
function takes(state: AnyStateNode, event: string): boolean {
  return state.transitions.get(event)?.some(({ guard }) => guard === undefined) ?? false;
}

/** What is done, and when. */
function effects(when: string, named: readonly unknown[]): string[] {
  return named.length === 0 ? [] : [`${when} / ${named.map(implementation).join(', ')}`];
}

/** XState's own set and clear the timers of a state. */
const isOwn = (action: unknown): boolean => !/^xstate\.(?:raise|cancel)$/.test(implementation(action));

function label({ eventType, guard, actions }: AnyTransitionDefinition): string {
  const condition = guard === undefined ? '' : ` [${implementation(guard)}]`;
  const when = `${readableEvent(eventType)}${condition}`;
  return effects(when, actions)[0] ?? when;
}

/** What XState calls its own events by is long and has a dot in it that means nothing here. */
function readableEvent(event: string): string {
  const [, kind = '', name = ''] = /^xstate\.(after|done\.actor|error\.actor)\.([^.]+)/.exec(event) ?? [];
  if (kind === 'after') return `after ${name}`;
  if (kind !== '') return `${name} ${kind.startsWith('done') ? 'done' : 'failed'}`;
  return event === '' ? 'always' : event;
}

const implementation = (named: unknown): string => (typeof named === 'string' ? named : ((named as { type?: string }).type ?? 'unnamed'));

/** Mermaid's names have no dots; a state's path is its own. The machine itself has none. */
const nameOf = ({ path, key }: AnyStateNode): string => (path.length === 0 ? key : path.join('_'));
