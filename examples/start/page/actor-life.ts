import type { Report } from 'secure-registry/inspect';

export const ACTORS = ['portal', 'verifier', 'entries', 'vault'] as const;
export type ActorName = (typeof ACTORS)[number];

/** What has become of one of the four actors. */
export interface ActorLife {
  /** The states of its statechart, the outermost ones. */
  readonly states: readonly string[];
  /** The one that it is in. */
  readonly state: string | undefined;
  /** When it last left each, in milliseconds of `performance.now()`. */
  readonly left: ReadonlyMap<string, number>;
  /** Events that it, and the actors it has started, have taken; and when the last of them was. */
  readonly events: number;
  readonly moved: number;
}

/** Of parallel states, the one that tells most. */
const REGION = 'connection';

interface Chart {
  readonly states?: Readonly<Record<string, Chart>>;
}

/** The four actors, as reports tell of them. Of `entries` it follows the actor of the entry that moved last: the table itself is always ready. */
export class ActorLives {
  readonly #lives = new Map<ActorName, ActorLife>();
  /** Of the actors whose states are shown. */
  readonly #shown = new Set<string>();

  get(actor: ActorName): ActorLife | undefined {
    return this.#lives.get(actor);
  }

  take(report: Report): void {
    if (!('sessionId' in report)) return;
    const [thread = ''] = report.sessionId.split('/');
    const actor = ACTORS.find((name) => thread === name || thread.startsWith(`${name}.`));
    if (actor === undefined) return;
    const life = this.#lives.get(actor) ?? { states: [], state: undefined, left: new Map(), events: 0, moved: -Infinity };
    this.#lives.set(actor, this.#after(life, report, actor));
  }

  /** They are gone, all at once. */
  clear(): void {
    this.#lives.clear();
    this.#shown.clear();
  }

  #after(life: ActorLife, report: Extract<Report, { sessionId: string }>, actor: ActorName): ActorLife {
    if (report.type === '@xstate.event') return { ...life, events: life.events + 1, moved: performance.now() };
    if (report.type === '@xstate.actor') {
      const isShown = actor === 'entries' ? report.name.startsWith('entry.') : report.parentId === undefined;
      if (!isShown) return life;
      this.#shown.add(report.sessionId);
      return inState({ ...life, states: statesOf(report.definition) }, report.snapshot);
    }
    return this.#shown.has(report.sessionId) ? inState(life, report.snapshot) : life;
  }
}

function inState(life: ActorLife, snapshot: unknown): ActorLife {
  const state = outermost((snapshot as { readonly value?: unknown }).value);
  if (state === undefined || state === life.state) return life;
  return { ...life, state, left: life.state === undefined ? life.left : new Map([...life.left, [life.state, performance.now()]]) };
}

function statesOf(definition: string): readonly string[] {
  const { states = {} } = JSON.parse(definition) as Chart;
  return Object.keys(states[REGION]?.states ?? states);
}

/** `live` of `{ connection: { live: 'settled' } }`. */
function outermost(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  return REGION in value ? outermost(value[REGION]) : Object.keys(value)[0];
}
