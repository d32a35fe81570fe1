import { createActor, fromCallback, fromPromise, type Actor, type SnapshotFrom } from 'xstate';
import { connectionMachine, type ConnectionEvent, type ConnectionInput, type SocketCommand } from '../../machines/connection.ts';
import { portalMachine, type PortalEvent, type PortalRecord } from '../../machines/portal.ts';
import { backoff, type PortalTimes } from '../../machines/portal-times.ts';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import { StepClock } from './step-clock.ts';

/** How a portal behaves to whom it is connected from now on. Times are milliseconds. */
export interface Conduct {
  /** After how long it accepts; `never`: it lets whoever calls wait; `refuses`: at once; `throws`: the platform does not even try. */
  readonly opens: number | 'never' | 'refuses' | 'throws';
  /** After how long it answers a proof of life. */
  readonly answers: number | 'never';
  /** How many answers it gives before it drops the connection, or says nothing more. */
  readonly words?: number;
  readonly ending?: 'drops' | 'falls silent';
}
export const GOOD = { opens: 40, answers: 20 } as const satisfies Conduct;
export const MUTE: Conduct = { opens: 'never', answers: 'never' };
export const DEAF: Conduct = { opens: 30, answers: 'never' };
export const REFUSING: Conduct = { opens: 'refuses', answers: 'never' };
export const BROKEN: Conduct = { opens: 'throws', answers: 'never' };
/** Accepts, says a word and drops. */
export const TEASING: Conduct = { opens: 5, answers: 5, words: 1, ending: 'drops' };

/** A socket, as the portal at its other end sees it. */
export interface SeenSocket {
  readonly number: number;
  readonly url: string;
  readonly madeAt: number;
  openedAt?: number;
  followedAt?: number;
  /** When what it was asked last, and has not answered yet, was asked. */
  askedAt?: number | undefined;
  answers: number;
  endedAt?: number;
  /** When it answered last; and whether it ever was asked after it had been left in peace for a `livenessInterval`, and answered. */
  answeredAt?: number;
  isSteady?: boolean;
  /** Who ended it: the portal, the client, or the client because it could not take in what came. */
  endedBy?: 'portal' | 'client' | 'pressure';
}

/** Says when one of its timers, and all that came of it at once, is over. */
class WatchedClock extends StepClock {
  onStep: () => void = () => {};

  override setTimeout(callback: () => void, milliseconds: number) {
    return super.setTimeout(() => {
      callback();
      this.onStep();
    }, milliseconds);
  }
}

/** As random as it must be, and the same each time. */
function chance(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** The portal machine and its real connections, among portals that do as they are told, in simulated time. */
export class PortalWorld {
  readonly clock = new WatchedClock();
  readonly sockets: SeenSocket[] = [];
  readonly #open = new Set<SeenSocket>();
  /** Answers of sockets that had been there for a `livenessInterval`. */
  probesAnswered = 0;
  /** The number of the connection that was told to follow last. */
  followedLast = 0;
  /** The portals that were checked. */
  readonly checks: { readonly url: string; readonly at: number; brokenOffAt?: number }[] = [];
  /** Whether a check is over at once, or never. */
  areChecksLong = false;
  readonly urls: readonly string[];
  readonly times: PortalTimes;
  readonly actor: Actor<typeof portalMachine>;
  /** Without it nothing opens, nothing is heard, and no end of a socket is seen. */
  hasNetwork = true;
  /** Called before something is sent to the machine. */
  onSend: (event: PortalEvent) => void = () => {};
  readonly #conduct: Conduct[];
  readonly #cuts = new Map<SeenSocket, (by: 'portal' | 'pressure') => void>();
  /** Called with the URL of a portal of which more came than could be taken in. */
  onPressure: (url: string) => void = () => {};

  constructor(conduct: readonly Conduct[], { times = DEFAULT_POLICY, seed = 1, known }: { readonly times?: PortalTimes; readonly seed?: number; readonly known?: readonly PortalRecord[] } = {}) {
    this.#conduct = [...conduct];
    this.urls = conduct.map((_each, index) => `https://${index}.example`);
    this.times = times;
    const random = chance(seed);
    const machine = portalMachine.provide({
      actors: {
        connection: connectionMachine.provide({ actors: { socket: this.#socket() } }),
        check: fromPromise<void, { readonly url: string }>(({ input, signal }) => {
          const check: (typeof this.checks)[number] = { url: input.url, at: this.now };
          this.checks.push(check);
          signal.addEventListener('abort', () => void (check.brokenOffAt = this.now));
          return this.areChecksLong ? new Promise<void>(() => {}) : Promise.resolve();
        }),
      },
      // As its host adds it.
      delays: { backoff: ({ context }) => backoff(context) * (0.5 + random() / 2) },
    });
    this.actor = createActor(machine, { input: { urls: this.urls, times, known }, clock: this.clock });
    this.actor.start();
  }

  get now(): number {
    return this.clock.now();
  }
  get snapshot(): SnapshotFrom<typeof portalMachine> {
    return this.actor.getSnapshot();
  }
  /** The socket of the live connection. */
  get live(): SeenSocket | undefined {
    const live = this.snapshot.context.connections.find(({ role }) => role === 'live');
    return live === undefined ? undefined : this.sockets[live.connection - 1];
  }
  get open(): readonly SeenSocket[] {
    return [...this.#open];
  }

  send(event: PortalEvent): void {
    this.onSend(event);
    this.actor.send(event);
    this.clock.onStep();
  }
  pass(milliseconds: number): void {
    this.clock.pass(milliseconds);
  }
  /** Passes time until it is so.
   * @returns how long it took; never more than `most`
   */
  until(isSo: () => boolean, most = 600_000): number {
    const begun = this.now;
    while (!isSo() && this.now - begun < most) this.clock.pass(Math.min(...this.clock.waits, most - (this.now - begun)));
    return this.now - begun;
  }
  /** From now on portal `index` behaves like this; its connections that are open go on as they were. */
  turn(index: number, conduct: Conduct): void {
    this.#conduct[index] = conduct;
  }
  /** Whatever is open at portal `index` ends. */
  cut(index: number): void {
    for (const socket of this.open) if (socket.url === this.urls[index]) this.#cuts.get(socket)?.('portal');
    this.clock.onStep();
  }
  /** More comes on the live connection than can be taken in, where the platform cannot pause it. */
  overwhelm(): void {
    const { live } = this;
    if (live === undefined) return;
    this.onPressure(live.url);
    this.#cuts.get(live)?.('pressure');
    this.clock.onStep();
  }
  /** Nothing runs for so long; then the platform shows that it has slept. */
  sleep(milliseconds: number): void {
    const { onStep } = this.clock;
    this.clock.onStep = () => {};
    this.clock.sleep(milliseconds);
    this.clock.onStep = onStep;
    this.send({ type: 'WOKE' });
  }
  /** The network is there from now on, or is not; sockets are not told, as on most platforms. */
  network(isThere: boolean): void {
    this.hasNetwork = isThere;
    this.send({ type: isThere ? 'ONLINE' : 'OFFLINE' });
  }
  stop(): void {
    this.actor.stop();
  }

  #socket() {
    return fromCallback<SocketCommand, ConnectionInput>(({ input, sendBack, receive }) => {
      const conduct = this.#conduct[this.urls.indexOf(input.url)] ?? REFUSING;
      const socket: SeenSocket = { number: input.connection, url: input.url, madeAt: this.now, answers: 0 };
      this.sockets.push(socket);
      this.#open.add(socket);
      const timers = new Set<unknown>();
      const later = (wait: number, what: () => void): void => {
        const timer = this.clock.setTimeout(() => {
          timers.delete(timer);
          if (socket.endedAt === undefined && this.hasNetwork) what();
        }, wait);
        timers.add(timer);
      };
      const end = (endedBy: 'portal' | 'client' | 'pressure'): void => {
        if (socket.endedAt !== undefined) return;
        Object.assign(socket, { endedAt: this.now, endedBy });
        this.#cuts.delete(socket);
        this.#open.delete(socket);
        for (const timer of timers) this.clock.clearTimeout(timer);
      };
      const tell = (event: ConnectionEvent): void => sendBack(event);
      const close = (by: 'portal' | 'pressure' = 'portal'): void => {
        end(by);
        tell({ type: by === 'portal' ? 'SOCKET_CLOSED' : 'SOCKET_GIVEN_UP' });
      };
      this.#cuts.set(socket, close);
      if (conduct.opens === 'throws') {
        end('portal');
        throw new Error('the platform refuses');
      }
      if (conduct.opens === 'refuses' || !this.hasNetwork) later(1, () => close());
      else if (conduct.opens !== 'never') {
        later(conduct.opens, () => {
          socket.openedAt = this.now;
          tell({ type: 'SOCKET_OPENED' });
        });
      }
      receive(({ type }) => {
        if (type === 'FOLLOW') {
          socket.followedAt = this.now;
          this.followedLast = input.connection;
          return;
        }
        if (socket.openedAt === undefined) throw new Error('a socket that did not open was asked for a proof of life');
        socket.askedAt ??= this.now;
        if (conduct.answers === 'never' || (socket.answers >= (conduct.words ?? Infinity) && conduct.ending === 'falls silent')) return;
        later(conduct.answers, () => {
          socket.isSteady ||= socket.answers > 0 && (socket.askedAt ?? 0) - (socket.answeredAt ?? 0) >= this.times.livenessInterval;
          socket.answers++;
          if (socket.isSteady) this.probesAnswered++;
          socket.answeredAt = this.now;
          socket.askedAt = undefined;
          tell({ type: 'HEARD' });
          if (conduct.ending === 'drops' && socket.answers >= (conduct.words ?? Infinity)) later(1, () => close());
        });
      });
      return () => end('client');
    });
  }
}
