import { fromPromise } from 'xstate';
import { keyNamed, nameOf } from '../../src/registry/index.ts';
import { readMessage, requestText } from '../../src/registry/wire/index.ts';
import type { Socket } from '../../src/world.ts';
import type { AskOutcome, PortalAddress } from './registry-client.ts';
import { socketOptions, subscriptionUrl, type SubscriptionWorld } from './subscription.ts';

export interface CheckWorld extends SubscriptionWorld {
  /** For a socket to open, and for a word of a slice, in milliseconds. */
  readonly patience: number;
  /** Entries a second over HTTP. */
  readonly checkRate: number;
  readonly ask: (portal: PortalAddress, name: string, signal: AbortSignal) => Promise<AskOutcome>;
}

/** So long after the last word, in milliseconds, a portal has said what it has to say of a slice. */
const QUIET = 500;

/** Entries that are subscribed at a time: a portal with ten thousand would have to tell all of them at once. */
const SLICE = 256;

/**
 * The check of the portal machine: everything that is wanted is asked of one portal, in slices over a socket of its own. One that takes no socket, or answers
 * nothing there, is asked over HTTP, slowly, and from where the last check of it ended.
 */
export function portalCheck(world: CheckWorld) {
  const cursors = new Map<string, number>();
  return fromPromise<void, { readonly url: string }>(async ({ input: { url }, signal }) => {
    const portal = world.addressOf(url);
    const all = Array.from(world.wanted, ({ name }) => name);
    if (all.length === 0) return;
    // It may have been too much for the time that there was.
    const first = (cursors.get(url) ?? 0) % all.length;
    const names = [...all.slice(first), ...all.slice(0, first)];
    const advance = (checked: number): void => void cursors.set(url, (first + checked) % all.length);
    if (await checkOverSocket({ world, portal, names, advance }, signal)) return;
    for (const [asked, name] of names.entries()) {
      if (signal.aborted) return;
      advance(asked + 1);
      if (world.wanted.find(name) !== undefined && !(await isAnsweredOverHttp(world, portal, name, signal))) return;
      await pause(world, 1_000 / world.checkRate, signal);
    }
  });
}

interface CheckTask {
  readonly world: CheckWorld;
  readonly portal: PortalAddress;
  /** In the order in which they are asked for. */
  readonly names: readonly string[];
  /** Told how many of them were checked. */
  readonly advance: (checked: number) => void;
}

/** Whether the portal answered anything. */
function checkOverSocket(task: CheckTask, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
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
}

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

/** A portal that does not answer now is checked again in its turn. */
async function isAnsweredOverHttp(world: CheckWorld, portal: PortalAddress, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    const outcome = await world.ask(portal, name, signal);
    const word = { portal: portal.url, origin: { isCheck: true }, name, at: world.clock.now() } as const;
    world.report(outcome.kind === 'claim' ? { ...word, kind: 'claim', claim: outcome.claim } : { ...word, kind: 'missing' });
    return true;
  } catch {
    return false;
  }
}

function pause(world: CheckWorld, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      world.clock.clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = world.clock.setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
