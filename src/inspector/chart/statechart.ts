/** One state of a machine; the machine itself is the one with the id `''`. */
export interface ChartState {
  /** Its path, with dots. */
  readonly id: string;
  readonly key: string;
  /** Undefined for the machine itself. */
  readonly parent: string | undefined;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** Ids, in their order. */
  readonly children: readonly string[];
  /** Id of the child in which it begins. */
  readonly initial: string | undefined;
  /** What is done on the way in and out, and which actors live as long as the state. */
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invokes: readonly string[];
}

export interface ChartTransition {
  readonly id: string;
  /** Id of the state that has it. */
  readonly source: string;
  /** Ids; none where the state stays as it is. */
  readonly targets: readonly string[];
  /** As XState calls the event; empty for what needs none. */
  readonly event: string;
  /** The event as it is read: `PROVEN`, `after backoff`, `check done`, `always`. */
  readonly label: string;
  readonly guard: string | undefined;
  readonly actions: readonly string[];
}

/** A machine as it is drawn. */
export interface Statechart {
  readonly name: string;
  /** Parents before their children. */
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

type Config = Readonly<Record<string, unknown>>;

/**
 * What a machine's configuration says, in JSON as inspection events bring it. Never throws: of what is no machine, or none that can be read,
 * there is one state.
 */
export function statechartOf(definition: string): Statechart {
  let config: Config = {};
  try {
    config = record(JSON.parse(definition));
  } catch {
    // Nothing is known of it but that it is there.
  }
  const name = typeof config['id'] === 'string' ? config['id'] : 'actor';
  const states: ChartState[] = [];
  const transitions: ChartTransition[] = [];
  const configs = new Map<string, Config>();
  collect(config, '', name, undefined, states, configs);
  const ids = idsOf(name, configs);
  for (const state of states) transitions.push(...transitionsOf(state, configs.get(state.id) ?? {}, name, ids, configs));
  return { name, states, transitions };
}

function collect(config: Config, id: string, key: string, parent: string | undefined, states: ChartState[], configs: Map<string, Config>): void {
  configs.set(id, config);
  const children = Object.keys(record(config['states']));
  const initial = typeof config['initial'] === 'string' ? config['initial'] : record(config['initial'])['target'];
  states.push({
    id,
    key,
    parent,
    kind: kindOf(config['type'], children.length),
    children: children.map((child) => pathOf(id, child)),
    initial: typeof initial === 'string' && children.includes(initial) ? pathOf(id, initial) : undefined,
    entry: names(config['entry']),
    exit: names(config['exit']),
    invokes: list(config['invoke']).map((invoked) => text(record(invoked)['id'] ?? record(invoked)['src'] ?? invoked)),
  });
  for (const child of children) collect(record(record(config['states'])[child]), pathOf(id, child), child, id, states, configs);
}

function kindOf(type: unknown, children: number): ChartState['kind'] {
  if (type === 'parallel' || type === 'final' || type === 'history') return type;
  return children > 0 ? 'compound' : 'atomic';
}

function transitionsOf(state: ChartState, config: Config, machine: string, ids: ReadonlyMap<string, string>, configs: ReadonlyMap<string, Config>): ChartTransition[] {
  const own = state.id === '' ? machine : `${machine}.${state.id}`;
  const found: ChartTransition[] = [];
  const add = (event: string, label: string, given: unknown): void => {
    for (const one of list(given)) {
      const { target, guard, actions } = typeof one === 'string' ? { target: one } : (record(one) as { target?: unknown; guard?: unknown; actions?: unknown });
      const targets = list(target).flatMap((to) => (typeof to === 'string' ? (resolved(to, state, ids, configs) ?? []) : []));
      found.push({ id: `${own}:${event}:${found.length}`, source: state.id, targets, event, label, guard: guard === undefined || guard === null ? undefined : text(guard), actions: names(actions) });
    }
  };
  for (const [event, given] of Object.entries(record(config['on']))) add(event, event === '*' ? 'any event' : event, given);
  for (const [delay, given] of Object.entries(record(config['after']))) add(`xstate.after.${delay}.${own}`, `after ${/^\d+$/.test(delay) ? `${delay} ms` : delay}`, given);
  add('', 'always', config['always']);
  list(config['invoke']).forEach((given, i) => {
    const invoked = record(given);
    const id = typeof invoked['id'] === 'string' ? invoked['id'] : `${i}.${own}`;
    const shown = typeof invoked['id'] === 'string' ? id : text(invoked['src']);
    add(`xstate.done.actor.${id}`, `${shown} done`, invoked['onDone']);
    add(`xstate.error.actor.${id}`, `${shown} failed`, invoked['onError']);
    add(`xstate.snapshot.${id}`, `${shown} changed`, invoked['onSnapshot']);
  });
  add(`xstate.done.state.${own}`, 'done', config['onDone']);
  return found;
}

/** States that are called by an id, and the path of each. */
function idsOf(machine: string, configs: ReadonlyMap<string, Config>): ReadonlyMap<string, string> {
  const ids = new Map<string, string>([[machine, '']]);
  for (const [path, { id }] of configs) if (path !== '' && typeof id === 'string') ids.set(id, path);
  return ids;
}

/** `#id.child` from an id, `.child` from the state itself, `child` from its parent. */
function resolved(target: string, state: ChartState, ids: ReadonlyMap<string, string>, configs: ReadonlyMap<string, Config>): string | undefined {
  const known = (id: string): string | undefined => (configs.has(id) ? id : undefined);
  if (target.startsWith('.')) return known(pathOf(state.id, target.slice(1)));
  if (!target.startsWith('#')) return known(pathOf(state.parent ?? '', target));
  const keys = target.slice(1).split('.');
  for (let length = keys.length; length > 0; length--) {
    const base = ids.get(keys.slice(0, length).join('.'));
    if (base !== undefined) return known([...(base === '' ? [] : [base]), ...keys.slice(length)].join('.'));
  }
  return undefined;
}

const pathOf = (parent: string, key: string): string => (parent === '' ? key : `${parent}.${key}`);
const record = (value: unknown): Config => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Config) : {});
const list = (value: unknown): readonly unknown[] => (value === undefined || value === null ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value]);
const names = (value: unknown): readonly string[] => list(value).map(text);

/** What an implementation is called. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const { type } = record(value);
  return typeof type === 'string' && type !== '' ? type : 'unnamed';
}
