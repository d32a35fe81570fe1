import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import type { CheckedEntry, EntryKey } from '../../registry/index.ts';
import { pubkeyText, readMessage, readPath, readRefusal, REGISTRY_PATH, requestText, SUBSCRIPTION_PATH, writeBody, type PortalMessage } from '../../registry/wire/index.ts';

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The bytes as text. */
  readonly body: string;
}

/** A client with no mind of its own: it sends what it is told and shows what comes. */
export class PlainClient {
  readonly #url: string;
  readonly #credentials: Readonly<Record<string, string>>;
  readonly #patience: number;

  /** @param patience how many milliseconds a portal may take to say anything */
  constructor(url: string, apiKey: string | undefined, patience = 10_000) {
    this.#patience = patience;
    this.#url = url.replace(/\/+$/, '');
    this.#credentials = apiKey === undefined ? {} : { 'Skynet-Api-Key': apiKey };
  }

  async send(method: string, path: string, headers: Record<string, string> = {}, body?: string | Uint8Array<ArrayBuffer>): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { ...this.#credentials, ...headers },
      signal: AbortSignal.timeout(this.#patience),
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes, body: new TextDecoder().decode(bytes) };
  }

  read(key: EntryKey, headers?: Record<string, string>): Promise<Answer> {
    return this.send('GET', readPath(key, 5), headers);
  }

  write(entry: CheckedEntry, headers?: Record<string, string>): Promise<Answer> {
    return this.post(writeBody(entry), headers);
  }

  post(body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>): Promise<Answer> {
    return this.send('POST', REGISTRY_PATH, headers, body);
  }

  async connect(query = ''): Promise<Subscription> {
    const socket = new WebSocket(this.#url.replace(/^http/, 'ws') + SUBSCRIPTION_PATH + query, { headers: this.#credentials, handshakeTimeout: this.#patience });
    const subscription = new Subscription(socket, this.#patience);
    await subscription.opened;
    return subscription;
  }
}

/** A WebSocket whose messages can be waited for one by one. */
export class Subscription {
  readonly opened: Promise<void>;
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #messages: string[] = [];
  readonly #patience: number;
  #wake: () => void = () => {};

  constructor(socket: WebSocket, patience: number) {
    this.#patience = patience;
    this.#socket = socket;
    this.opened = new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
    socket.on('message', (data, isBinary) => {
      this.#messages.push(isBinary ? '(binary)' : (data as Buffer).toString());
      this.#wake();
    });
    socket.on('error', () => {}); // comes before `close`
  }

  send(message: string | Uint8Array): void {
    this.#socket.send(message);
  }

  subscribe(key: EntryKey): void {
    this.send(requestText('subscribe', key));
  }

  unsubscribe(key: EntryKey): void {
    this.send(requestText('unsubscribe', key));
  }

  async nextText(): Promise<string> {
    const deadline = setTimeout(() => this.#socket.terminate(), this.#patience);
    try {
      while (this.#messages.length === 0) {
        assert.notEqual(this.#socket.readyState, WebSocket.CLOSED, 'the connection ended, or nothing came in time');
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      return this.#messages.shift() as string;
    } finally {
      clearTimeout(deadline);
    }
  }

  async next(): Promise<PortalMessage> {
    const text = await this.nextText();
    const message = readMessage(text);
    assert.ok(message !== undefined, `not a message of the protocol: ${text.slice(0, 200)}`);
    return message;
  }

  /** Asks what no portal knows; the next message must be the error, so nothing came before it. */
  async assertQuiet(): Promise<void> {
    this.send('{"action":"ping"}');
    const message = await this.next();
    assert.equal(message.kind, 'error', 'a message came that nobody asked for');
  }

  async close(): Promise<void> {
    this.#socket.close(1000);
    const deadline = setTimeout(() => this.#socket.terminate(), this.#patience);
    await this.closed;
    clearTimeout(deadline);
  }
}

export function assertRefused(answer: Answer, status: number, text: string): void {
  assert.equal(answer.status, status, `status of: ${answer.body.slice(0, 200)}`);
  const message = readRefusal(answer.body);
  assert.ok(message?.includes(text), `the message should say "${text}", it is: ${answer.body.slice(0, 200)}`);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
}

export function queryOf({ pubkey, datakey }: EntryKey, changes: Record<string, string | undefined> = {}): string {
  const given = { publickey: pubkeyText(pubkey), datakey: Buffer.from(datakey).toString('hex'), ...changes };
  const query = new URLSearchParams(Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined));
  return `${REGISTRY_PATH}?${query}`;
}
