/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { useEffect, useReducer, useState } from 'preact/hooks';
import type { WatchedEntry } from '../model/reports.ts';
import type { Source } from '../model/source.ts';
import { entryKey } from '../model/watched.ts';
import { ageText, clockText, hostOf, readable, shortened } from './text.ts';
import { VirtualGrid } from './virtual-grid.tsx';

type StatusFilter = '' | 'live' | 'cached' | 'stale' | 'absent' | 'none';

/** The watched entries: what they say, and how fresh that is. @param now the time to which ages are told; undefined for the clock's */
export function EntriesPanel({ source, now }: { readonly source: Source; readonly now: number | undefined }): VNode {
  const [search, setSearch] = useState('');
  const [status, setStatus] = useState<StatusFilter>('');
  const [isHex, setHex] = useState(false);
  const [selected, setSelected] = useState<string | undefined>(undefined);
  useEverySecond();
  const wanted = search.trim().toLowerCase();
  const isWanted = (entry: WatchedEntry): boolean => {
    if (status !== '' && statusOf(entry) !== status) return false;
    return wanted === '' || entry.pubkey.includes(wanted) || entry.datakey.includes(wanted) || entry.data?.includes(wanted) === true || (entry.data !== undefined && readable(entry.data)?.toLowerCase().includes(wanted) === true);
  };
  const rows = source.watched.list(wanted === '' && status === '' ? undefined : isWanted);
  const time = now ?? Date.now();
  const entry = selected === undefined ? undefined : source.watched.get(selected);
  const columns = [
    { title: 'Public key', cell: ({ pubkey }: WatchedEntry) => <code title={pubkey}>{shortened(pubkey)}</code> },
    { title: 'Datakey', cell: ({ datakey }: WatchedEntry) => <code title={datakey}>{shortened(datakey)}</code> },
    { title: 'Status', cell: (one: WatchedEntry) => <span class={`pill pill-${statusOf(one)}`}>{statusOf(one) === 'none' ? '…' : statusOf(one)}</span> },
    { title: 'Revision', cell: ({ revision, exists }: WatchedEntry) => (exists === true ? (revision?.replace(/n$/, '') ?? '') : '') },
    { title: 'Value', cell: (one: WatchedEntry) => <span class="value">{valueOf(one, isHex)}</span> },
    { title: 'Confirmed', cell: ({ confirmedAt }: WatchedEntry) => (confirmedAt === undefined || confirmedAt === 0 ? 'never' : `${ageText(time - confirmedAt)} ago`) },
    { title: 'By', cell: ({ confirmedBy }: WatchedEntry) => <span title={confirmedBy?.join('\n')}>{byText(confirmedBy)}</span> },
  ];
  return (
    <div class={`split split-log${entry === undefined ? '' : ' has-details'}`}>
      <section class="main" aria-label="Watched entries">
        <div class="filters">
          <label class="wide">
            <span>Find</span>
            <input type="search" value={search} placeholder="public key, datakey or value" onInput={({ currentTarget }) => setSearch(currentTarget.value)} />
          </label>
          <label>
            <span>Status</span>
            <select value={status} onChange={({ currentTarget }) => setStatus(currentTarget.value as StatusFilter)}>
              <option value="">all</option>
              {(['live', 'cached', 'stale', 'absent'] as const).map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
              <option value="none">nothing yet</option>
            </select>
          </label>
          <button type="button" aria-pressed={isHex} onClick={() => setHex(!isHex)}>
            Hex
          </button>
          <span class="muted filter-note">
            {rows.length.toLocaleString('en')} of {source.watched.size.toLocaleString('en')}
          </span>
        </div>
        <VirtualGrid
          label="Watched entries"
          name="entries"
          columns={columns}
          rows={rows}
          keyOf={entryKey}
          selected={selected}
          onSelect={(one) => setSelected(entryKey(one) === selected ? undefined : entryKey(one))}
          empty={source.watched.size === 0 ? 'Nothing is watched.' : 'No such entry.'}
        />
      </section>
      {entry === undefined ? null : <EntryDetails entry={entry} onClose={() => setSelected(undefined)} />}
    </div>
  );
}

function EntryDetails({ entry, onClose }: { readonly entry: WatchedEntry; readonly onClose: () => void }): VNode {
  const { pubkey, datakey, data, revision, confirmedAt, confirmedBy = [], floor, deleted } = entry;
  const text = data === undefined ? undefined : readable(data);
  return (
    <section class="details" aria-label="Entry" tabIndex={0}>
      <header>
        <h3>Entry</h3>
        <button type="button" class="quiet" onClick={onClose}>
          Close
        </button>
      </header>
      <dl>
        <dt>public key</dt>
        <dd class="hex">{pubkey}</dd>
        <dt>datakey</dt>
        <dd class="hex">{datakey}</dd>
        <dt>status</dt>
        <dd>
          <span class={`pill pill-${statusOf(entry)}`}>{statusOf(entry) === 'none' ? 'nothing yet' : statusOf(entry)}</span>
          {deleted === true ? ' deleted' : ''}
        </dd>
        <dt>revision</dt>
        <dd>{revision?.replace(/n$/, '') ?? '–'}</dd>
        <dt>confirmed</dt>
        <dd>{confirmedAt === undefined || confirmedAt === 0 ? 'never' : clockText(confirmedAt)}</dd>
        <dt>by</dt>
        <dd>{confirmedBy.length === 0 ? 'nobody' : confirmedBy.map((url) => <div key={url}>{url}</div>)}</dd>
        <dt>floor</dt>
        <dd>{floor ?? '–'}</dd>
        {text === undefined ? null : (
          <>
            <dt>text</dt>
            <dd>{text}</dd>
          </>
        )}
        <dt>bytes</dt>
        <dd class="hex">{data ?? '–'}</dd>
      </dl>
    </section>
  );
}

function statusOf({ exists, status }: WatchedEntry): Exclude<StatusFilter, ''> {
  if (exists === undefined) return 'none';
  return exists ? (status ?? 'none') : 'absent';
}

function valueOf({ exists, deleted, data }: WatchedEntry, isHex: boolean): string {
  if (exists !== true || data === undefined) return '';
  if (deleted === true) return '(deleted)';
  return (isHex ? undefined : readable(data)) ?? data;
}

function byText(urls: readonly string[] | undefined): string {
  const [first, ...rest] = urls ?? [];
  return first === undefined ? '' : rest.length === 0 ? hostOf(first) : `${hostOf(first)} +${rest.length}`;
}

/** Ages grow while nothing happens. */
function useEverySecond(): void {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const timer = setInterval(() => redraw(undefined), 1_000);
    return () => clearInterval(timer);
  }, []);
}
