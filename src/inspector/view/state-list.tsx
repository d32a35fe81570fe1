/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { lineOf } from '../chart/drawing.ts';
import { litStates } from '../chart/lit.ts';
import type { Statechart } from '../chart/statechart.ts';

/** What a chart shows, as a list to read: every state with its transitions, and which are current. */
export function StateList({ chart, value }: { readonly chart: Statechart; readonly value: unknown }): VNode {
  const lit = litStates(chart, value);
  const item = (id: string): VNode | null => {
    const state = chart.states.find((one) => one.id === id);
    if (state === undefined) return null;
    const transitions = chart.transitions.filter(({ source }) => source === id);
    return (
      <li key={id} class={lit.has(id) ? 'lit' : ''} aria-current={lit.has(id) && id !== '' ? 'true' : undefined}>
        <strong>{state.key}</strong>
        {state.kind === 'atomic' || state.kind === 'compound' ? '' : ` (${state.kind})`}
        {lit.has(id) && id !== '' ? <em> current</em> : null}
        {transitions.length === 0 ? null : (
          <ul class="transitions">
            {transitions.map((transition) => (
              <li key={transition.id}>
                {lineOf(transition)} → {transition.targets.length === 0 ? 'stays' : transition.targets.join(', ')}
                {transition.actions.length === 0 ? '' : `; does ${transition.actions.join(', ')}`}
              </li>
            ))}
          </ul>
        )}
        {state.children.length === 0 ? null : <ul>{state.children.map(item)}</ul>}
      </li>
    );
  };
  return <ul class="state-list">{item('')}</ul>;
}
