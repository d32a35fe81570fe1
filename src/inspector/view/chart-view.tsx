/** @jsxImportSource preact */
import type { RefObject, VNode } from 'preact';
import { memo } from 'preact/compat';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { LINE, lineOf, linesOf, TITLE, type Point } from '../chart/drawing.ts';
import type { Laid } from '../chart/layout.ts';
import { currentText, litStates } from '../chart/lit.ts';
import type { ChartState, ChartTransition } from '../chart/statechart.ts';

const ZOOMS = [0.25, 0.35, 0.5, 0.65, 0.8, 1, 1.25, 1.5, 2] as const;
/** Smaller text nobody reads: the rest of a large chart is scrolled to. */
const LEAST_FITTING = 0.8;

interface ChartProps {
  readonly laid: Laid;
  readonly value: unknown;
  /** The transition that was taken last. */
  readonly taken: ChartTransition | undefined;
}

/** A statechart with its current states lit, to scroll and to zoom. */
export function ChartView({ laid, value, taken }: ChartProps): VNode {
  const scroller = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const [fitting, setFitting] = useState(1);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const fit = (): void => setFitting(Math.max(LEAST_FITTING, Math.min(1, (element.clientWidth - 32) / laid.width)));
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    return () => observer.disconnect();
  }, [laid]);
  const zoom = chosen ?? fitting;
  const step = (by: 1 | -1): void => setChosen(by > 0 ? (ZOOMS.find((one) => one > zoom + 0.01) ?? 2) : (ZOOMS.findLast((one) => one < zoom - 0.01) ?? 0.25));
  const lit = litStates(laid.chart, value);
  const litText = [...lit].join(' ');
  useFollowing(scroller, laid, lit, litText, zoom);
  const name = `Statechart of ${laid.chart.name}. Now in: ${currentText(laid.chart, lit)}.`;
  return (
    <div class="chart">
      <div class="chart-tools" role="group" aria-label="Zoom">
        <button type="button" onClick={() => step(-1)} aria-label="Smaller">
          −
        </button>
        <span>{Math.round(zoom * 100)} %</span>
        <button type="button" onClick={() => step(1)} aria-label="Larger">
          +
        </button>
        <button type="button" onClick={() => setChosen(undefined)} aria-pressed={chosen === undefined}>
          Fit
        </button>
      </div>
      <div
        class="chart-scroller"
        ref={scroller}
        tabIndex={0}
        role="group"
        aria-label="Chart, to scroll"
        onWheel={(event) => {
          if (!event.ctrlKey) return;
          event.preventDefault();
          step(event.deltaY < 0 ? 1 : -1);
        }}
      >
        <svg role="img" aria-label={name} width={laid.width * zoom} height={laid.height * zoom} viewBox={`0 0 ${laid.width} ${laid.height}`}>
          <Drawing laid={laid} litText={litText} lit={lit} taken={taken} />
        </svg>
      </div>
    </div>
  );
}

/** Brings what is newly lit into sight. */
function useFollowing(scroller: RefObject<HTMLDivElement | null>, laid: Laid, lit: ReadonlySet<string>, litText: string, zoom: number): void {
  const before = useRef<ReadonlySet<string>>(new Set());
  useLayoutEffect(() => {
    const innermost = laid.boxes.filter(({ state }) => state.id !== '' && lit.has(state.id) && !state.children.some((child) => lit.has(child)));
    const box = innermost.find(({ state }) => !before.current.has(state.id)) ?? innermost[0];
    before.current = lit;
    const element = scroller.current;
    if (box === undefined || element === null) return;
    const [x, y] = [box.x * zoom, box.y * zoom];
    const isInSight = x >= element.scrollLeft && y >= element.scrollTop && x + box.width * zoom <= element.scrollLeft + element.clientWidth && y + box.height * zoom <= element.scrollTop + element.clientHeight;
    if (!isInSight) element.scrollTo(x + (box.width * zoom - element.clientWidth) / 2, y + (box.height * zoom - element.clientHeight) / 2);
    // The set is made anew each time; its text is what tells.
  }, [laid, litText, zoom]);
}

/** Drawn again only where what is lit is another. */
const Drawing = memo(
  ({ laid, lit, taken }: { readonly laid: Laid; readonly litText: string; readonly lit: ReadonlySet<string>; readonly taken: ChartTransition | undefined }): VNode => (
    <>
      <defs>
        {['', '-possible', '-taken'].map((kind) => (
          <marker key={kind} id={`sr-arrow${kind}`} class={`arrow-head${kind}`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
            <path d="M0 0.5 L8 4 L0 7.5 z" />
          </marker>
        ))}
      </defs>
      {laid.boxes.map(({ state, x, y, width, height }) => (
        <g key={state.id} class={classOf(state, laid, lit)} data-state={state.id}>
          <rect x={x} y={y} width={width} height={height} rx="6" />
          {state.kind === 'final' ? <rect class="inner" x={x + 3} y={y + 3} width={width - 6} height={height - 6} rx="4" /> : null}
        </g>
      ))}
      {laid.beginnings.map((points, i) => (
        <path key={i} class="arrow beginning" d={pathOf(points)} marker-end="url(#sr-arrow)" />
      ))}
      {laid.dots.map(({ x, y }, i) => (
        <circle key={i} class="dot" cx={x} cy={y} r="5" />
      ))}
      {laid.arrows.map(({ id, source, points, transitions, label }) => {
        const isTaken = transitions.some((transition) => transition.id === taken?.id);
        return (
          <g key={id} class={`transition${isTaken ? ' taken' : ''}${lit.has(source) ? ' possible' : ''}`} data-arrow={id}>
            <path class="arrow" d={pathOf(points)} marker-end={`url(#sr-arrow${isTaken ? '-taken' : lit.has(source) ? '-possible' : ''})`} />
            {label === undefined ? null : (
              <>
                <rect class="label" x={label.x} y={label.y} width={label.width} height={label.height} rx="3" />
                {transitions.map((transition, i) => (
                  <text key={transition.id} class={transition.id === taken?.id ? 'taken' : ''} x={label.x + 4} y={label.y + 11.5 + i * LINE}>
                    <title>{titleOf(transition)}</title>
                    {lineOf(transition)}
                  </text>
                ))}
              </>
            )}
          </g>
        );
      })}
      {laid.boxes.map(({ state, x, y, width }) => {
        const lines = linesOf(state, laid.chart);
        return (
          <g key={state.id} class={classOf(state, laid, lit)}>
            <text class="state-name" x={x + 10} y={y + 17}>
              {state.key}
            </text>
            {lines.length > 0 && state.children.length === 0 ? <path class="rule" d={`M${x} ${y + TITLE - 1} H${x + width}`} /> : null}
            {lines.map(({ text, transition }, i) => (
              <text key={i} class={`state-line${transition !== undefined && transition.id === taken?.id ? ' taken' : ''}`} x={x + 10} y={y + TITLE + 12 + i * LINE}>
                {transition === undefined ? null : <title>{titleOf(transition)}</title>}
                {text}
              </text>
            ))}
          </g>
        );
      })}
    </>
  ),
  (before, after) => before.laid === after.laid && before.litText === after.litText && before.taken?.id === after.taken?.id,
);

/** What of a state the style sheet knows. */
function classOf(state: ChartState, { chart }: Laid, lit: ReadonlySet<string>): string {
  const isLit = lit.has(state.id);
  const isInnermost = isLit && !state.children.some((child) => lit.has(child));
  const isRegion = chart.states.some(({ id, kind }) => id === state.parent && kind === 'parallel');
  return ['state', `state-${state.kind}`, state.id === '' && 'machine', isRegion && 'region', isLit && 'lit', isInnermost && 'innermost'].filter(Boolean).join(' ');
}

const titleOf = (transition: ChartTransition): string => (transition.actions.length === 0 ? lineOf(transition) : `${lineOf(transition)} / ${transition.actions.join(', ')}`);

/** Lines with round corners. */
function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${first.x} ${first.y}`;
  let from = first;
  rest.forEach((to, i) => {
    const next = rest[i + 1];
    if (next === undefined) path += ` L${to.x} ${to.y}`;
    else {
      const [into, out] = [towards(to, from), towards(to, next)];
      path += ` L${into.x} ${into.y} Q${to.x} ${to.y} ${out.x} ${out.y}`;
    }
    from = to;
  });
  return path;
}

const CORNER = 6;
function towards(from: Point, to: Point): Point {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const share = distance === 0 ? 0 : Math.min(CORNER, distance / 2) / distance;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
