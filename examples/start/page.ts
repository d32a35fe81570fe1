import { createRuntime, type PortalView, type ReadResult } from 'secure-registry';

/** What the page's server knows of the entry. */
interface Knowledge {
  readonly portals: readonly string[];
  /** 32 bytes each, as hex. */
  readonly pubkey: string;
  readonly datakey: string;
}

const knowledge = (await (await fetch('entry.json')).json()) as Knowledge;
const runtime = await createRuntime({ portals: knowledge.portals, storage: 'memory' });
show('pubkey', `ed25519:${knowledge.pubkey}`);
show('datakey', knowledge.datakey);
runtime.portals$.subscribe(showPortals);
runtime.watch({ pubkey: bytes(knowledge.pubkey), datakey: bytes(knowledge.datakey) }, { status: true }).subscribe(showEntry);

function showEntry(result: ReadResult): void {
  show('status', result.status);
  show('value', result.exists ? new TextDecoder().decode(result.data) : 'does not exist');
  show('revision', result.exists ? String(result.revision) : '–');
  show('confirmed', (result.exists ? result.confirmedBy : result.claimedBy).join(', ') || 'nobody yet');
}

function showPortals(portals: readonly PortalView[]): void {
  element('portals').replaceChildren(
    ...portals.map(({ url, state, latency, failures }) => {
      const row = document.createElement('tr');
      row.dataset['state'] = state;
      for (const text of [url, state, latency === undefined ? '–' : `${latency.toFixed(1)} ms`, String(failures)]) row.insertCell().textContent = text;
      return row;
    }),
  );
}

function show(id: string, text: string): void {
  element(id).textContent = text;
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
