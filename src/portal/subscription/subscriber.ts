import type { Writable } from 'node:stream';
import { WebSocket } from 'ws';
import type { EntryKey } from '../../registry/index.ts';
import { readRequest } from '../../registry/wire/index.ts';
import type { PortalLimits } from '../limits.ts';
import { LONGEST_TIMER } from '../../input.ts';
import type { Counters } from '../stats.ts';
import { textFrame } from './frame.ts';
import type { SubscriptionHub } from './hub.ts';
import type { Pace } from './pace.ts';
import type { Topic, Watcher } from './topic.ts';

/** Reads of the store that one socket may have under way; beyond it no more requests are taken from it. */
const MOST_READS = 1_000;

/**
 * Entries a client may have listed: 670 kB, which are made in one go while everybody else waits. skyd lists them all; a client that
 * watches more knows what it asked for.
 */
const MOST_LISTED = 10_000;

/**
 * One WebSocket and what it watches. Whatever its client does, what is held for it is bounded: entries wait as a set, newest value
 * only, and while its answers pile up or the store is busy for it, nothing more is read from it.
 */
export class Subscriber implements Watcher {
  readonly #socket: WebSocket;
  /** What the socket writes to. Frames that are made already go to it: ws would make each anew for every watcher of an entry. */
  readonly #connection: Writable;
  readonly #hub: SubscriptionHub;
  readonly #pace: Pace;
  readonly #limits: PortalLimits;
  readonly #counters: Counters;
  readonly #topics = new Set<Topic>();
  /** Topics whose stored value is being read, by how many requests; the answer will be the newest, so updates need not be told. */
  readonly #reading = new Map<Topic, number>();
  #reads = 0;
  /** Topics to be told, by the time they are due. */
  readonly #waiting = new Map<Topic, number>();
  #alarm: NodeJS.Timeout | undefined;
  /** Requests that had arrived when reading stopped: no more than one read of the system brings. */
  #held: string[] = [];
  #drainDeadline: NodeJS.Timeout | undefined;

  /** @param connection what lies under the WebSocket, which must not compress or send in the background: frames of both are written whole */
  constructor(socket: WebSocket, connection: Writable, hub: SubscriptionHub, pace: Pace, limits: PortalLimits, counters: Counters) {
    this.#socket = socket;
    this.#connection = connection;
    this.#hub = hub;
    this.#pace = pace;
    this.#limits = limits;
    this.#counters = counters;
  }

  /** Takes a message of the client's. */
  receive(text: string): void {
    if (this.#socket.isPaused) this.#held.push(text);
    else this.#answer(text);
  }

  offer(topic: Topic): void {
    if (!this.#reading.has(topic)) this.#tell(topic);
  }

  /** Forgets everything; for a socket that has closed. */
  leave(): void {
    for (const topic of this.#topics) this.#hub.leave(topic, this);
    this.#topics.clear();
    this.#waiting.clear();
    this.#held = [];
    clearTimeout(this.#alarm);
    clearTimeout(this.#drainDeadline);
  }

  /** Says good-bye. What still waits is not sent. */
  close(code: number, reason: string): void {
    this.leave();
    // A socket that is not read would never see the client's good-bye.
    if (this.#socket.isPaused) this.#socket.resume();
    this.#socket.close(code, reason);
  }

  #answer(text: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const request = readRequest(text);
    switch (request.action) {
      case 'subscribe':
        void this.#subscribe(request); // never rejects
        break;
      case 'unsubscribe':
        this.#unsubscribe(request);
        break;
      case 'subscriptions':
        this.#list();
        break;
      case 'refused':
        this.#say(this.#hub.writer.error(request.error));
        break;
      case 'unreadable':
        this.#refuseUnreadable();
        break;
    }
  }

  #list(): void {
    const { writer } = this.#hub;
    const isTooLong = this.#topics.size > MOST_LISTED;
    this.#say(isTooLong ? writer.error(`too many subscriptions to list: at most ${MOST_LISTED}`) : writer.subscriptions([...this.#topics].map((topic) => topic.hexId)));
  }

  #refuseUnreadable(): void {
    this.#say(this.#hub.writer.error('failed to read JSON request: not a JSON object'));
    this.close(1008, 'failed to read JSON request');
  }

  async #subscribe(key: EntryKey): Promise<void> {
    const topic = this.#hub.topic(key);
    const excess = this.#excess(topic);
    if (excess !== undefined) {
      this.#say(this.#hub.writer.error(`too many subscriptions: at most ${excess}`));
      return;
    }
    // Joined before the read: an update that is stored after it comes by the bus.
    this.#hub.join(topic, this);
    this.#topics.add(topic);
    this.#countRead(topic, 1);
    try {
      await this.#hub.refresh(topic);
      this.#countRead(topic, -1);
      // It may have been unsubscribed, or the socket closed, meanwhile.
      if (!this.#topics.has(topic)) return;
      this.#gather();
      this.#tell(topic);
    } catch {
      this.#countRead(topic, -1);
      // Without its current value the client cannot know where it stands; it will come again. What failed is no stranger's business.
      this.#say(this.#hub.writer.error('unable to read from the registry: the portal failed'));
      this.close(1011, 'unable to read from the registry');
    }
  }

  /** Which limit one more subscription would exceed, if it is one more. */
  #excess(topic: Topic): string | undefined {
    const { subscriptionsPerSocket, subscriptions } = this.#limits;
    if (this.#topics.has(topic)) return undefined;
    if (this.#topics.size >= subscriptionsPerSocket) return `${subscriptionsPerSocket} on one connection`;
    return this.#hub.subscriptions >= subscriptions ? `${subscriptions} on this portal` : undefined;
  }

  #unsubscribe(key: EntryKey): void {
    const topic = this.#hub.topic(key);
    if (!this.#topics.delete(topic)) return;
    this.#waiting.delete(topic);
    this.#hub.leave(topic, this);
  }

  #countRead(topic: Topic, change: 1 | -1): void {
    const reads = (this.#reading.get(topic) ?? 0) + change;
    if (reads > 0) this.#reading.set(topic, reads);
    else this.#reading.delete(topic);
    this.#reads += change;
    this.#regulate();
  }

  #tell(topic: Topic): void {
    if (!this.#waiting.has(topic)) this.#waiting.set(topic, this.#pace.due());
    this.#sendWaiting();
  }

  #sendWaiting(): void {
    clearTimeout(this.#alarm);
    for (const [topic, due] of this.#waiting) {
      if (this.#isCongested()) return; // goes on when it has drained
      const wait = this.#pace.wait(due);
      if (wait > 0) {
        this.#alarm = setTimeout(() => this.#sendWaiting(), Math.min(wait, LONGEST_TIMER));
        return;
      }
      this.#waiting.delete(topic);
      const frame = this.#hub.frame(topic);
      if (frame === undefined) continue;
      this.#counters.notifications++;
      this.#pace.sent();
      this.#send(frame);
    }
  }

  #say(message: string): void {
    this.#send(textFrame(message));
  }

  #send(frame: Buffer): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#connection.write(frame, this.#sent);
    this.#regulate();
  }

  /** Lets answers to requests that came together leave together: handing them to the system takes longer than making them. */
  #gather(): void {
    if (this.#connection.writableCorked > 0) return;
    this.#connection.cork();
    process.nextTick(() => this.#connection.uncork());
  }

  /** A failure to send is followed by the socket's end, which is heard of elsewhere. */
  readonly #sent = (): void => {
    if (this.#socket.isPaused) this.#regulate();
    if (this.#waiting.size > 0) this.#sendWaiting();
  };

  #isCongested(): boolean {
    // What was gathered does not wait for the client.
    if (this.#connection.writableLength > this.#limits.backlogBytes) this.#connection.uncork();
    return this.#connection.writableLength > this.#limits.backlogBytes;
  }

  /** Reads from the client as long as it reads what it is sent, and gives up on it if it does not for long. */
  #regulate(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const isCongested = this.#isCongested();
    if (isCongested) this.#drainDeadline ??= setTimeout(() => this.#giveUp(), this.#limits.drainTimeout);
    else {
      clearTimeout(this.#drainDeadline);
      this.#drainDeadline = undefined;
    }
    if (isCongested || this.#reads >= MOST_READS) this.#socket.pause();
    else if (this.#socket.isPaused) this.#readOn();
  }

  #readOn(): void {
    this.#socket.resume();
    const held = this.#held;
    this.#held = [];
    for (const text of held) this.receive(text);
  }

  #giveUp(): void {
    this.#counters.slowSocketsClosed++;
    this.close(1013, 'the client reads too slowly');
  }
}
