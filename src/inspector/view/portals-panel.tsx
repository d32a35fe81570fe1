/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Source } from '../model/source.ts';

/** The portals in order of preference: which one is live, and what is known of the others. */
export function PortalsPanel({ source: { portals } }: { readonly source: Source }): VNode {
  if (portals.length === 0) return <p class="nothing">Nothing is known of portals yet.</p>;
  const slowest = Math.max(1, ...portals.map(({ latency }) => latency ?? 0));
  return (
    <div class="scrolled" tabIndex={0} role="group" aria-label="Portals">
      <table class="plain">
        <caption class="visually-hidden">Portals, in order of preference</caption>
        <thead>
          <tr>
            <th scope="col">Portal</th>
            <th scope="col">State</th>
            <th scope="col">Latency</th>
            <th scope="col">Failures</th>
            <th scope="col">Last failure</th>
            <th scope="col">Quarantine</th>
          </tr>
        </thead>
        <tbody>
          {portals.map(({ url, state, latency, failures, lastFailure, quarantined, reason }) => (
            <tr key={url}>
              <th scope="row">{url}</th>
              <td>
                <span class={`pill pill-${state}`}>{state}</span>
              </td>
              <td class="latency">
                {typeof latency === 'number' ? (
                  <>
                    <meter min={0} max={slowest} value={latency} aria-label={`latency ${latency.toFixed(1)} milliseconds`} /> {latency < 10 ? latency.toFixed(1) : Math.round(latency)} ms
                  </>
                ) : (
                  <span class="muted">unknown</span>
                )}
              </td>
              <td>{failures}</td>
              <td>{lastFailure ?? <span class="muted">none</span>}</td>
              <td>{quarantined ? <span class="pill pill-bad">{reason ?? 'yes'}</span> : <span class="muted">no</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
