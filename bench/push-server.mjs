// A portal's socket and nothing else, as fast as its client reads: `node push-server.mjs COUNT REVISIONS`. Entries are signed and put
// into words beforehand. `POST /push?from=R&to=S` sends revisions R … S of all entries, in this order; a subscription and a GET answer revision 1.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { answerText, entryOf, hex, pushText } from './entries.mjs';

/** Messages between two waits for the client: enough to keep it busy, few enough to keep them out of this process's memory. */
const BURST = 64;

const [count, revisions] = process.argv.slice(2).map(Number);
const firsts = Array.from({ length: count }, (_, number) => entryOf(number, 1));
const answers = new Map(firsts.map((entry) => [hex(entry.datakey), answerText(entry)]));
const greetings = new Map(firsts.map((entry) => [hex(entry.datakey), pushText(entry)]));
const pushes = Array.from({ length: revisions - 1 }, (_, i) => firsts.map((_entry, number) => pushText(entryOf(number, i + 2))));

let subscriber;

async function push(from, to) {
  let sent = 0;
  for (const text of pushes.slice(from - 2, to - 1).flat()) {
    if (++sent % BURST !== 0) subscriber.send(text);
    else await new Promise((resolve) => void subscriber.send(text, resolve));
  }
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname !== '/push') return response.end(answers.get(searchParams.get('datakey')));
  return void push(Number(searchParams.get('from')), Number(searchParams.get('to'))).then(() => response.end());
});

new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket) => {
  subscriber = socket;
  socket.on('message', (data) => {
    const { action, datakey } = JSON.parse(Buffer.from(data).toString());
    if (action === 'subscribe') socket.send(greetings.get(datakey));
    else if (action !== 'unsubscribe') socket.send('{"error":"unknown action"}\n'); // how a client finds out that somebody listens
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })));
