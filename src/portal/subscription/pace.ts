import { LONGEST_TIMER } from '../../input.ts';

/** What one notification counts for, in bytes, against a subscriber's bandwidth (skyd `RegistrySubscriptionNotificationSize`). */
const NOTIFICATION_BYTES = 65_536;

/** How fast a subscriber wants to be told, as it said in the URL: skyd's `notificationdelay` and `bandwidthlimit`. */
export class Pace {
  readonly #delay: number;
  readonly #gap: number;
  #lastSent = Number.NEGATIVE_INFINITY;

  /**
   * @param delay milliseconds between an update and its notification
   * @param bandwidth bytes a second, 0 for no limit
   */
  constructor(delay: number, bandwidth: number) {
    this.#delay = delay;
    this.#gap = bandwidth === 0 ? 0 : (1000 * NOTIFICATION_BYTES) / bandwidth;
  }

  /** Whether nothing is ever held back, so that no clock needs to be asked. */
  get isImmediate(): boolean {
    return this.#delay === 0 && this.#gap === 0;
  }

  /** When an update that came now may be sent at the earliest. */
  due(): number {
    return this.isImmediate ? 0 : performance.now() + this.#delay;
  }

  /** Milliseconds until an update that is due then can be sent. */
  wait(due: number): number {
    return this.isImmediate ? 0 : Math.max(due, this.#lastSent + this.#gap) - performance.now();
  }

  sent(): void {
    if (!this.isImmediate) this.#lastSent = performance.now();
  }
}

/** The pace that a subscription's query asks for, or why it cannot be read. */
export function readPace(query: URLSearchParams): Pace | { readonly refusal: string } {
  const delay = unsigned(query.get('notificationdelay'), LONGEST_TIMER);
  if (delay === undefined) return { refusal: 'failed to parse notificationdelay: not an integer of milliseconds' };
  const bandwidth = unsigned(query.get('bandwidthlimit'), Number.MAX_SAFE_INTEGER);
  if (bandwidth === undefined) return { refusal: 'failed to parse bandwidthlimit: not an integer of bytes per second' };
  return new Pace(delay, bandwidth);
}

/** 0 where it is absent: nginx sets both, so public clients send neither. */
function unsigned(text: string | null, most: number): number | undefined {
  if (text === null) return 0;
  return /^\d{1,16}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}
