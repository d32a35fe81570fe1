/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Laid, Layouts } from '../chart/layout.ts';
import { currentText, innermostOf, litStates, takenTransition } from '../chart/lit.ts';
import { statechartOf, type Statechart } from '../chart/statechart.ts';
import type { ActorRecord } from '../model/actors.ts';
import { ChartDrawing } from './chart-drawing.tsx';
import { followed } from './chart-view.tsx';
import { eventText, shortened } from './text.ts';
import { useLayout } from './use-layout.ts';

/** The least and the most by which a chart is scaled: names of states have 12 px, and are read with 10. */
const [LEAST, MOST] = [10 / 12, 1.25];

interface TileProps {
  readonly actor: ActorRecord;
  readonly layouts: Layouts;
  /** Whether it was born in sight: then all it has been through is news. */
  readonly isNew: boolean;
  readonly onOpen: () => void;
}

/** One actor's statechart at a glance: a button that opens the whole of it. */
export function ChartTile({ actor, layouts, isNew, onOpen }: TileProps): VNode {
  const { definition, value, last, status } = actor;
  const chart = useMemo(() => statechartOf(definition), [definition]);
  const laid = useLayout(definition, layouts, 'glances');
  const glows = useGlows(actor, chart, isNew);
  const isLit = status === 'active' || status === 'done';
  const current = !isLit ? status : chart.states.length > 1 ? currentText(chart, litStates(chart, value)) : 'runs';
  const name = shortened(actor.name, 10, 4);
  return (
    <button type="button" class="tile-open" title={`${actor.name}: show the whole chart`} onClick={onOpen}>
      <span class="tile-head">
        <strong>{name}</strong>
        <span class="tile-state">{current}</span>
        <code aria-hidden="true">{last === undefined ? '' : eventText(last.type)}</code>
      </span>
      {laid === undefined || laid === 'failed' ? null : <Glance actor={actor} whole={chart} laid={laid} isLit={isLit} glows={glows} />}
    </button>
  );
}

interface GlanceProps {
  readonly actor: ActorRecord;
  readonly whole: Statechart;
  readonly laid: readonly Laid[];
  readonly isLit: boolean;
  readonly glows: (id: string) => number;
}

/** The chart in the room that there is. */
function Glance({ actor, whole, laid, isLit, glows }: GlanceProps): VNode | null {
  const place = useRef<HTMLSpanElement>(null);
  const [{ width, height }, setRoom] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const measure = (): void => setRoom({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const scaleOf = (one: Laid): number => Math.min(MOST, width / one.width, height / one.height);
  const [best] = laid.toSorted((a, b) => scaleOf(b) - scaleOf(a));
  const lit = litStates(whole, isLit ? actor.value : undefined);
  const litText = [...lit].join(' ');
  const before = useRef<{ readonly lit: ReadonlySet<string>; readonly litText: string; readonly id: string | undefined }>({ lit: new Set(), litText: '', id: undefined });
  if (best === undefined || width === 0) return <span class="tile-chart" ref={place} />;
  if (before.current.litText !== litText) before.current = { lit, litText, id: followed(best, lit, before.current.lit)?.state.id };
  const scale = Math.max(LEAST, scaleOf(best));
  const box = best.boxes.find(({ state }) => state.id === before.current.id);
  // What does not fit is moved to where the newly lit state is.
  const x = start(best.width, width / scale, box === undefined ? undefined : box.x + box.width / 2);
  const y = start(best.height, height / scale, box === undefined ? undefined : box.y + box.height / 2);
  const taken = actor.last === undefined ? undefined : takenTransition(whole, actor.last.type, actor.last.before, actor.value);
  return (
    <span class="tile-chart" ref={place}>
      <svg aria-hidden="true" width={width} height={height} viewBox={`${x} ${y} ${width / scale} ${height / scale}`}>
        <ChartDrawing laid={best} litText={litText} lit={lit} taken={taken} />
        {best.boxes.map(({ state: { id }, ...at }) => {
          const times = glows(id);
          return times === 0 ? null : <rect key={`${id} ${times}`} class="glow" data-state={id} x={at.x} y={at.y} width={at.width} height={at.height} rx="6" />;
        })}
      </svg>
    </span>
  );
}

/** Where a window of a length begins on a whole, so that it has a point in its middle, or the whole in its own. */
function start(whole: number, length: number, point: number | undefined): number {
  if (whole <= length) return (whole - length) / 2;
  return Math.max(0, Math.min(whole - length, (point ?? 0) - length / 2));
}

/** How often each state was left since the tile is seen: what lasted less than a frame is seen by its afterglow. */
function useGlows(actor: ActorRecord, chart: Statechart, isNew: boolean): (id: string) => number {
  const begun = useRef<{ readonly of: ActorRecord; readonly passed: ReadonlyMap<string, number> } | undefined>(undefined);
  if (begun.current?.of !== actor) begun.current = { of: actor, passed: new Map(isNew && begun.current === undefined ? [] : actor.passed) };
  const left = new Map<string, number>();
  for (const [json, times] of actor.passed) {
    const since = times - (begun.current.passed.get(json) ?? 0);
    if (since <= 0 || json === '') continue;
    for (const id of innermostOf(chart, litStates(chart, JSON.parse(json)))) left.set(id, (left.get(id) ?? 0) + since);
  }
  return (id) => left.get(id) ?? 0;
}
