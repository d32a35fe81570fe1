import type { ChartState, ChartTransition, Statechart } from './statechart.ts';

/** Sizes in pixels of the text in a chart, whose letters are all of one width. */
const LETTER = 6.65;
const BOLD_LETTER = 7.3;
export const LINE = 15;
export const TITLE = 26;
const PADDING = 10;
const DOT = 12;

/** What the layout library takes and gives: ELK's JSON. */
export interface ElkBox {
  readonly id: string;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  readonly layoutOptions?: Readonly<Record<string, string>>;
  readonly children?: ElkBox[];
  readonly edges?: ElkLine[];
}
export interface ElkLine {
  readonly id: string;
  readonly sources: string[];
  readonly targets: string[];
  readonly labels?: { readonly id: string; readonly text: string; x?: number; y?: number; width: number; height: number; readonly layoutOptions?: Readonly<Record<string, string>> }[];
  readonly sections?: readonly { readonly startPoint: Point; readonly endPoint: Point; readonly bendPoints?: readonly Point[] }[];
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Transitions of one state to another, which share an arrow. */
export interface Arrow {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly transitions: readonly ChartTransition[];
}

/** The arrows of a chart; what stays in its state has none. */
export function arrowsOf({ transitions }: Statechart): readonly Arrow[] {
  const arrows = new Map<string, { id: string; source: string; target: string; transitions: ChartTransition[] }>();
  for (const transition of transitions) {
    for (const target of transition.targets) {
      const id = `${transition.source}>${target}`;
      const arrow = arrows.get(id);
      if (arrow === undefined) arrows.set(id, { id, source: transition.source, target, transitions: [transition] });
      else arrow.transitions.push(transition);
    }
  }
  return [...arrows.values()];
}

/** A line of the text at an arrow, or in a state. */
export const lineOf = ({ label, guard }: ChartTransition): string => (guard === undefined ? label : `${label} [${guard}]`);

/** What is written in a state's box below its name: what it does, and the events that leave it as it is. */
export function linesOf({ id, entry, exit, invokes }: ChartState, { transitions }: Statechart): readonly { readonly text: string; readonly transition?: ChartTransition }[] {
  return [
    ...invokes.map((name) => ({ text: `⚙ ${name}` })),
    ...entry.map((name) => ({ text: `↓ ${name}` })),
    ...exit.map((name) => ({ text: `↑ ${name}` })),
    ...staying(id, transitions).map((transition) => ({ text: `↺ ${lineOf(transition)}`, transition })),
  ];
}

/** The same event with the same guard is written once. */
function staying(id: string, transitions: readonly ChartTransition[]): readonly ChartTransition[] {
  return transitions.filter(({ source, targets }) => source === id && targets.length === 0);
}

const boxId = (state: string): string => `state:${state}`;
export const stateIn = (box: string): string | undefined => (box.startsWith('state:') ? box.slice(6) : undefined);
const initialDot = (state: string): string => `initial:${state}`;

const WHOLE: Readonly<Record<string, string>> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '34',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  // From where it begins, downwards.
  'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
};

/** Ways in which a chart is laid out to be seen at a glance: the one that fits its place is drawn. */
export const GLANCES = ['DOWN', 'RIGHT'] as const;
export type Glance = (typeof GLANCES)[number];

const GLANCE: Readonly<Record<string, string>> = {
  ...WHOLE,
  'elk.layered.spacing.nodeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeNodeBetweenLayers': '7',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '5',
  'elk.spacing.nodeNode': '10',
  'elk.spacing.edgeNode': '6',
  'elk.spacing.edgeEdge': '5',
  // As few lines and layers as there can be.
  'elk.layered.mergeEdges': 'true',
  'elk.layered.cycleBreaking.strategy': 'GREEDY',
};

/** The states of a chart, and the ways from one to another: all that is drawn of it where there is little room. */
export function glanceOf({ name, states, transitions }: Statechart): Statechart {
  return {
    name,
    states: states.map((state) => ({ ...state, entry: [], exit: [], invokes: [] })),
    transitions: transitions.flatMap((transition) => {
      const targets = transition.targets.filter((target) => target !== transition.source);
      return targets.length === 0 ? [] : [{ ...transition, targets }];
    }),
  };
}

/** A chart's glance as the layout library takes it. */
export function elkGlanceOf(chart: Statechart, direction: Glance): ElkBox {
  const options = { ...GLANCE, 'elk.direction': direction };
  const compact = (box: ElkBox): ElkBox => {
    const state = stateIn(box.id);
    if (state === undefined) return box;
    const key = state.slice(state.lastIndexOf('.') + 1);
    const [width, height] = [Math.ceil(key.length * BOLD_LETTER) + 16, 24];
    if (box.children === undefined) return { id: box.id, width, height };
    return { id: box.id, children: box.children.map(compact), layoutOptions: { ...options, 'elk.padding': state === '' ? '[top=2,left=2,bottom=2,right=2]' : `[top=${height},left=6,bottom=6,right=6]`, 'elk.nodeSize.constraints': 'MINIMUM_SIZE', 'elk.nodeSize.minimum': `(${width},${height})` } };
  };
  const whole = elkGraphOf(chart);
  return { id: whole.id, layoutOptions: { ...options, 'elk.padding': '[top=1,left=1,bottom=1,right=1]' }, children: (whole.children ?? []).map(compact), edges: (whole.edges ?? []).map(({ id, sources, targets }) => ({ id, sources, targets })) };
}

/** A chart as the layout library takes it. */
export function elkGraphOf(chart: Statechart): ElkBox {
  const byId = new Map(chart.states.map((state) => [state.id, state]));
  const box = (state: ChartState): ElkBox => {
    const lines = linesOf(state, chart);
    const width = Math.ceil(Math.max(state.key.length * LETTER * 1.15, ...lines.map(({ text }) => text.length * LETTER)) + 2 * PADDING + 4);
    const height = TITLE + lines.length * LINE + (lines.length > 0 ? 8 : 0);
    if (state.children.length === 0) return { id: boxId(state.id), width, height };
    const children = state.children.flatMap((id) => byId.get(id) ?? []).map(box);
    const dot: ElkBox[] = state.initial === undefined ? [] : [{ id: initialDot(state.id), width: DOT, height: DOT }];
    return {
      id: boxId(state.id),
      children: [...dot, ...children],
      layoutOptions: { ...WHOLE, 'elk.padding': `[top=${height + 12},left=16,bottom=16,right=16]`, 'elk.nodeSize.constraints': 'MINIMUM_SIZE', 'elk.nodeSize.minimum': `(${width},${height})` },
    };
  };
  const [machine] = chart.states;
  return { id: 'chart', layoutOptions: { ...WHOLE, 'elk.padding': '[top=8,left=8,bottom=8,right=8]' }, children: machine === undefined ? [] : [box(machine)], edges: [...chart.states.flatMap(beginning), ...arrowsOf(chart).map(line)] };
}

function beginning({ id, initial }: ChartState): ElkLine[] {
  return initial === undefined ? [] : [{ id: `begin:${id}`, sources: [initialDot(id)], targets: [boxId(initial)] }];
}

function line({ id, source, target, transitions }: Arrow): ElkLine {
  const texts = transitions.map(lineOf);
  return {
    id,
    sources: [boxId(source)],
    targets: [boxId(target)],
    labels: [{ id: `label:${id}`, text: texts.join('\n'), width: Math.ceil(Math.max(...texts.map(({ length }) => length)) * LETTER) + 8, height: texts.length * LINE + 2 }],
  };
}
