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

/** @throws Error if it does not answer */
export async function readDemo(): Promise<Demo> {
  const response = await fetch('demo.json');
  if (!response.ok) throw new Error(`the page's server does not tell of its portals (${response.status})`);
  return (await response.json()) as Demo;
}

async function throwSwitch(thrown: Switched): Promise<readonly Switched[]> {
  const response = await fetch('switches', { method: 'POST', body: JSON.stringify(thrown), headers: { 'content-type': 'application/json' } });
  if (!response.ok) throw new Error(`the switch was not thrown (${response.status})`);
  return (await response.json()) as readonly Switched[];
}

/** The switches of the portals, which the page's server throws. */
export class Switchboard {
  readonly switched$: BehaviorSubject<readonly Switched[]>;
  /** One request after the other: each answer tells of all switches, and is newer than what is shown. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(switched: readonly Switched[]) {
    this.switched$ = new BehaviorSubject(switched);
  }

  get urls(): readonly string[] {
    return this.switched$.value.map(({ url }) => url);
  }

  /** Resolves when the portal does as told. */
  throw(url: string, fault: Fault | null): Promise<void> {
    return this.#ask(() => throwSwitch({ url, fault }));
  }

  /** All are to do as they should, whatever they were told here or elsewhere, and whether it is known here or not. @throws what the first one says that cannot, once all were told */
  async release(): Promise<void> {
    const released = await Promise.allSettled(this.urls.map((url) => this.throw(url, null)));
    for (const one of released) if (one.status === 'rejected') throw one.reason;
  }

  /** Takes in what was thrown elsewhere: other tabs have the same portals. */
  refresh(): Promise<void> {
    return this.#ask(async () => (await readDemo()).portals);
  }

  #ask(request: () => Promise<readonly Switched[]>): Promise<void> {
    const asked = this.#last.then(request).then((switched) => this.switched$.next(switched));
    this.#last = asked.catch(() => {}); // whoever asked is told
    return asked;
  }
}
