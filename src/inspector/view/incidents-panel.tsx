/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { IncidentRecord, Source } from '../model/source.ts';
import { JsonTree } from './json-tree.tsx';
import { clockText, readable, shortened } from './text.ts';
import { VirtualGrid } from './virtual-grid.tsx';

/** What portals and holders of keys were seen to do, the newest first. */
export function IncidentsPanel({ source }: { readonly source: Source }): VNode {
  const [selected, setSelected] = useState<IncidentRecord | undefined>(undefined);
  return (
    <div class={`split split-log${selected === undefined ? '' : ' has-details'}`}>
      <section class="main" aria-label="Incidents">
        <VirtualGrid
          label="Incidents, the newest first"
          name="incidents"
          columns={INCIDENT_COLUMNS}
          rows={source.incidents}
          keyOf={({ number }) => String(number)}
          selected={selected === undefined ? undefined : String(selected.number)}
          onSelect={(record) => setSelected(record === selected ? undefined : record)}
          empty="Nothing that anybody should worry about has been seen."
        />
      </section>
      {selected === undefined ? null : <IncidentDetails record={selected} onClose={() => setSelected(undefined)} />}
    </div>
  );
}

const INCIDENT_COLUMNS = [
  { title: 'Time', cell: ({ at, incident }: IncidentRecord) => <time>{clockText(typeof incident['at'] === 'number' ? incident['at'] : at)}</time> },
  { title: 'Kind', cell: ({ incident }: IncidentRecord) => <span class="pill pill-bad">{textOf(incident['kind'])}</span> },
  { title: 'Who', cell: ({ incident }: IncidentRecord) => (incident['portal'] === undefined ? `the key ${shortened(keyOf(incident), 10, 4)}` : textOf(incident['portal'])) },
  { title: 'Entry', cell: ({ incident }: IncidentRecord) => <code>{shortened(keyOf(incident), 10, 4)}</code> },
];

function IncidentDetails({ record: { incident }, onClose }: { readonly record: IncidentRecord; readonly onClose: () => void }): VNode {
  const raw = textOf(incident['raw']);
  const said = readable(raw);
  return (
    <section class="details" aria-label="Incident" tabIndex={0}>
      <header>
        <h3>{textOf(incident['kind'])}</h3>
        <button type="button" class="quiet" onClick={onClose}>
          Close
        </button>
      </header>
      <p>{MEANINGS[textOf(incident['kind'])] ?? ''}</p>
      {said === undefined ? null : (
        <dl>
          <dt>it said</dt>
          <dd class="hex">{said}</dd>
        </dl>
      )}
      <JsonTree name="incident" value={incident} />
    </section>
  );
}

const MEANINGS: Readonly<Record<string, string>> = {
  'key-equivocation': 'One key signed two different values with one revision. The proof is in the two entries; no portal is to blame.',
  'bad-signature': 'A portal served an entry that its key’s holder never signed.',
  'below-floor': 'A portal went on serving an older entry than others, or none.',
  'acknowledged-but-dropped': 'A portal said that it had stored an entry, and did not serve it.',
  oversize: 'A portal sent more than an answer may have.',
  garbage: 'A portal sent what no portal sends.',
  flood: 'A portal sent more than it was asked for.',
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The public key that an incident is about. */
function keyOf(incident: IncidentRecord['incident']): string {
  const [first] = Array.isArray(incident['entries']) ? (incident['entries'] as readonly unknown[]) : [incident['key']];
  return textOf((first as { readonly pubkey?: unknown } | undefined)?.pubkey);
}
