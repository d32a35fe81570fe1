// A portal's socket and nothing else, as fast as its client reads: `node push-server.mjs COUNT REVISIONS`. Entries are signed and put
// into words beforehand. `POST /push?from=R&to=S` sends revisions R … S of all entries, in this order, with `&rate=N` so many a second; a
// subscription and a GET answer revision 1. `GET /sent` tells when each was sent.
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { answerText, entryOf, hex, pushText } from './entries.mjs';

/** Messages between two waits for the client: enough to keep it busy, few enough to keep them out of this process's memory. */
const BURST = 64;

const [count, revisions] = process.argv.slice(2).map(Number);
const firsts = Array.from({ length: count }, (_, number) => entryOf(number, 1));
const answers = new Map(firsts.map((entry) => [hex(entry.datakey), answerText(entry)]));
const greetings = new Map(firsts.map((entry) => [hex(entry.datakey), pushText(entry)]));
const pushes = Array.from({ length: revisions - 1 }, (_, i) => firsts.map((_entry, number) => pushText(entryOf(number, i + 2))));
/** When each entry's revisions were sent: milliseconds of a clock that all processes of a machine share. By revision, then by number. */
let sentAt = [];

let subscriber;

async function push(from, to) {
  let sent = 0;
  for (const text of pushes.slice(from - 2, to - 1).flat()) {
    if (++sent % BURST !== 0) subscriber.send(text);
    else await new Promise((resolve) => void subscriber.send(text, resolve));
  }
}

/** Each as soon as its time has come, and no sooner. */
async function pushAtRate(from, to, rate) {
  sentAt = [];
  const begun = performance.now();
  for (let sent = 0; sent < count * (to - from + 1); sent++) {
    while (performance.now() < begun + (1_000 * sent) / rate) await pause(1);
    const [revision, number] = [from + Math.floor(sent / count), sent % count];
    (sentAt[revision] ??= [])[number] = Number(process.hrtime.bigint()) / 1e6;
    subscriber.send(pushes[revision - 2][number]);
  }
}

const server = createServer((request, response) => {
  response.setHeader('Access-Control-Allow-Origin', '*'); // a page may ask too
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname === '/sent') return response.end(JSON.stringify(sentAt));
  if (pathname !== '/push') return response.end(answers.get(searchParams.get('datakey')));
  const [from, to, rate] = ['from', 'to', 'rate'].map((name) => Number(searchParams.get(name)));
  return void (rate > 0 ? pushAtRate(from, to, rate) : push(from, to)).then(() => response.end());
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
