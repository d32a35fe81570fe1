/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Logged } from '../model/log.ts';
import { JsonTree } from './json-tree.tsx';
import { clockText, eventText, shortened, valueText } from './text.ts';

/** All that is known of one event. */
export function EventDetails({ logged, onActor, onClose }: { readonly logged: Logged; readonly onActor: ((sessionId: string) => void) | undefined; readonly onClose: () => void }): VNode {
  const { sessionId } = logged;
  const moved = JSON.stringify(logged.before) === JSON.stringify(logged.after);
  return (
    <section class="details" aria-label={`Event ${logged.number}`} tabIndex={0}>
      <header>
        <h3>{eventText(logged.type)}</h3>
        <button type="button" class="quiet" onClick={onClose}>
          Close
        </button>
      </header>
      <dl>
        <dt>number</dt>
        <dd>{logged.number}</dd>
        <dt>at</dt>
        <dd>{clockText(logged.at)}</dd>
        <dt>to</dt>
        <dd title={logged.actor}>{shortened(logged.actor, 24, 6)}</dd>
        <dt>from</dt>
        <dd>{logged.source ?? logged.from}</dd>
        {logged.after === undefined ? null : (
          <>
            <dt>state</dt>
            <dd>{moved ? `${valueText(logged.after)} (stays)` : `${valueText(logged.before)} → ${valueText(logged.after)}`}</dd>
          </>
        )}
      </dl>
      <JsonTree name="event" value={logged.event} />
      {sessionId === undefined || onActor === undefined ? null : (
        <button type="button" class="quiet" onClick={() => onActor(sessionId)}>
          Show its chart
        </button>
      )}
    </section>
  );
}
