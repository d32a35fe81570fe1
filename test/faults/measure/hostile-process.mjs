// A portal that sends what has no end, and notes how long its connection lasted after a cap: `node hostile-process.mjs CAP WHAT`, which is `body`, `json` or `frame`.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const cap = Number(process.argv[2]);
const what = process.argv[3];
const PIECE = Buffer.alloc(1_024, what === 'json' ? '[' : ' ');
/** Levels of JSON, or bytes of one frame. */
const LEVELS = 1_000_000;
const FRAME = 90_000_000;
const most = what === 'json' ? LEVELS : Infinity;

const server = createServer((_incoming, response) => {
  let sent = 0;
  let passedAt;
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const more = () => {
    while (!response.destroyed && sent < most) {
      sent += PIECE.length;
      if (sent > cap) passedAt ??= performance.now();
      if (!response.write(PIECE)) return;
    }
  };
  response.on('drain', more);
  response.on('close', () => process.send({ lasted: performance.now() - passedAt, sent }));
  more();
});
const upgrades = new WebSocketServer({ noServer: true });
server.on('upgrade', (incoming, connection, head) => {
  upgrades.handleUpgrade(incoming, connection, head, (client) => {
    client.on('message', (data) => {
      // It lives, as far as that goes.
      if (!Buffer.from(data).includes('"subscribe"')) return client.send('{"error":"unknown action"}');
      if (what !== 'frame') return;
      const begun = performance.now();
      client.on('close', () => process.send({ lasted: performance.now() - begun, sent: FRAME }));
      client.on('error', () => {}); // 'close' follows
      client.send(Buffer.alloc(FRAME, ' '), { binary: false });
    });
  });
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ ready: `http://127.0.0.1:${server.address().port}` }));
