/** @jsxImportSource preact */
import type { RefObject, VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Laid } from '../chart/layout.ts';
import { currentText, innermostOf, litStates } from '../chart/lit.ts';
import type { ChartTransition } from '../chart/statechart.ts';
import { ArrowHeads, ChartDrawing } from './chart-drawing.tsx';

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
          <ArrowHeads />
          <ChartDrawing laid={laid} litText={litText} lit={lit} taken={taken} />
        </svg>
      </div>
    </div>
  );
}

/** The box to look at: of a state that was not lit before, if there is one. */
export function followed(laid: Laid, lit: ReadonlySet<string>, before: ReadonlySet<string>): Laid['boxes'][number] | undefined {
  const innermost = innermostOf(laid.chart, lit);
  const id = innermost.find((one) => !before.has(one)) ?? innermost[0];
  return laid.boxes.find(({ state }) => state.id === id);
}

/** Brings what is newly lit into sight. */
function useFollowing(scroller: RefObject<HTMLDivElement | null>, laid: Laid, lit: ReadonlySet<string>, litText: string, zoom: number): void {
  const before = useRef<ReadonlySet<string>>(new Set());
  useLayoutEffect(() => {
    const box = followed(laid, lit, before.current);
    before.current = lit;
    const element = scroller.current;
    if (box === undefined || element === null) return;
    const [x, y] = [box.x * zoom, box.y * zoom];
    const isInSight = x >= element.scrollLeft && y >= element.scrollTop && x + box.width * zoom <= element.scrollLeft + element.clientWidth && y + box.height * zoom <= element.scrollTop + element.clientHeight;
    if (!isInSight) element.scrollTo(x + (box.width * zoom - element.clientWidth) / 2, y + (box.height * zoom - element.clientHeight) / 2);
    // The set is made anew each time; its text is what tells.
  }, [laid, litText, zoom]);
}
