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

  constructor(switched: readonly Switched[]) {
    this.switched$ = new BehaviorSubject(switched);
  }

  get urls(): readonly string[] {
    return this.switched$.value.map(({ url }) => url);
  }

  /** Resolves when the portal does as told. */
  async throw(url: string, fault: Fault | null): Promise<void> {
    const response = await fetch('switches', { method: 'POST', body: JSON.stringify({ url, fault }), headers: { 'content-type': 'application/json' } });
    if (!response.ok) throw new Error(`the switch was not thrown (${response.status})`);
    this.switched$.next((await response.json()) as readonly Switched[]);
  }

  async release(): Promise<void> {
    await Promise.all(this.switched$.value.filter(({ fault }) => fault !== null).map(({ url }) => this.throw(url, null)));
  }
}
