// A nostr relay, as much of it as a subscription needs: `node nostr-relay.mjs COUNT` has events 0 … COUNT-1, and answers each subscription with the one
// that its filter's `#d` tag names.
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { finalizeEvent } from 'nostr-tools/pure';
import { MAX_DATA_BYTES } from 'secure-registry';
import { sha256 } from './entries.mjs';

const count = Number(process.argv[2]);
const content = 'x'.repeat(MAX_DATA_BYTES);
const secretKey = sha256('secure-registry bench, nostr');
const events = Array.from({ length: count }, (_, number) => finalizeEvent({ kind: 30_078, created_at: 1, tags: [['d', `entry ${number}`]], content }, secretKey));
const byTag = new Map(events.map((event) => [event.tags[0][1], JSON.stringify(event)]));

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) =>
  socket.on('message', (data) => {
    const [verb, id, filter] = JSON.parse(Buffer.from(data).toString());
    if (verb !== 'REQ') return;
    socket.send(`["EVENT",${JSON.stringify(id)},${byTag.get(filter['#d'][0])}]`);
    socket.send(`["EOSE",${JSON.stringify(id)}]`);
  }),
);
await once(server, 'listening');
console.log(JSON.stringify({ url: `ws://127.0.0.1:${server.address().port}` }));
