import type { PortalView } from '../../src/runtime.ts';
import { Broken } from './broken.ts';
import type { Deeds } from './deeds.ts';

/** What a runtime tells of its portals takes so long, in milliseconds, and no longer. */
const ON_ITS_WAY = 100;

/** Holds one runtime to what it says of quarantines: who is in one did something, and is left alone while another portal is not (P7, I3). */
export class Quarantines {
  readonly #deeds: Deeds;
  readonly #elapsed: () => number;
  /** Since when each portal is in quarantine. */
  readonly #since = new Map<string, number>();
  /** When the last one of each portal ended. */
  readonly #endedAt = new Map<string, number>();
  #open = 0;
  /** Portals that were asked though they were said to be in quarantine. */
  #suspected: { readonly portal: string; readonly at: number }[] = [];

  constructor(deeds: Deeds, elapsed: () => number) {
    this.#deeds = deeds;
    this.#elapsed = elapsed;
  }

  /** Whether the portal is in quarantine, or was at any time since then: who put a question meanwhile may have left it out. */
  wasQuarantined(portal: string, since: number): boolean {
    return this.#since.has(portal) || (this.#endedAt.get(portal) ?? -Infinity) >= since;
  }

  /** @throws Broken I3 */
  told(views: readonly PortalView[]): void {
    this.#open = views.filter(({ quarantined }) => !quarantined).length;
    for (const { url, quarantined, reason } of views) {
      if (!quarantined) {
        if (this.#since.delete(url)) this.#endedAt.set(url, this.#elapsed());
      } else if (!this.#since.has(url)) {
        this.#since.set(url, this.#elapsed());
        if (!this.#deeds.isGuilty(url, String(reason))) throw new Broken('I3', `${url} is in quarantine for ${reason}, and never did so`);
      }
    }
    // What was asked in the turn in which a quarantine began or ended, is told later.
    if (this.#open === 0) this.#suspected = [];
    this.#suspected = this.#suspected.filter(({ portal, at }) => this.#since.has(portal) || this.#elapsed() - at > ON_ITS_WAY);
  }

  /** The runtime opens a socket to a portal, or asks it something. */
  asked(portal: string): void {
    const since = this.#since.get(portal);
    if (since !== undefined && this.#open > 0 && this.#elapsed() - since > ON_ITS_WAY) this.#suspected.push({ portal, at: this.#elapsed() });
  }

  /** Its portal actor is gone with all that it knew. */
  forget(): void {
    this.#since.clear();
    this.#suspected = [];
    this.#open = 0;
  }

  /** @throws Broken P7 */
  check(): void {
    const late = this.#suspected.find(({ at }) => this.#elapsed() - at > ON_ITS_WAY);
    if (late !== undefined) throw new Broken('P7', `${late.portal} is used though it is in quarantine, and another is not`);
  }
}
