/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Logged } from '../model/log.ts';
import type { Source } from '../model/source.ts';
import { EventDetails } from './event-details.tsx';
import { predicateOf, type EventFilter } from './event-filter.ts';
import { useHeldRows } from './held-rows.ts';
import { clockText, eventText, shortened, valueText } from './text.ts';
import { VirtualGrid } from './virtual-grid.tsx';

interface EventsProps {
  readonly source: Source;
  readonly filter: EventFilter;
  readonly onFilter: (filter: EventFilter) => void;
  readonly isPaused: boolean;
  readonly onPause: (isPaused: boolean) => void;
  readonly onActor: (sessionId: string) => void;
}

/** The log: what every actor was told, the newest first. */
export function EventsPanel({ source, filter, onFilter, isPaused, onPause, onActor }: EventsProps): VNode {
  const [selected, setSelected] = useState<Logged | undefined>(undefined);
  const [isScrolled, setScrolled] = useState(false);
  const find = (): readonly Logged[] => source.log.newest(predicateOf(filter));
  const { rows, waiting } = useHeldRows(isPaused || isScrolled || selected !== undefined, find, `${source.name}\n${JSON.stringify(filter)}`, source.log.total);
  const change = (changed: Partial<EventFilter>): void => onFilter({ ...filter, ...changed });
  return (
    <div class={`split split-log${selected === undefined ? '' : ' has-details'}`}>
      <section class="main" aria-label="Events">
        <div class="filters">
          <label>
            <span>Actor</span>
            <select value={filter.actor} onChange={({ currentTarget }) => change({ actor: currentTarget.value })}>
              <option value="">all</option>
              {kindsOf(source, filter.actor).map(([value, title]) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>Type</span>
            <input type="search" value={filter.type} placeholder="PROVEN" onInput={({ currentTarget }) => change({ type: currentTarget.value })} />
          </label>
          <label class="wide">
            <span>Text</span>
            <input type="search" value={filter.text} placeholder="anything in an event" onInput={({ currentTarget }) => change({ text: currentTarget.value })} />
          </label>
          <button type="button" aria-pressed={isPaused} onClick={() => onPause(!isPaused)}>
            Pause
          </button>
          <span class="muted filter-note">
            {rows.length.toLocaleString('en')} shown{waiting > 0 ? `, ${waiting.toLocaleString('en')} newer` : ''}
          </span>
        </div>
        <VirtualGrid
          label="Events, the newest first"
          name="log"
          columns={LOG_COLUMNS}
          rows={rows}
          keyOf={({ number }) => String(number)}
          selected={selected === undefined ? undefined : String(selected.number)}
          onSelect={(logged) => setSelected(logged === selected ? undefined : logged)}
          onScrolled={setScrolled}
          empty="No such event."
        />
      </section>
      {selected === undefined ? null : <EventDetails logged={selected} onActor={source.actors.get(selected.sessionId ?? '') === undefined ? undefined : onActor} onClose={() => setSelected(undefined)} />}
    </div>
  );
}

const LOG_COLUMNS = [
  { title: 'Time', cell: ({ at }: Logged) => <time>{clockText(at)}</time> },
  { title: 'From', cell: ({ from, source }: Logged) => <span title={source}>{from}</span> },
  { title: 'Actor', cell: ({ actor }: Logged) => <span title={actor}>{shortened(actor, 12, 4)}</span> },
  { title: 'Event', cell: ({ type }: Logged) => <code>{eventText(type)}</code> },
  { title: 'State after', cell: (logged: Logged) => <StateAfter logged={logged} /> },
  { title: 'What it says', cell: ({ event }: Logged) => <span class="muted">{payloadText(event)}</span> },
];

function StateAfter({ logged: { before, after } }: { readonly logged: Logged }): VNode {
  const isMoved = after !== undefined && JSON.stringify(before) !== JSON.stringify(after);
  return <span class={isMoved ? 'moved' : 'muted'}>{valueText(after)}</span>;
}

/** The event's own words, without its type. */
function payloadText(event: unknown): string {
  const { type: _, ...rest } = event as { readonly type: string };
  const text = JSON.stringify(rest);
  return text === '{}' ? '' : text.slice(1, 200).replace(/\}$/, '');
}

/** What can be chosen of actors: every machine in every thread, not each of a thousand entries. */
function kindsOf(source: Source, chosen: string): readonly (readonly [string, string])[] {
  const kinds = new Map<string, string>();
  for (const { actor } of source.actors.rows) kinds.set(`${actor.thread} ${actor.machine}`, actor.parentId === undefined ? actor.thread : `${actor.thread} › ${actor.machine}`);
  if (chosen !== '' && !kinds.has(chosen)) kinds.set(chosen, shortened(source.actors.get(chosen)?.name ?? chosen, 20, 4));
  return [...kinds];
}
