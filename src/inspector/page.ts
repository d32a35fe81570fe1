import { mountInspector, recordedReports, type InspectorView, type Report } from './index.ts';

/** Between attempts to reach what is looked at, in milliseconds. */
const RETRY = 1_000;

/** What the page's server says that there is to look at. */
interface SessionDescription {
  readonly mode: 'live' | 'recording';
}

/** One message of the server's socket. */
type Message = { readonly source: string; readonly reports: readonly Report[] } | { readonly source: string; readonly gone: true };

async function start(view: InspectorView): Promise<void> {
  const { mode } = (await (await fetched('session.json')).json()) as SessionDescription;
  if (mode === 'live') return follow(view);
  view.note('Reading the recording …');
  const { reports, fault } = recordedReports(await (await fetched('recording.jsonl')).text());
  view.note(fault === undefined ? '' : `Read as far as it goes: ${fault}.`, fault !== undefined);
  view.play(reports);
}

/** Shows what comes, and asks again where the connection is lost. @param known names of the runtimes that were seen before this connection */
function follow(view: InspectorView, known: ReadonlySet<string> = new Set()): void {
  const address = new URL('reports', location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  const socket = new WebSocket(address);
  const seen = new Set<string>();
  socket.addEventListener('open', () => {
    view.note('Live');
    // Those that are still there are heard of at once.
    for (const source of known) view.gone(source);
  });
  socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const message = JSON.parse(data) as Message;
    if ('gone' in message) return view.gone(message.source);
    if (!seen.has(message.source) && known.has(message.source)) view.anew(message.source);
    seen.add(message.source);
    view.take(message.source, message.reports);
  });
  socket.addEventListener('close', () => {
    view.note('The live connection is lost; it is tried again every second.', true);
    setTimeout(() => follow(view, new Set([...known, ...seen])), RETRY);
  });
}

async function fetched(file: string): Promise<Response> {
  const response = await fetch(file, { cache: 'no-store' });
  if (!response.ok) throw new Error(`${file}: the server answered ${response.status}`);
  return response;
}

const root = document.getElementById('inspector');
if (root !== null) {
  const view = mountInspector(root);
  start(view).catch((error: unknown) => view.note(error instanceof Error ? error.message : String(error), true));
}
