/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Layouts } from '../chart/layout.ts';
import type { ActorRecord, Actors } from '../model/actors.ts';
import { ArrowHeads } from './chart-drawing.tsx';
import { ChartTile } from './chart-tile.tsx';

interface ChartsProps {
  readonly actors: Actors;
  readonly layouts: Layouts;
  /** Shows one actor with its whole chart. */
  readonly onActor: (sessionId: string) => void;
}

const HOSTED = ['portal', 'verifier', 'entries', 'vault'] as const;

/** The statecharts of all hosted actors at a glance, and of the entry that moved last: the table of entries itself hardly moves. */
export function ChartsPanel({ actors, layouts, onActor }: ChartsProps): VNode {
  const begun = useRef(actors.births).current;
  const roots = actors.rows.filter(({ depth }) => depth === 0).map(({ actor }) => actor);
  const shown: [string, ActorRecord | undefined][] = HOSTED.map((name) => [name, roots.find(({ thread }) => thread === name || thread.startsWith(`${name}.`))]);
  const entries = shown[2]?.[1];
  shown.splice(3, 0, ['entry', entries === undefined ? undefined : actors.latest(entries.thread, 'entry')]);
  return (
    <div class="charts">
      <svg class="visually-hidden" aria-hidden="true">
        <ArrowHeads />
      </svg>
      <ul class="tiles" aria-label="Statecharts">
        {shown.map(([name, actor]) => (
          <li key={name} class={`tile tile-${name}`}>
            {actor === undefined ? (
              <p class="tile-absent">
                <strong>{name}</strong> {name === 'entry' ? 'none yet' : 'not started yet'}
              </p>
            ) : (
              // Entries come and go by the thousand: their tile stays.
              <ChartTile key={name === 'entry' ? name : actor.generation} actor={actor} layouts={layouts} isNew={actor.generation > begun} onOpen={() => onActor(actor.sessionId)} />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
