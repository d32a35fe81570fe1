import { expect } from 'vitest';
import type { PortalEvent } from '../../machines/portal.ts';
import type { PortalWorld, SeenSocket } from './portal-world.ts';

/** What of the machine's state the watch has to know: what it does, not why. */
type Phase = 'idle' | 'seeking' | 'live' | 'waiting';

/** Holds the portal machine to P1–P3 and P5–P8 after every step, by what portals see of it and what was said to it; it knows nothing of its table. */
export class PortalWatch {
  readonly #world: PortalWorld;
  #isWanted = false;
  #isOffline = false;
  #phase: Phase = 'idle';
  /** Back-offs waited out since a probe was answered or somebody asked for a portal. */
  #rests = 0;
  #waitingSince = 0;
  #whole = 0;
  /** A network came back, or a sleep ended, since it waits. */
  #isHurried = false;
  #isAsked = false;
  /** The portals that may be tried before there is a back-off. */
  #free: Set<string>;
  #seen = 0;
  #checksSeen = 0;
  readonly #triedAt = new Map<string, number>();
  /** The sockets that were open after the step before. */
  #open: readonly SeenSocket[] = [];
  #answers = 0;
  /** What was wrong where a throw would be the machine's. */
  #wrong: unknown;
  readonly #quarantined = new Map<string, { offences: number; until: number }>();

  constructor(world: PortalWorld) {
    this.#world = world;
    this.#free = new Set(world.urls);
  }

  begin(): void {
    const world = this.#world;
    world.onSend = (event) => this.#hear(event);
    world.onPressure = (url) => void this.#free.add(url);
    world.actor.subscribe(() => this.#note());
    world.clock.onStep = () => this.#check();
  }

  /** What users, the platform and the verdict say is not the machine's own doing. */
  #hear(event: PortalEvent): void {
    const { now, urls, times } = this.#world;
    if (event.type === 'WANTED' && !this.#isWanted) this.#free = new Set(urls);
    this.#isAsked ||= event.type === 'RETRY_NOW' && this.#phase === 'waiting';
    if (event.type === 'SWITCH_TO' && urls.includes(event.url)) {
      this.#isAsked ||= this.#phase === 'idle' || (this.#phase !== 'live' && this.#mayBeUsed(event.url));
      this.#free.add(event.url);
    }
    if (event.type === 'WANTED') this.#isWanted = true;
    if (event.type === 'UNWANTED') this.#isWanted = false;
    if (event.type === 'OFFLINE' || event.type === 'ONLINE') this.#isOffline = event.type === 'OFFLINE';
    if (event.type === 'ONLINE' || event.type === 'WOKE') this.#isHurried = true;
    if (event.type === 'OFFENDED' && urls.includes(event.url)) {
      const offences = (this.#quarantined.get(event.url)?.offences ?? 0) + 1;
      const lasts = Math.min(times.quarantineMost, times.quarantineBase * 2 ** (offences - 1));
      this.#quarantined.set(event.url, { offences, until: now + lasts });
    }
  }

  /** After each event of the machine, while its connections may still be at theirs. */
  #note(): void {
    try {
      const phase = this.#phaseNow();
      if (phase !== this.#phase) this.#changePhase(phase);
      if (this.#isAsked) this.#forgive();
      this.#isAsked = false;
      this.#noteAnswers();
      this.#checkAttempts();
    } catch (error) {
      this.#wrong ??= error;
    }
  }

  /** After all that came of a timer, or of a word. */
  #check(): void {
    if (this.#wrong !== undefined) throw this.#wrong;
    this.#checkNumbers();
    this.#checkSockets(this.#phase);
    for (const socket of this.#world.open) this.#checkPatience(socket);
    for (const socket of this.#open) if (socket.endedAt !== undefined) this.#checkEnd(socket);
    this.#open = this.#world.open;
    this.#checkChecks();
  }

  #phaseNow(): Phase {
    const { connection } = this.#world.snapshot.value as { connection: string | Readonly<Record<string, string>> };
    return (typeof connection === 'string' ? connection : Object.keys(connection)[0]) as Phase;
  }

  #forgive(): void {
    this.#rests = 0;
    this.#free = new Set(this.#world.urls);
  }

  #changePhase(phase: Phase): void {
    const { now, times } = this.#world;
    if (this.#phase === 'waiting' && phase === 'seeking') {
      const rested = now - this.#waitingSince;
      const isRested = rested >= this.#whole / 2;
      const isHurried = this.#isHurried && rested >= times.hurryPause;
      expect(this.#isAsked || isRested || isHurried, `P3, P5: after ${rested} ms of a rest of ${this.#whole} ms it was over`).toBe(true);
      if (!this.#isAsked && isRested && !isHurried) this.#rests++;
      this.#free = new Set(this.#world.urls);
    }
    if (phase === 'waiting') {
      this.#waitingSince = now;
      const most = this.#isOffline ? times.offlineBackoff : times.backoffMost;
      // What ended a rest before its time leaves it open whether the round counts.
      this.#whole = Math.min(most, times.backoffBase * 2 ** this.#rests);
      this.#isHurried = false;
    }
    this.#phase = phase;
  }

  #checkNumbers(): void {
    const { sockets } = this.#world;
    expect(sockets.at(-1)?.number ?? 0, 'P8: numbers follow one another').toBe(sockets.length);
  }

  #checkAttempts(): void {
    const { sockets, times } = this.#world;
    for (const { url, madeAt } of sockets.slice(this.#seen)) {
      expect(this.#isWanted, 'what nobody wants is not tried').toBe(true);
      const isReturn = this.#phase === 'live' && madeAt - (this.#triedAt.get(url) ?? 0) >= times.returnInterval;
      this.#triedAt.set(url, madeAt);
      expect(isReturn || this.#free.has(url), 'P5: a back-off, the answered probe of one that stays, pressure of ours or a word lies between two attempts at one portal').toBe(true);
      this.#free.delete(url);
      expect(this.#mayBeUsed(url), `P7: ${url} is left alone`).toBe(true);
    }
    this.#seen = sockets.length;
  }

  #mayBeUsed(url: string): boolean {
    const { now, urls } = this.#world;
    const isIn = (each: string): boolean => (this.#quarantined.get(each)?.until ?? 0) > now;
    return !isIn(url) || urls.every(isIn);
  }

  /** Of connections that had been there for a `livenessInterval`: what answers earlier may be one that drops. */
  #noteAnswers(): void {
    const { probesAnswered } = this.#world;
    if (probesAnswered > this.#answers) this.#forgive();
    this.#answers = probesAnswered;
  }

  #checkSockets(phase: Phase): void {
    const { open, now, times, clock } = this.#world;
    if (!this.#isWanted) {
      expect(open, 'what nobody wants is not connected').toEqual([]);
      expect(phase).toBe('idle');
      return;
    }
    const followed = open.filter((socket) => socket.followedAt !== undefined);
    const newest = Math.max(...followed.map(({ followedAt = 0 }) => followedAt));
    const others = followed.filter(({ followedAt }) => followedAt !== newest);
    if (phase === 'live') {
      expect(followed.length, 'P1: the live connection is subscribed').toBeGreaterThan(0);
      expect(followed.length - others.length, 'P1: one at a time').toBe(1);
    }
    for (const { number } of others) expect(now - newest, `P1: connection ${number} goes on for the handover, and no longer`).toBeLessThanOrEqual(times.handover);
    if (phase === 'seeking') expect(open.length, 'P2: what seeks has somebody to wait for').toBeGreaterThan(0);
    if (phase === 'waiting') expect(Math.min(...clock.waits), 'P2: every wait ends').toBeLessThanOrEqual(this.#whole + (now - this.#waitingSince));
    expect(phase, 'P2: while an entry is wanted there is a connection or it is sought').not.toBe('idle');
  }

  /** P4 as far as one connection shows it. */
  #checkPatience({ number, openedAt, madeAt, askedAt, answers }: SeenSocket): void {
    const { now, times } = this.#world;
    const [since, most] = answers > 0 ? [askedAt, times.livenessDeadline] : openedAt === undefined ? [madeAt, times.connectDeadline] : [openedAt, times.proofDeadline];
    if (since !== undefined && !this.#isRetiring(number)) expect(now - since, `P4: connection ${number} is mute and is left`).toBeLessThanOrEqual(most);
  }

  #checkEnd({ number, url, askedAt, followedAt, endedAt = 0, endedBy }: SeenSocket): void {
    if (endedBy !== 'client' || followedAt === undefined || !this.#isWanted) return;
    const { times, open } = this.#world;
    const isSucceeded = open.some((other) => other.followedAt !== undefined && other.number > number);
    const wasSilent = askedAt !== undefined && endedAt - askedAt >= (isSucceeded ? times.suspicion : times.livenessDeadline);
    const wasCaught = (this.#quarantined.get(url)?.until ?? 0) >= endedAt;
    expect(wasSilent || wasCaught || this.#isRetiring(number), `P6: connection ${number} worked, and was left for nothing`).toBe(true);
  }

  /** Another one was told to follow after it. */
  #isRetiring(number: number): boolean {
    return number < this.#world.followedLast;
  }

  #checkChecks(): void {
    const { checks, live } = this.#world;
    for (const { url } of checks.slice(this.#checksSeen)) {
      expect(url, 'the live portal tells by itself').not.toBe(live?.url);
      expect(this.#mayBeUsed(url), `P7: ${url} is left alone`).toBe(true);
    }
    this.#checksSeen = checks.length;
  }
}
