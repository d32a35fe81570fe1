/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { useCallback, useEffect, useReducer, useState } from 'preact/hooks';
import type { Layouts } from '../chart/layout.ts';
import type { Sources } from '../model/sources.ts';
import type { Player } from '../recording.ts';
import { ActorsPanel } from './actors-panel.tsx';
import { ChartsPanel } from './charts-panel.tsx';
import { EntriesPanel } from './entries-panel.tsx';
import { ALL_EVENTS, type EventFilter } from './event-filter.ts';
import { EventsPanel } from './events-panel.tsx';
import type { Frames } from './frames.ts';
import { IncidentsPanel } from './incidents-panel.tsx';
import { MessagesPanel } from './messages-panel.tsx';
import { PlayerBar } from './player-bar.tsx';
import { PortalsPanel } from './portals-panel.tsx';
import { Tabs } from './tabs.tsx';

/** What there is to show, beside the sources. */
export interface Showing {
  /** A line about the connection to what is looked at; undefined where there is nothing to say. */
  note: { readonly text: string; readonly isTrouble: boolean } | undefined;
  player: Player | undefined;
}

interface AppProps {
  readonly sources: Sources;
  readonly showing: Showing;
  readonly layouts: Layouts;
  readonly frames: Frames;
}

type TabName = 'charts' | 'actors' | 'events' | 'messages' | 'entries' | 'portals' | 'incidents';

/** The whole page, drawn once a frame at most. */
export function App({ sources, showing, layouts, frames }: AppProps): VNode {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => frames.listen(() => redraw(undefined)), [frames]);
  const [tab, setTab] = useState<TabName>('charts');
  const [chosenSource, setSource] = useState<string | undefined>(undefined);
  const [actor, setActor] = useState<string | undefined>(undefined);
  const [filter, setFilter] = useState<EventFilter>(ALL_EVENTS);
  const [isPaused, setPaused] = useState(false);
  const { names } = sources;
  const name = chosenSource !== undefined && names.includes(chosenSource) ? chosenSource : names[0];
  const source = name === undefined ? undefined : sources.get(name);
  const showActor = useCallback((sessionId: string) => {
    setActor(sessionId);
    setTab('actors');
  }, []);
  const showEvents = useCallback((sessionId: string) => {
    setFilter({ ...ALL_EVENTS, actor: sessionId });
    setTab('events');
  }, []);
  const { player, note } = showing;
  return (
    <>
      <header class="top">
        <h2>
          <Mark /> Inspector
        </h2>
        {names.length > 1 ? (
          <label>
            <span>Runtime</span>
            <select value={name} onChange={({ currentTarget }) => setSource(currentTarget.value)}>
              {names.map((one) => (
                <option key={one} value={one}>
                  {one}
                  {sources.get(one)?.isGone === true ? ' (gone)' : ''}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <span class="source-name">{name}</span>
        )}
        <p class={`note${note?.isTrouble === true ? ' trouble' : ''}`} role="status">
          {source?.isGone === true && note?.isTrouble !== true ? `${source.name} is gone: this is how it was last seen.` : (note?.text ?? '')}
        </p>
      </header>
      {source === undefined ? (
        <p class="nothing">Waiting for a runtime …</p>
      ) : (
        <Tabs<TabName>
          chosen={tab}
          onChoose={setTab}
          tabs={[
            { name: 'charts', title: 'Charts' },
            { name: 'actors', title: 'Actors', count: source.actors.size },
            { name: 'events', title: 'Events', count: source.log.total },
            { name: 'messages', title: 'Messages' },
            { name: 'entries', title: 'Entries', count: source.watched.size },
            { name: 'portals', title: 'Portals', count: source.portals.length },
            { name: 'incidents', title: 'Incidents', count: source.incidentCount },
          ]}
        >
          {tab === 'charts' ? <ChartsPanel key={source.name} actors={source.actors} layouts={layouts} onActor={showActor} /> : null}
          {tab === 'actors' ? <ActorsPanel source={source} layouts={layouts} chosen={actor} onChoose={setActor} onEvents={showEvents} /> : null}
          {tab === 'events' ? <EventsPanel key={source.name} source={source} filter={filter} onFilter={setFilter} isPaused={isPaused} onPause={setPaused} onActor={showActor} /> : null}
          {tab === 'messages' ? <MessagesPanel key={source.name} source={source} isPaused={isPaused} onPause={setPaused} onActor={showActor} /> : null}
          {tab === 'entries' ? <EntriesPanel key={source.name} source={source} now={player?.time} /> : null}
          {tab === 'portals' ? <PortalsPanel source={source} /> : null}
          {tab === 'incidents' ? <IncidentsPanel key={source.name} source={source} /> : null}
        </Tabs>
      )}
      {player === undefined ? null : <PlayerBar player={player} onChange={frames.request} />}
    </>
  );
}

/** Three states, one of them lit. */
const Mark = (): VNode => (
  <svg class="mark" viewBox="0 0 22 16" width="22" height="16" aria-hidden="true">
    <path d="M5 8h12" />
    <circle cx="4" cy="8" r="3" />
    <circle class="lit" cx="11" cy="8" r="3" />
    <circle cx="18" cy="8" r="3" />
  </svg>
);
