/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { memo } from 'preact/compat';
import { LINE, lineOf, linesOf, TITLE, type Arrow, type Point } from '../chart/drawing.ts';
import type { Laid } from '../chart/layout.ts';
import type { ChartState, ChartTransition } from '../chart/statechart.ts';

/** What the arrows of all charts in a page end in. */
export const ArrowHeads = (): VNode => (
  <defs>
    {['', '-possible', '-taken'].map((kind) => (
      <marker key={kind} id={`sr-arrow${kind}`} class={`arrow-head${kind}`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
        <path d="M0 0.5 L8 4 L0 7.5 z" />
      </marker>
    ))}
  </defs>
);

/** Drawn again only where what is lit is another. */
export const ChartDrawing = memo(
  ({ laid, lit, taken }: { readonly laid: Laid; readonly litText: string; readonly lit: ReadonlySet<string>; readonly taken: ChartTransition | undefined }): VNode => (
    <>
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
      {laid.arrows.toSorted((a, b) => weightOf(a, lit, taken) - weightOf(b, lit, taken)).map(({ id, source, points, transitions, label }) => {
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
            <text class="state-name" x={x + 8} y={y + 17}>
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

/** Arrows may share a line: the one that tells most is drawn last. */
const weightOf = ({ source, transitions }: Arrow, lit: ReadonlySet<string>, taken: ChartTransition | undefined): number => (transitions.some(({ id }) => id === taken?.id) ? 2 : lit.has(source) ? 1 : 0);

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
