/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Logged } from '../model/log.ts';
import type { Source } from '../model/source.ts';
import { EventDetails } from './event-details.tsx';
import { useHeldRows } from './held-rows.ts';
import { clockText, eventText } from './text.ts';
import { VirtualGrid } from './virtual-grid.tsx';

/** The way of a portal's word, from left to right. */
const ORDER = ['outside', 'portal', 'verifier', 'entries', 'vault', 'caller'];

interface MessagesProps {
  readonly source: Source;
  readonly isPaused: boolean;
  readonly onPause: (isPaused: boolean) => void;
  readonly onActor: (sessionId: string) => void;
}

/** Who told whom what: a lifeline for each thread, and for what is around them. */
export function MessagesPanel({ source, isPaused, onPause, onActor }: MessagesProps): VNode {
  const [isInner, setInner] = useState(false);
  const [isScrolled, setScrolled] = useState(false);
  const [selected, setSelected] = useState<Logged | undefined>(undefined);
  const find = (): readonly Logged[] => source.log.newest(({ from, to, sessionId }) => sessionId !== undefined && (isInner || laneOf(from) !== laneOf(to)));
  const { rows, waiting } = useHeldRows(isPaused || isScrolled || selected !== undefined, find, `${source.name} ${isInner}`, source.log.total);
  const threads = [...new Set(source.actors.rows.filter(({ depth }) => depth === 0).map(({ actor }) => laneOf(actor.thread)))].join(' ');
  const lanes = useMemo(() => lanesOf(threads.split(' ').filter(Boolean)), [threads]);
  const columns = useMemo(
    () => [
      { title: 'Time', cell: ({ at }: Logged) => <time>{clockText(at)}</time> },
      { title: <Lanes lanes={lanes} />, cell: (logged: Logged) => <Message logged={logged} lanes={lanes} /> },
    ],
    [lanes],
  );
  return (
    <div class={`split split-log${selected === undefined ? '' : ' has-details'}`}>
      <section class="main" aria-label="Messages between actors">
        <div class="filters">
          <label class="check">
            <input type="checkbox" checked={isInner} onChange={({ currentTarget }) => setInner(currentTarget.checked)} />
            <span>within a thread, too</span>
          </label>
          <button type="button" aria-pressed={isPaused} onClick={() => onPause(!isPaused)}>
            Pause
          </button>
          <span class="muted filter-note">
            {rows.length.toLocaleString('en')} shown, the newest first{waiting > 0 ? `; ${waiting.toLocaleString('en')} events since` : ''}
          </span>
        </div>
        <VirtualGrid
          label="Messages, the newest first"
          name="messages"
          columns={columns}
          rows={rows}
          keyOf={({ number }) => String(number)}
          selected={selected === undefined ? undefined : String(selected.number)}
          onSelect={(logged) => setSelected(logged === selected ? undefined : logged)}
          onScrolled={setScrolled}
          empty="No message has been seen yet."
        />
      </section>
      {selected === undefined ? null : <EventDetails logged={selected} onActor={source.actors.get(selected.sessionId ?? '') === undefined ? undefined : onActor} onClose={() => setSelected(undefined)} />}
    </div>
  );
}

function Lanes({ lanes }: { readonly lanes: readonly string[] }): VNode {
  return (
    <span class="lanes">
      {lanes.map((lane, i) => (
        <span key={lane} class="lane-name" style={{ left: `${middle(i, lanes)}%` }}>
          {lane}
        </span>
      ))}
    </span>
  );
}

function Message({ logged, lanes }: { readonly logged: Logged; readonly lanes: readonly string[] }): VNode {
  const [from, to] = [lanes.indexOf(laneOf(logged.from)), lanes.indexOf(laneOf(logged.to))];
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const text = eventText(logged.type);
  const direction = from === to ? 'inner' : from < to ? 'rightwards' : 'leftwards';
  return (
    <span class="lanes">
      {lanes.map((lane, i) => (
        <i key={lane} class="lane" aria-hidden="true" style={{ left: `${middle(i, lanes)}%` }} />
      ))}
      <span class="visually-hidden">
        {logged.from} to {logged.to}:{' '}
      </span>
      <span class={`message ${direction}`} style={from === to ? { left: `${middle(Math.max(0, from), lanes)}%` } : { left: `${middle(left, lanes)}%`, width: `${middle(right, lanes) - middle(left, lanes)}%` }}>
        <span class="message-label">{text}</span>
      </span>
    </span>
  );
}

/** Where a lifeline is, in percent. */
const middle = (index: number, { length }: readonly string[]): number => ((index + 0.5) / length) * 100;

/** Verifiers share a lifeline: who is told of findings is not told of which. */
const laneOf = (thread: string): string => thread.split('.')[0] ?? thread;

const rank = (lane: string): number => (ORDER.indexOf(lane) + ORDER.length + 1) % (ORDER.length + 1);
const lanesOf = (threads: readonly string[]): readonly string[] => [...new Set([...ORDER.filter((lane) => lane === 'outside' || lane === 'caller'), ...threads])].toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
