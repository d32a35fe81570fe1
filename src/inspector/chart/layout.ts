import ELK, { type ElkNode } from 'elkjs/lib/elk-api.js';
import { arrowsOf, elkGlanceOf, elkGraphOf, glanceOf, GLANCES, stateIn, type Arrow, type ElkBox, type ElkLine, type Point } from './drawing.ts';
import { statechartOf, type ChartState, type Statechart } from './statechart.ts';

/** Where everything of a chart is, in pixels. */
export interface Laid {
  readonly chart: Statechart;
  readonly width: number;
  readonly height: number;
  /** Outer ones before those in them. */
  readonly boxes: readonly (Box & { readonly state: ChartState })[];
  /** Where compound states begin. */
  readonly dots: readonly Point[];
  readonly beginnings: readonly (readonly Point[])[];
  readonly arrows: readonly (Arrow & { readonly points: readonly Point[]; readonly label: Box | undefined })[];
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** What lays out ELK's graphs. */
export interface LayoutEngine {
  layout(graph: ElkNode): Promise<ElkNode>;
}

/** Layouts that are remembered; there are eight machines, of which each has three. */
const MOST_LAYOUTS = 32;

/** The layouts of charts, each made once. */
export class Layouts {
  readonly #engine: () => LayoutEngine;
  readonly #laid = new Map<string, Promise<Laid>>();
  #started: LayoutEngine | undefined;

  /** @param engine starts what lays out, when it is first needed */
  constructor(engine: () => LayoutEngine) {
    this.#engine = engine;
  }

  /** @param definition the machine as JSON text. Rejects where the engine fails; it is asked again the next time */
  of(definition: string): Promise<Laid> {
    return this.#once(definition, () => {
      const chart = statechartOf(definition);
      return [chart, elkGraphOf(chart)];
    });
  }

  /** The same, of its states and the ways between them alone, and small: laid out downwards, and to the right. */
  glances(definition: string): Promise<readonly Laid[]> {
    const laid = GLANCES.map((direction) =>
      this.#once(`${direction} ${definition}`, () => {
        const chart = glanceOf(statechartOf(definition));
        return [chart, elkGlanceOf(chart, direction)];
      }),
    );
    return Promise.all(laid);
  }

  #once(key: string, drawn: () => readonly [Statechart, ElkBox]): Promise<Laid> {
    const known = this.#laid.get(key);
    if (known !== undefined) return known;
    this.#started ??= this.#engine();
    const laid = laidOut(...drawn(), this.#started);
    this.#laid.set(key, laid);
    laid.catch(() => this.#laid.delete(key));
    const [oldest] = this.#laid.size > MOST_LAYOUTS ? this.#laid.keys() : [];
    if (oldest !== undefined) this.#laid.delete(oldest);
    return laid;
  }
}

/** ELK in a worker of its own: it is large, and takes its time. @param start starts the worker, of elkjs's `elk-worker.js` */
export const elkInWorker = (start: () => Worker): LayoutEngine => new ELK({ workerFactory: start });

async function laidOut(chart: Statechart, graph: ElkBox, engine: LayoutEngine): Promise<Laid> {
  const root = (await engine.layout(graph as ElkNode)) as ElkBox;
  const states = new Map(chart.states.map((state) => [state.id, state]));
  const boxes: Laid['boxes'][number][] = [];
  const dots: Point[] = [];
  const lines = new Map<string, ElkLine>();
  const walk = (box: ElkBox): void => {
    const [state, { x = 0, y = 0, width = 0, height = 0 }] = [states.get(stateIn(box.id) ?? 'none'), box];
    if (state !== undefined) boxes.push({ state, x, y, width, height });
    else if (box.id.startsWith('initial:')) dots.push({ x: x + width / 2, y: y + height / 2 });
    for (const edge of box.edges ?? []) lines.set(edge.id, edge);
    for (const child of box.children ?? []) walk(child);
  };
  walk(root);
  const arrows = arrowsOf(chart).map((arrow) => {
    const line = lines.get(arrow.id);
    const [label] = line?.labels ?? [];
    return { ...arrow, points: pointsOf(line), label: label === undefined ? undefined : { x: label.x ?? 0, y: label.y ?? 0, width: label.width, height: label.height } };
  });
  const beginnings = [...lines].filter(([id]) => id.startsWith('begin:')).map(([, line]) => pointsOf(line));
  return { chart, width: root.width ?? 0, height: root.height ?? 0, boxes, dots, beginnings, arrows };
}

const pointsOf = (line: ElkLine | undefined): readonly Point[] => (line?.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
