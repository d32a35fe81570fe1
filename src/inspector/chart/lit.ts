import type { ChartTransition, Statechart } from './statechart.ts';

/** The ids of the states that a value says the machine is in, with those around them; the machine itself, `''`, among them. */
export function litStates({ states }: Statechart, value: unknown): ReadonlySet<string> {
  const known = new Set(states.map(({ id }) => id));
  const lit = new Set<string>(['']);
  const walk = (part: unknown, parent: string): void => {
    if (typeof part === 'string') add(part, parent);
    else if (typeof part === 'object' && part !== null) for (const [key, inner] of Object.entries(part)) if (add(key, parent)) walk(inner, idOf(parent, key));
  };
  const add = (key: string, parent: string): boolean => {
    const id = idOf(parent, key);
    if (known.has(id)) lit.add(id);
    return known.has(id);
  };
  walk(value, '');
  return lit;
}

/** The innermost states that are lit, as text: `live.settled, checks.interval.resting`. */
export const currentText = (chart: Statechart, lit: ReadonlySet<string>): string => innermostOf(chart, lit).join(', ') || 'no states';

/** The ids of the states that are lit, without those around them. */
export function innermostOf({ states }: Statechart, lit: ReadonlySet<string>): readonly string[] {
  return states.filter(({ id, children }) => id !== '' && lit.has(id) && !children.some((child) => lit.has(child))).map(({ id }) => id);
}

/**
 * The transition that led from one value to another on an event, as far as the configuration tells: of those that the event may take, innermost
 * states first, the first whose target was reached. Undefined where there is none.
 */
export function takenTransition(chart: Statechart, event: string, before: unknown, after: unknown): ChartTransition | undefined {
  const [from, to] = [litStates(chart, before), litStates(chart, after)];
  const possible = chart.transitions.filter((transition) => transition.event === event && from.has(transition.source));
  possible.sort((a, b) => depthOf(b.source) - depthOf(a.source));
  const isMoved = ![...from].every((id) => to.has(id)) || from.size !== to.size;
  const reached = possible.find(({ targets }) => targets.length > 0 && targets.every((target) => to.has(target)));
  const stayed = possible.find(({ targets }) => targets.length === 0);
  // Where it went on at once, no target is reached any more.
  return isMoved ? (reached ?? possible.find(({ targets }) => targets.length > 0)) : (stayed ?? reached);
}

const idOf = (parent: string, key: string): string => (parent === '' ? key : `${parent}.${key}`);
const depthOf = (id: string): number => (id === '' ? 0 : id.split('.').length);
