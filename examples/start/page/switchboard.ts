import { BehaviorSubject } from 'rxjs';

export const FAULTS = ['kill', 'stall', 'lie', 'roll back', 'flip a byte'] as const;
export type Fault = (typeof FAULTS)[number];

/** What a portal was told to do: `null` what it should. */
export interface Switched {
  readonly url: string;
  readonly fault: Fault | null;
}

/** What the page's server tells. */
export interface Demo {
  /** Where the frame is. */
  readonly frame: string;
  readonly portals: readonly Switched[];
}

/** The switches of the portals, which the page's server throws. */
export class Switchboard {
  readonly switched$: BehaviorSubject<readonly Switched[]>;
  /** Begun, and done. */
  #throws = 0;

  constructor(switched: readonly Switched[]) {
    this.switched$ = new BehaviorSubject(switched);
  }

  get urls(): readonly string[] {
    return this.switched$.value.map(({ url }) => url);
  }

  /** Resolves when the portal does as told. */
  async throw(url: string, fault: Fault | null): Promise<void> {
    this.#throws++;
    const response = await fetch('switches', { method: 'POST', body: JSON.stringify({ url, fault }), headers: { 'content-type': 'application/json' } });
    if (!response.ok) throw new Error(`the switch was not thrown (${response.status})`);
    const switched = (await response.json()) as readonly Switched[];
    this.#throws++;
    this.switched$.next(switched);
  }

  /** Takes in what was thrown elsewhere: other tabs have the same portals. */
  async refresh(): Promise<void> {
    const before = this.#throws;
    const { portals } = (await (await fetch('demo.json')).json()) as Demo;
    if (this.#throws === before) this.switched$.next(portals); // otherwise it may be older than what is shown
  }

  async release(): Promise<void> {
    await Promise.all(this.switched$.value.filter(({ fault }) => fault !== null).map(({ url }) => this.throw(url, null)));
  }
}
