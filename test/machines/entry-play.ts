import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { EntryContext } from '../../machines/entry.ts';
import { compareEntries } from '../../src/registry/index.ts';
import type { Seen } from './bench.ts';
import type { EntryBeginning, EntryHappening, EntryModel } from './entry-table.ts';
import { entryWalk } from './entry-walk.ts';
import type { Play } from './play.ts';
import { entryOf, ranked } from './signed.ts';

/** Nothing is asked of portals before storage was asked, or after the end. */
const isAsked = ({ state = '' }: Seen): boolean => !['cold', 'recalling', 'released'].includes(state);

/** Holds what is seen of the entry machine to the invariants E1–E4, knowing nothing of its table. */
class EntryWatch {
  /** What the live connection last said of the entry, once it was asked. */
  #word: number | 'none' | undefined;

  see(event: EntryHappening, before: Seen, after: Seen): void {
    this.#listen(event, before);
    const { state = '' } = after;
    const was = before.context as EntryContext;
    const is = after.context as EntryContext;
    if (was.latest !== undefined) expect(is.latest && compareEntries(is.latest, was.latest), 'E1: latest never goes back').toBeGreaterThanOrEqual(0);
    if (is.latest !== undefined) expect(state, 'E2: what is known is never absent').not.toMatch(/absent|unknown|asking|recalling/);
    if (is.latest === undefined) expect(state, 'what is present is known').not.toContain('present');
    this.#checkVouching(state, is);
    if (isAsked(before)) this.#checkConfirmation(event, was, is);
    else expect(is, 'E4: nothing is served before it is asked for').toMatchObject({ confirmedAt: was.confirmedAt, confirmedBy: was.confirmedBy });
  }

  #listen(event: EntryHappening, before: Seen): void {
    if (!isAsked(before)) return;
    if (event.type === 'PUSHED') this.#word = event.rank;
    if (event.type === 'MISSING') this.#word = 'none';
    // A subscription that says nothing while every portal claims absence says so too.
    if (event.type === 'ABSENT' && event.subscribed && this.#word === undefined) this.#word = 'none';
    if (event.type === 'DISCONNECTED') this.#word = undefined;
  }

  #checkVouching(state: string, { latest }: EntryContext): void {
    if (['cold', 'recalling', 'asking', 'released'].includes(state)) return;
    const isVouchedFor = this.#word !== undefined && (this.#word === 'none' ? latest === undefined : entryOf(this.#word).signature.join() === latest?.signature.join());
    expect(state.startsWith('live.'), 'E3: live while, and only while, the live connection’s last word is what is known').toBe(isVouchedFor);
  }

  #checkConfirmation(event: EntryHappening, was: EntryContext, is: EntryContext): void {
    if (is.latest === undefined) return;
    const isServed = (event.type === 'PUSHED' || event.type === 'ANSWERED') && compareEntries(entryOf(event.rank), is.latest) === 0;
    const isOther = was.latest === undefined || compareEntries(was.latest, is.latest) !== 0;
    const isStronger = is.floor === 'durable' || is.floor === was.floor;
    const isLess = !isServed && (event.type === 'PUSHED' || event.type === 'ANSWERED');
    if (isLess) expect(is.confirmedBy, 'E4: whoever serves less does not stand behind it any more').toEqual(was.confirmedBy.filter((url) => url !== event.portal));
    else if (isServed) expect(is.confirmedBy, 'E4: whoever served it confirmed it').toContain(event.portal);
    else if (isOther) expect([is.confirmedAt, is.confirmedBy], 'E4: nobody has served it yet').toEqual([0, []]);
    else expect([is.confirmedAt, is.confirmedBy], 'E4: only whoever serves exactly this confirms it').toEqual([was.confirmedAt, was.confirmedBy]);
    if (!isOther) {
      expect(is.confirmedAt, 'E4: a confirmation is not taken back').toBeGreaterThanOrEqual(was.confirmedAt);
      expect(isStronger, 'a floor that is durable stays so').toBe(true);
    }
  }
}

const rank = fc.nat(ranked.length - 1);
const floor = fc.constantFrom('durable' as const, 'volatile' as const);
const portal = fc.constantFrom('https://a.example', 'https://b.example');
const at = fc.integer({ min: 1, max: 1_000 });
const served = fc.record({ type: fc.constantFrom('PUSHED' as const, 'ANSWERED' as const), rank, floor, portal, at });
const adopted = fc.record({ type: fc.constant('ADOPTED' as const), rank, floor });
const missing = fc.record({ type: fc.constant('MISSING' as const), portal, at });
const absent = fc.record({ type: fc.constant('ABSENT' as const), portals: fc.uniqueArray(portal, { minLength: 1 }), subscribed: fc.boolean(), at });
const failed = fc.constant({ type: 'FAILED' } as const);
const disconnected = fc.constant({ type: 'DISCONNECTED' } as const);
const recalled = fc.record({ type: fc.constant('RECALLED' as const), rank, floor });
/** An entry that exists, at least for some. */
const present: fc.Arbitrary<EntryHappening> = fc.oneof(
  { weight: 14, arbitrary: served },
  { weight: 3, arbitrary: adopted },
  { weight: 4, arbitrary: missing },
  { weight: 2, arbitrary: absent },
  { weight: 2, arbitrary: failed },
  { weight: 4, arbitrary: disconnected },
  { weight: 1, arbitrary: fc.constant({ type: 'DEMANDED' } as const) },
  { weight: 1, arbitrary: recalled },
);
/** An entry of which nobody has heard for long. */
const unheard: fc.Arbitrary<EntryHappening> = fc.oneof({ weight: 6, arbitrary: missing }, { weight: 10, arbitrary: absent }, { weight: 3, arbitrary: failed }, { weight: 4, arbitrary: disconnected }, { weight: 1, arbitrary: served });
/** Where nothing is subscribed there is no live connection. */
const alone = (event: EntryHappening): readonly EntryHappening[] => (event.type === 'ABSENT' && !event.subscribed ? [{ type: 'DISCONNECTED' }, event] : [event]);
/** How a row begins: storage knows something, or nothing, or has not answered. */
const opening: fc.Arbitrary<readonly EntryHappening[]> = fc.oneof(
  { weight: 6, arbitrary: fc.constant([{ type: 'DEMANDED' }, { type: 'RECALLED', rank: undefined, floor: 'volatile' }] as const) },
  { weight: 2, arbitrary: fc.record({ rank, floor }).map((known) => [{ type: 'DEMANDED' }, { type: 'RECALLED', ...known }] as const) },
  { weight: 1, arbitrary: fc.constant([]) },
);
const beginning: fc.Arbitrary<EntryBeginning> = fc.option(fc.record({ latest: rank, floor, confirmedAt: at, confirmedBy: fc.uniqueArray(portal) }), { nil: undefined, freq: 4 });
const ending = fc.constantFrom<readonly EntryHappening[]>([], [{ type: 'RELEASED' }, { type: 'DEMANDED' }]);

export const entryPlay: Play<EntryModel, EntryHappening, Seen, EntryBeginning> = {
  walk: entryWalk,
  promise: 'and keeps E1–E4 with genuinely signed entries',
  input: beginning,
  opening,
  ending: ending.map((events) => () => events),
  lives: [
    { weight: 1, happening: present.map(alone), most: 40 },
    { weight: 1, happening: unheard.map(alone), most: 30 },
  ],
  watch: () => {
    const watching = new EntryWatch();
    return (event, before, after) => watching.see(event, before, after);
  },
  after: ({ state }, ended) => expect(state === 'released').toBe(ended.length > 0),
  runs: 200,
};
