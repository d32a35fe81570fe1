import { expect } from 'vitest';
import type { PortalContext } from '../../machines/portal.ts';
import type { PortalSight } from './portal-bench.ts';
import { TIMES, URLS, type PortalHappening } from './portal-table.ts';

/** Holds what is seen of the portal machine to the invariants P1–P5, knowing nothing of its table. */
export class PortalWatch {
  readonly #now: () => number;
  #isWanted = false;
  /** Back-offs waited out since a probe was answered or somebody asked for a portal. */
  #rests = 0;
  /** The portals that may be tried before there is a back-off. */
  #free = new Set<string>(URLS);
  /** Of the socket that is open: when it was made, when it opened, when it was heard, and the proofs asked of it, answered or not. */
  #socket = { madeAt: 0, openedAt: 0, heardAt: 0, asked: 0, answered: 0 };

  constructor(now: () => number) {
    this.#now = now;
  }

  see(event: PortalHappening, before: PortalSight, after: PortalSight): void {
    this.#noteWords(event, before);
    this.#noteAttempt(before, after);
    this.#noteSocket(event, before, after);
    this.#check(event, before, after);
  }

  /** What users ask for is not the machine's own doing. */
  #noteWords(event: PortalHappening, before: PortalSight): void {
    if (event.type === 'WANTED' || event.type === 'UNWANTED') {
      if (event.type === 'WANTED' && !this.#isWanted) this.#free = new Set(URLS);
      this.#isWanted = event.type === 'WANTED';
    }
    const isSwitch = event.type === 'SWITCH_TO' && URLS.some((url) => url === event.url);
    const isRetry = event.type === 'RETRY_NOW' && before.actor.state === 'waiting';
    if (isSwitch || isRetry) this.#forgive();
    if (event.type === 'TIME UP' && before.actor.state === 'waiting') {
      this.#rests++;
      this.#free = new Set(URLS);
    }
  }

  #forgive(): void {
    this.#rests = 0;
    this.#free = new Set(URLS);
  }

  #noteAttempt(before: PortalSight, after: PortalSight): void {
    const attempts = after.opened.slice(before.opened.length);
    expect(attempts.length, 'one event opens one socket at most').toBeLessThanOrEqual(1);
    for (const url of attempts) {
      expect(this.#free.has(url), 'P5: a back-off, an answered probe or a word lies between two attempts at one portal').toBe(true);
      this.#free.delete(url);
      this.#socket = { madeAt: this.#now(), openedAt: 0, heardAt: 0, asked: 0, answered: 0 };
    }
  }

  #noteSocket(event: PortalHappening, before: PortalSight, after: PortalSight): void {
    const socket = this.#socket;
    if (event.type === 'SOCKET_OPENED' && after.open.length > 0 && socket.openedAt === 0) socket.openedAt = this.#now();
    if (event.type === 'HEARD' && socket.asked > socket.answered) {
      socket.answered = socket.asked;
      socket.heardAt = this.#now();
      if (socket.asked > 1) this.#forgive();
    }
    socket.asked += after.proofs - before.proofs;
  }

  #check(event: PortalHappening, before: PortalSight, after: PortalSight): void {
    expect(after.open.length, 'P1: at most one socket is open').toBeLessThanOrEqual(1);
    expect(after.waits.length, 'one timer at most').toBeLessThanOrEqual(1);
    const { state = '' } = after.actor;
    if (!this.#isWanted) {
      expect(state, 'what nobody wants is not connected').toBe('idle');
      expect(after.open, 'P1: leaving a portal closes its socket').toEqual([]);
      expect(after.waits).toEqual([]);
      return;
    }
    expect(state, 'P2: while an entry is wanted there is a connection or it is sought').not.toBe('idle');
    expect(after.waits, 'P2: every wait ends').toHaveLength(1);
    if (state === 'waiting') this.#checkRest(event, before, after);
    else this.#checkSocket(after);
  }

  #checkRest(event: PortalHappening, before: PortalSight, after: PortalSight): void {
    expect(after.open, 'P1: leaving a portal closes its socket').toEqual([]);
    if (before.actor.state === 'waiting') return;
    const most = Math.min(TIMES.backoffMost, TIMES.backoffBase * 2 ** this.#rests);
    expect(after.waits[0], `P3: the back-off after ${event.type}`).toBe(most);
  }

  #checkSocket(after: PortalSight): void {
    const { portals, current } = after.actor.context as PortalContext;
    expect(after.open, 'P2: there is a socket, to the portal that is said to be current').toEqual([portals[current]?.url]);
    const { madeAt, openedAt, heardAt } = this.#socket;
    const now = this.#now();
    const [since, most] = heardAt > 0 ? [heardAt, TIMES.livenessInterval + TIMES.livenessDeadline] : openedAt > 0 ? [openedAt, TIMES.proofDeadline] : [madeAt, TIMES.connectDeadline];
    expect(now - since, 'P4: a mute connection is left').toBeLessThan(most);
    expect(now + (after.waits[0] ?? Infinity) - since, 'P4: and will be').toBeLessThanOrEqual(most);
  }
}
