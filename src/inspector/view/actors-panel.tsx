/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { currentText, litStates, takenTransition } from '../chart/lit.ts';
import type { Layouts } from '../chart/layout.ts';
import { statechartOf } from '../chart/statechart.ts';
import type { ActorRecord, ActorRow } from '../model/actors.ts';
import type { Source } from '../model/source.ts';
import { useCalm } from './calm.ts';
import { ChartView } from './chart-view.tsx';
import { JsonTree } from './json-tree.tsx';
import { StateList } from './state-list.tsx';
import { clockText, eventText, shortened, valueText } from './text.ts';
import { useLayout } from './use-layout.ts';
import { VirtualGrid } from './virtual-grid.tsx';

interface ActorsProps {
  readonly source: Source;
  readonly layouts: Layouts;
  readonly chosen: string | undefined;
  readonly onChoose: (sessionId: string) => void;
  /** Shows what happened to one actor. */
  readonly onEvents: (sessionId: string) => void;
}

/** The actors as a tree, and the statechart of one of them as it stands. */
export function ActorsPanel({ source, layouts, chosen, onChoose, onEvents }: ActorsProps): VNode {
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const all = source.actors.rows;
  const rows = wanted === '' ? all : all.filter(({ actor }) => `${actor.name} ${actor.machine} ${valueText(actor.value)}`.toLowerCase().includes(wanted));
  const actor = (chosen === undefined ? undefined : source.actors.get(chosen)) ?? all[0]?.actor;
  return (
    <div class="split split-actors">
      <section class="side" aria-label="Actors">
        <div class="filters">
          <label>
            <span>Find</span>
            <input type="search" value={search} placeholder="name or state" onInput={({ currentTarget }) => setSearch(currentTarget.value)} />
          </label>
        </div>
        <VirtualGrid
          label="Actors"
          name="actors"
          columns={ACTOR_COLUMNS}
          rows={rows}
          keyOf={({ actor: { sessionId } }) => sessionId}
          selected={actor?.sessionId}
          onSelect={({ actor: { sessionId } }) => onChoose(sessionId)}
          empty={all.length === 0 ? 'No actor has been seen yet.' : 'No actor is called so.'}
        />
      </section>
      {actor === undefined ? <p class="nothing">The actors of a runtime appear here as soon as it is connected.</p> : <ActorDetails key={actor.sessionId} actor={actor} layouts={layouts} onEvents={onEvents} />}
    </div>
  );
}

const ACTOR_COLUMNS = [
  {
    title: 'Actor',
    cell: ({ actor, depth }: ActorRow) => (
      <span class={`actor-name depth-${Math.min(depth, 4)}`} title={actor.name}>
        <i class={`status status-${actor.status}`} aria-hidden="true" />
        {shortened(actor.name, 16, 4)}
      </span>
    ),
  },
  { title: 'State', cell: ({ actor }: ActorRow) => (actor.status === 'active' ? valueText(actor.value) || 'runs' : actor.status) },
];

function ActorDetails({ actor, layouts, onEvents }: { readonly actor: ActorRecord; readonly layouts: Layouts; readonly onEvents: (sessionId: string) => void }): VNode {
  const laid = useLayout(actor.definition, layouts, 'of');
  const chart = useMemo(() => statechartOf(actor.definition), [actor.definition]);
  const current = actor.status === 'active' ? currentText(chart, litStates(chart, actor.value)) : actor.status;
  const taken = actor.last === undefined ? undefined : takenTransition(chart, actor.last.type, actor.last.before, actor.value);
  const said = useCalm(`${actor.name}: ${current}`);
  const isMachine = chart.states.length > 1;
  return (
    <section class="main" aria-label={`Actor ${actor.name}`}>
      <header class="actor-head">
        <h3>{shortened(actor.name, 24, 6)}</h3>
        <span class={`pill pill-${actor.status}`}>{actor.status}</span>
        <span class="current">
          <span class="muted">in</span> <strong>{current}</strong>
        </span>
        {actor.last === undefined ? null : (
          <span class="last">
            <span class="muted">last event</span> <code>{eventText(actor.last.type)}</code>
          </span>
        )}
        <button type="button" class="quiet" onClick={() => onEvents(actor.sessionId)}>
          Its events
        </button>
        <p class="visually-hidden" aria-live="polite">
          {said}
        </p>
      </header>
      <div class="actor-body">
        {!isMachine ? (
          <p class="nothing">{actor.name} has no states: it runs until it ends.</p>
        ) : laid === 'failed' ? (
          <p class="nothing">The chart could not be laid out. Its states are in the list.</p>
        ) : laid === undefined ? (
          <p class="nothing">Drawing the statechart of {chart.name} …</p>
        ) : (
          <ChartView laid={laid} value={actor.status === 'active' || actor.status === 'done' ? actor.value : undefined} taken={taken} />
        )}
        <aside class="facts" aria-label="What is known of it" tabIndex={0}>
          <JsonTree name="context" value={actor.context} />
          <dl>
            <dt>session</dt>
            <dd>{actor.sessionId}</dd>
            <dt>machine</dt>
            <dd>{actor.machine}</dd>
            <dt>seen since</dt>
            <dd>{clockText(actor.bornAt)}</dd>
          </dl>
          {isMachine ? (
            <details class="as-list">
              <summary>States and transitions as a list</summary>
              <StateList chart={chart} value={actor.value} />
            </details>
          ) : null}
        </aside>
      </div>
    </section>
  );
}
