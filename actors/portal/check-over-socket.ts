import { keyNamed, nameOf } from '../../src/registry/index.ts';
import { readMessage, requestText } from '../../src/registry/wire/index.ts';
import type { Socket } from '../../src/world.ts';
import type { CheckOverSocket, CheckTask, CheckWorld } from './check.ts';
import type { PortalAddress } from './registry-client.ts';
import { socketOptions, subscriptionUrl } from './subscription.ts';

/** So long after the last word, in milliseconds, a portal has said what it has to say of a slice. */
const QUIET = 500;

/** Entries that are subscribed at a time: a portal with ten thousand would have to tell all of them at once. */
const SLICE = 256;

/** Whether the portal answered anything. */
export const checkOverSocket: CheckOverSocket = (task, signal) =>
  new Promise((resolve, reject) => {
    const check = new SocketCheck(task, end);
    function end(isAnswered: boolean): void {
      signal.removeEventListener('abort', abort);
      check.close();
      resolve(isAnswered);
    }
    const abort = (): void => end(true);
    signal.addEventListener('abort', abort);
    try {
      check.begin();
    } catch (error) {
      signal.removeEventListener('abort', abort);
      reject(error); // the platform refuses the socket
    }
  });

/** One socket that is subscribed to a slice of what is wanted after the other. */
class SocketCheck {
  readonly #world: CheckWorld;
  readonly #portal: PortalAddress;
  readonly #names: readonly string[];
  readonly #advance: CheckTask['advance'];
  readonly #known: ReadonlySet<string>;
  readonly #end: (isAnswered: boolean) => void;
  #socket: Socket | undefined;
  /** How many were subscribed. */
  #from = 0;
  /** Of the slice, those that it has said nothing of yet. */
  #awaited = new Set<string>();
  #slice: readonly string[] = [];
  #isAnswered = false;
  #timer: unknown;

  constructor({ world, portal, names, advance }: CheckTask, end: (isAnswered: boolean) => void) {
    this.#world = world;
    this.#portal = portal;
    this.#names = names;
    this.#advance = advance;
    this.#known = new Set(names);
    this.#end = end;
  }

  begin(): void {
    this.#wait();
    this.#socket = this.#world.openSocket(
      subscriptionUrl(this.#portal),
      {
        opened: () => this.#next(),
        message: (text) => this.#heard(text),
        closed: (_reason, isOversize) => {
          if (isOversize === true) this.#world.conduct.sentTooMuch(this.#portal.url);
          this.#end(this.#isAnswered);
        },
      },
      socketOptions(this.#portal, this.#world.frameBytes),
    );
  }

  close(): void {
    this.#world.clock.clearTimeout(this.#timer);
    this.#socket?.abandon();
  }

  /** Subscribes the next slice. What is silent of the last one may be a portal's way to say that there is nothing. */
  #next(): void {
    for (const name of this.#slice) this.#socket?.send(requestText('unsubscribe', keyNamed(name)));
    if (this.#isAnswered) this.#advance(Math.min(this.#from, this.#names.length));
    this.#slice = this.#names.slice(this.#from, this.#from + SLICE);
    this.#from += SLICE;
    if (this.#slice.length === 0) return this.#end(this.#isAnswered);
    this.#awaited = new Set(this.#slice);
    for (const name of this.#slice) this.#socket?.send(requestText('subscribe', keyNamed(name)));
    this.#wait();
  }

  #wait(): void {
    const { clock, patience } = this.#world;
    clock.clearTimeout(this.#timer);
    // One that answers at all is not silent about the rest for long, unless it has nothing to say.
    this.#timer = clock.setTimeout(() => (this.#from === 0 ? this.#end(false) : this.#next()), this.#isAnswered ? Math.min(patience, QUIET) : patience);
  }

  #heard(text: string | undefined): void {
    const { conduct, clock, wanted, report } = this.#world;
    const portal = this.#portal.url;
    if (!conduct.mayHaveSent(portal, text)) return this.#end(true);
    const message = text === undefined ? undefined : readMessage(text);
    if (message === undefined) return conduct.sentGarbage(portal, text);
    if (!('key' in message)) return;
    const name = nameOf(message.key);
    if (!this.#known.has(name)) return conduct.sentUnasked(portal, text);
    this.#isAnswered = true;
    // It may have been let go of since.
    if (wanted.find(name) !== undefined) {
      const word = { portal, origin: { isCheck: true }, name, at: clock.now() } as const;
      report(message.kind === 'update' ? { ...word, kind: 'claim', claim: message.claim } : { ...word, kind: 'missing' });
    }
    if (!this.#awaited.delete(name)) return;
    if (this.#awaited.size === 0) this.#next();
    else this.#wait();
  }
}
