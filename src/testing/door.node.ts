import { request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { nameOf } from '../registry/index.ts';
import { answerBody, bytesFromHex, pubkeyFrom, readWrite } from '../registry/wire/index.ts';
import type { Chance } from './chance.ts';
import { cannedFor, NOT_FOUND, withFlippedBit, withForgedSignature, type CannedAnswer, type PortalFaults, type ReadFault, type WriteFault } from './faults.ts';
import { lieFor } from './lies.ts';
import { tagOf, type Shelf } from './shelf.ts';
import type { Tally } from './traffic.ts';

/** What the door knows of its portal. */
export interface DoorPortal {
  readonly faults: PortalFaults;
  /** Where the honest portal is. */
  readonly backendUrl: string;
  /** Whether it takes `If-Match` and `If-None-Match` on writes, and says so. */
  readonly offersPreconditions: boolean;
  readonly chance: Chance;
  readonly shelf: Shelf;
  readonly tally: Tally;
  strikes(): boolean;
}

/** A megabyte of nothing, small on the wire. */
const BOMB = gzipSync(Buffer.alloc(1_000_000));

type Fault = ReadFault | WriteFault | undefined;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The portal over HTTP: asks the honest one, and answers as the faults have it. */
export class Door {
  readonly #portal: DoorPortal;
  /** How many writes came under a fault that strikes every third time. */
  #lapses = 0;

  constructor(portal: DoorPortal) {
    this.#portal = portal;
  }

  /** Rejects where the client left meanwhile, or the honest portal is gone. */
  async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { tally, faults } = this.#portal;
    tally.noteKey(incoming.headers['skynet-api-key']);
    const kind = incoming.method === 'GET' ? 'reads' : incoming.method === 'POST' ? 'writes' : undefined;
    if (kind !== undefined) tally.count(kind);
    const fault = kind !== undefined && this.#portal.strikes() ? faults[kind] : undefined;
    const body = await bodyOf(incoming);
    await this.#released();
    response.setHeader('Access-Control-Allow-Origin', incoming.headers.origin ?? '*');
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    const canned = cannedFor(fault);
    if (fault === 'drop') incoming.socket.destroy();
    else if (fault === 'reset') incoming.socket.resetAndDestroy();
    else if (fault === 'mute') await (kind === 'writes' ? this.#ask(incoming, body) : undefined);
    else if (fault === 'break' || (fault === 'lapse' && ++this.#lapses % 3 === 0)) {
      await this.#ask(incoming, body);
      incoming.socket.destroy();
    } else if (fault === 'lose') response.writeHead(204).end();
    else if (fault === 'endless') pour(response);
    else if (fault === 'bomb') response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(BOMB);
    else if (canned !== undefined) sendCanned(response, canned);
    else this.#pass(await this.#ask(incoming, body), incoming, response, fault);
  }

  /** Resolves once it holds no requests. */
  #released(): Promise<void> {
    return new Promise((resolve) => void this.#portal.tally.until(() => this.#portal.faults.held !== true, resolve));
  }

  #pass({ status, headers, body }: Answer, { method, url }: IncomingMessage, response: ServerResponse, fault: Fault): void {
    const name = nameAskedBy(url);
    const lie = name === undefined ? undefined : lieFor(fault, this.#portal.shelf, name);
    if (lie === null) return sendCanned(response, NOT_FOUND);
    const told = lie === undefined ? headers : { ...headers, etag: tagOf(lie) };
    for (const [field, value] of Object.entries(told)) {
      if (value !== undefined && (field !== 'content-length' || method === 'HEAD') && (field !== 'registry-preconditions' || this.#portal.offersPreconditions)) response.setHeader(field, value);
    }
    response.writeHead(status).end(lie === undefined ? this.#tampered(body, fault) : answerBody(lie));
  }

  #tampered(body: Buffer, fault: Fault): string | Buffer {
    const { chance } = this.#portal;
    if (fault === 'forge') return withForgedSignature(body.toString());
    return fault === 'flip' ? withFlippedBit(body.toString(), chance.below(body.length), chance.below(7)) : body;
  }

  #ask(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { host: _, 'if-match': ifMatch, 'if-none-match': ifNoneMatch, ...plain } = incoming.headers;
      const headers = this.#portal.offersPreconditions ? { ...plain, ...(ifMatch && { 'if-match': ifMatch }), ...(ifNoneMatch && { 'if-none-match': ifNoneMatch }) } : plain;
      const asked = request(this.#portal.backendUrl + (incoming.url ?? ''), { method: incoming.method, headers }, (answer) => {
        const { 'transfer-encoding': _encoding, connection: _connection, 'keep-alive': _alive, ...kept } = answer.headers;
        if (incoming.method === 'POST' && answer.statusCode === 204) this.#noteWrite(body);
        resolve(bodyOf(answer).then((bytes) => ({ status: answer.statusCode ?? 500, headers: kept, body: bytes })));
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  #noteWrite(body: Buffer): void {
    const write = readWrite(body.toString());
    if ('entry' in write) this.#portal.shelf.put(write.entry);
    this.#portal.tally.count('accepted');
  }
}

function nameAskedBy(path = ''): string | undefined {
  const { searchParams } = new URL(path, 'http://portal.invalid');
  const pubkey = pubkeyFrom(searchParams.get('publickey') ?? '');
  const datakey = bytesFromHex(searchParams.get('datakey') ?? '', 32);
  return pubkey && datakey && nameOf({ pubkey, datakey });
}

function pour(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const more = (): void => {
    while (response.write(' '.repeat(1024)));
  };
  response.on('drain', more);
  more();
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function sendCanned(response: ServerResponse, { status, headers = {}, body = '' }: CannedAnswer): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
}
