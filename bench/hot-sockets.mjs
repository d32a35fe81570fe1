// Many WebSockets of one process that watch one entry. Written by hand on plain sockets, as much as this takes: a WebSocket library would spend more on each
// message than the portal that is measured.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { hex } from './entries.mjs';

/** Connections that are opened together: more would overrun the portal's queue of connections that it has not accepted. */
const TOGETHER = 100;

/** A text frame from a client (RFC 6455, section 5.2), shorter than 64 kB; masked by zeros, which leaves it as it is. */
function frameOf(text) {
  const payload = Buffer.from(text);
  const header = payload.length < 126 ? [0x81, 0x80 | payload.length] : [0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([...header, 0, 0, 0, 0]), payload]);
}

const upgradeText = (host) =>
  `GET /skynet/registry/subscription HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`;

/** One watcher: knows whether it was told the entry with a certain signature. */
class Watcher {
  #awaited;
  #received = '';
  #socket;
  #told;

  async open({ hostname, port, host }, { pubkey, datakey }) {
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on('data', (bytes) => this.#take(bytes.latin1Slice()));
    await once(this.#socket, 'connect');
    const upgraded = this.told('HTTP/1.1 101');
    this.#socket.write(upgradeText(host));
    await upgraded;
    this.#socket.write(frameOf(`{"action":"subscribe","pubkey":"ed25519:${hex(pubkey)}","datakey":"${hex(datakey)}"}`));
  }

  /** Resolves when a text has come that has this in it. To be asked before it may come. */
  told(text) {
    this.#awaited = text;
    return new Promise((resolve) => void (this.#told = resolve));
  }

  #take(text) {
    this.#received += text;
    if (!this.#received.includes(this.#awaited)) return;
    this.#received = '';
    this.#told();
  }

  close() {
    this.#socket.destroy();
  }
}

/** So many watchers of one entry, each of which has been told this entry already. */
export async function openWatchers(count, url, entry) {
  const watchers = Array.from({ length: count }, () => new Watcher());
  for (let first = 0; first < count; first += TOGETHER) {
    await Promise.all(
      watchers.slice(first, first + TOGETHER).map(async (watcher) => {
        await watcher.open(new URL(url), entry);
        await watcher.told(hex(entry.signature));
      }),
    );
  }
  return watchers;
}
