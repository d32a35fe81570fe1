import { describe, expect, it } from 'vitest';
import type { GrantPurpose } from '../../../actors/vault/service.ts';
import { RegistryError } from '../../../src/index.ts';
import { ConsentDesk, type Consent, type ConsentStore, type Question, type QuestionEvents } from '../../../src/kernel/frame/index.ts';
import { ListedOrigin } from '../../../src/kernel/frame/listed-origin.ts';
import { settling, type Settling } from '../../machines/bench.ts';
import { StepClock } from '../../machines/step-clock.ts';
import { APP, READER, settle } from './fixture.ts';

interface Shown {
  readonly question: Question;
  readonly events: QuestionEvents;
  readonly openings: Settling<void>[];
  readonly signals: AbortSignal[];
  readonly failures: unknown[];
  closed: number;
}

const coded = (code: string): unknown => expect.objectContaining({ code });
const WISH = { keys: ['developer', 'device'], purposes: ['registry-entry'] };

/** A desk whose view, vault and store are a test's, in time that passes only when told to. */
function openDesk(store: Partial<ConsentStore> = {}) {
  const clock = new StepClock();
  const shown: Shown[] = [];
  const managed: { readonly done: () => void; ended: number }[] = [];
  const grants: { readonly caller: string; readonly keys: readonly string[]; readonly purposes: readonly GrantPurpose[]; isClosed: boolean }[] = [];
  const revoked: string[] = [];
  const views: unknown[] = [];
  const consents: Consent[] = [];
  const desk = new ConsentDesk({
    clock,
    vault: Promise.resolve({
      grant: async (grant: { caller: string; keys: readonly string[]; purposes: readonly GrantPurpose[] }) => {
        const made = { ...grant, isClosed: false, close: () => void (made.isClosed = true) };
        grants.push(made);
        return made as unknown as MessagePort;
      },
      revoke: async ({ caller }: { caller: string }) => void revoked.push(caller),
    }),
    store: {
      list: async () => [...consents],
      add: async (more) => void consents.push(...more),
      remove: async (origin) => void consents.splice(0, consents.length, ...consents.filter((consent) => consent.origin !== origin)),
      ...store,
    },
    view: {
      size: { width: 1, height: 2 },
      ask: (question, events) => {
        const one: Shown = { question, events, openings: [], signals: [], failures: [], closed: 0 };
        shown.push(one);
        return {
          openVault: (signal) => {
            const opening = settling<void>();
            one.openings.push(opening);
            one.signals.push(signal);
            return opening.promise;
          },
          failed: (error) => void one.failures.push(error),
          close: () => void one.closed++,
        };
      },
      manage: (done) => {
        const one = { done, ended: 0 };
        managed.push(one);
        return () => void one.ended++;
      },
    },
  });
  const pageOf = (origin: string) => ({
    origin: new ListedOrigin(origin, new Set(['sign'] as const), { callsPerSecond: 1, burst: 1, open: 1 }, clock),
    post: () => {},
    show: (size: unknown) => void views.push([origin, size]),
  });
  const ask = (wish: object = {}, origin: string = APP) => {
    const ending = new AbortController();
    const port = desk.ask({ page: pageOf(origin), ...WISH, ...wish, signal: ending.signal });
    const outcome = port.catch((error: unknown) => error);
    return { ending, outcome };
  };
  /** The user looks at it for long enough, and clicks. */
  const allow = async (one: Shown | undefined): Promise<void> => {
    one?.events.sight(true);
    clock.pass(500);
    one?.events.allow();
    await settle();
  };
  return { desk, clock, shown, managed, grants, revoked, views, consents, pageOf, ask, allow };
}

describe('given a page that asks to sign', () => {
  it('W8: when the user has seen the question for half a second, allows it, and the vault opens, then a port for that alone is granted, remembered, and the frame put out of sight', async () => {
    const { ask, allow, shown, grants, consents, views } = openDesk();
    const { outcome } = ask();
    await settle();
    expect(shown.map(({ question }) => question)).toEqual([{ origin: APP, ...WISH }]);
    expect(views).toEqual([[APP, { width: 1, height: 2 }]]);
    await allow(shown[0]);
    expect(grants).toEqual([]);
    shown[0]?.openings[0]?.resolve();
    expect(await outcome).toBe(grants[0]);
    expect(grants).toMatchObject([{ caller: APP, ...WISH, isClosed: false }]);
    expect(consents).toEqual([{ origin: APP, key: 'developer', purpose: 'registry-entry' }, { origin: APP, key: 'device', purpose: 'registry-entry' }]);
    await settle();
    expect([shown[0]?.closed, views.at(-1)]).toEqual([1, [APP, undefined]]);
  });

  it.each([
    ['never seen', () => {}],
    ['seen for less', ({ events }: Shown, clock: StepClock) => (events.sight(true), clock.pass(499))],
    ['hidden in between', ({ events }: Shown, clock: StepClock) => (events.sight(true), clock.pass(400), events.sight(false), events.sight(true), clock.pass(400))],
    ['hidden at last', ({ events }: Shown, clock: StepClock) => (events.sight(true), clock.pass(5_000), events.sight(false))],
  ])('W8: when the question was %s before the click, then nothing is opened, and the question stands', async (_how, look) => {
    const { ask, shown, clock, grants } = openDesk();
    ask();
    await settle();
    look(shown[0]!, clock);
    shown[0]?.events.allow();
    await settle();
    expect([shown[0]?.openings, shown[0]?.closed, grants]).toEqual([[], 0, []]);
  });

  it('W8: when it was remembered, then the same and less is granted without a question; more, or for another origin, is not', async () => {
    const { ask, allow, shown, grants } = openDesk();
    ask();
    await settle();
    await allow(shown[0]);
    shown[0]?.openings[0]?.resolve();
    await settle();
    expect(await ask().outcome).toBe(grants[1]);
    expect(await ask({ keys: ['device'] }).outcome).toBe(grants[2]);
    expect(grants[2]).toMatchObject({ caller: APP, keys: ['device'] });
    ask({ purposes: ['registry-entry', 'message'] });
    ask({}, READER);
    await settle();
    expect(grants).toHaveLength(3);
    expect(shown).toHaveLength(2);
  });

  it('W9: when it wants to unlock, or what there is not, then it is refused without a question', async () => {
    const { ask, shown } = openDesk();
    for (const purpose of ['unlock', 'export', '__proto__']) expect(await ask({ purposes: ['message', purpose] }).outcome).toEqual(coded('INVALID_INPUT'));
    expect(shown).toEqual([]);
  });

  it('when the password is wrong, then the user is told, the question stands, and has to be seen anew', async () => {
    const { ask, allow, shown, grants } = openDesk();
    const { outcome } = ask();
    await settle();
    await allow(shown[0]);
    const wrong = new RegistryError('WRONG_PASSWORD', 'no');
    shown[0]?.openings[0]?.reject(wrong);
    await settle();
    expect([shown[0]?.failures, grants]).toEqual([[wrong], []]);
    shown[0]?.events.allow();
    await settle();
    expect(shown[0]?.openings).toHaveLength(1);
    await allow(shown[0]);
    shown[0]?.openings[1]?.resolve();
    expect(await outcome).toBe(grants[0]);
  });

  it('when what is allowed cannot be kept, then the port is closed again, and the page told so', async () => {
    const { ask, allow, shown, grants } = openDesk({ add: () => Promise.reject(new RegistryError('STORAGE', 'full')) });
    const { outcome } = ask();
    await settle();
    await allow(shown[0]);
    shown[0]?.openings[0]?.resolve();
    expect(await outcome).toEqual(coded('STORAGE'));
    expect([grants[0]?.isClosed, shown[0]?.closed]).toEqual([true, 1]);
  });

  it('W8: when the user thinks better of it while the vault opens, at whatever moment, then what is remembered is what was granted', async () => {
    const outcomes = new Set<boolean>();
    for (let moment = 0; moment < 20; moment++) {
      const adding = settling<void>();
      const kept: Consent[] = [];
      const { ask, allow, shown, grants } = openDesk({
        add: async (consents) => {
          kept.push(...consents);
          await adding.promise;
        },
      });
      const { outcome } = ask();
      await settle();
      await allow(shown[0]);
      shown[0]?.openings[0]?.resolve();
      for (let i = 0; i < moment; i++) await Promise.resolve();
      shown[0]?.events.deny();
      adding.resolve();
      const isGranted = (await outcome) === grants[0] && grants.length === 1;
      await settle();
      expect([kept.length, grants.filter(({ isClosed }) => !isClosed).length], `denied after ${moment} turns`).toEqual(isGranted ? [2, 1] : [0, 0]);
      outcomes.add(isGranted);
    }
    expect([...outcomes]).toEqual([false, true]);
  });

  it('W8: when the user denies it once it is allowed, and being kept, then it is too late to', async () => {
    const adding = settling<void>();
    const { ask, allow, shown, grants, clock } = openDesk({ add: () => adding.promise });
    const { outcome } = ask();
    await settle();
    await allow(shown[0]);
    shown[0]?.openings[0]?.resolve();
    await settle();
    expect(shown[0]?.closed).toBe(1);
    shown[0]?.events.deny();
    clock.pass(120_000);
    adding.resolve();
    expect(await outcome).toBe(grants[0]);
    expect(grants[0]?.isClosed).toBe(false);
  });

  it('W11: when the page is gone while what was allowed is kept, then its port is closed', async () => {
    const adding = settling<void>();
    const { ask, allow, shown, grants } = openDesk({ add: () => adding.promise });
    const { outcome, ending } = ask();
    await settle();
    await allow(shown[0]);
    shown[0]?.openings[0]?.resolve();
    await settle();
    ending.abort();
    adding.resolve();
    expect(await outcome).toEqual(coded('ABORTED'));
    expect(grants[0]?.isClosed).toBe(true);
  });

  it('when the user denies it, then it may not, and not ask again for half a minute', async () => {
    const { ask, shown, clock } = openDesk();
    const { outcome } = ask();
    await settle();
    shown[0]?.events.deny();
    expect(await outcome).toEqual(coded('FORBIDDEN'));
    expect(await ask().outcome).toEqual(coded('FORBIDDEN'));
    expect(shown).toHaveLength(1);
    clock.pass(30_000);
    ask();
    await settle();
    expect(shown).toHaveLength(2);
  });

  it('when the user has denied it, then the user may see the vault all the same, and the page still not ask', async () => {
    const { desk, ask, shown, managed, pageOf } = openDesk();
    const { outcome } = ask();
    await settle();
    shown[0]?.events.deny();
    await outcome;
    const seen = desk.manage(pageOf(APP), new AbortController().signal);
    await settle();
    managed[0]?.done();
    await seen;
    await settle();
    expect(await ask().outcome).toEqual(coded('FORBIDDEN'));
    expect([shown.length, managed.length]).toEqual([1, 1]);
  });

  it('when it shows the vault again and again, then no more than three times at once, and every ten seconds; another origin may', async () => {
    const { desk, managed, pageOf, clock, views } = openDesk();
    /** Whether it is shown; who sees it is done with it at once. */
    const show = async (origin = APP): Promise<unknown> => {
      const before = managed.length;
      const seen = desk.manage(pageOf(origin), new AbortController().signal).then(() => managed.length > before, (error: unknown) => error);
      await settle();
      if (managed.length > before) managed.at(-1)?.done();
      await settle();
      return seen;
    };
    const throttled = expect.objectContaining({ code: 'THROTTLED', retryable: true }) as unknown;
    expect([await show(), await show(), await show(), await show()]).toEqual([true, true, true, throttled]);
    expect(views).toHaveLength(6);
    expect(await show(READER)).toBe(true);
    clock.pass(9_999);
    expect(await show()).toEqual(throttled);
    clock.pass(1);
    // What is refused while it is shown counts for nothing.
    const open = desk.manage(pageOf(APP), new AbortController().signal);
    await settle();
    clock.pass(10_000);
    await expect(desk.manage(pageOf(APP), new AbortController().signal)).rejects.toEqual(throttled);
    managed.at(-1)?.done();
    await open;
    await settle();
    expect([await show(), await show()]).toEqual([true, throttled]);
    clock.pass(60_000);
    expect([await show(), await show(), await show(), await show()]).toEqual([true, true, true, throttled]);
  });

  it('when the user does not say, then it is TIMEOUT after two minutes', async () => {
    const { ask, shown, clock } = openDesk();
    const { outcome } = ask();
    await settle();
    clock.pass(119_999);
    expect(shown[0]?.closed).toBe(0);
    clock.pass(1);
    expect(await outcome).toEqual(coded('TIMEOUT'));
    expect(shown[0]?.closed).toBe(1);
  });

  it('W11: when the page is gone, also while the vault is opened, then so is the question, and nothing is granted', async () => {
    for (const isOpening of [false, true]) {
      const { ask, allow, shown, grants } = openDesk();
      const { outcome, ending } = ask();
      await settle();
      if (isOpening) await allow(shown[0]);
      ending.abort();
      expect(await outcome).toEqual(coded('ABORTED'));
      expect(shown[0]?.closed).toBe(1);
      shown[0]?.openings[0]?.resolve();
      await settle();
      expect([shown[0]?.signals.map(({ aborted }) => aborted), grants.filter(({ isClosed }) => !isClosed)]).toEqual([isOpening ? [true] : [], []]);
    }
  });

  it('when two origins ask, then the second is asked for after the first; one origin has one question', async () => {
    const { ask, shown } = openDesk();
    const first = ask();
    const second = ask({}, READER);
    expect(await ask().outcome).toEqual(coded('THROTTLED'));
    await settle();
    expect(shown.map(({ question }) => question.origin)).toEqual([APP]);
    shown[0]?.events.deny();
    await first.outcome;
    await settle();
    expect(shown.map(({ question }) => question.origin)).toEqual([APP, READER]);
    second.ending.abort();
    expect(await second.outcome).toEqual(coded('ABORTED'));
  });

  it('when a consent is withdrawn, then its ports are closed, and it is asked for again', async () => {
    const { desk, ask, allow, shown, revoked } = openDesk();
    ask();
    await settle();
    await allow(shown[0]);
    shown[0]?.openings[0]?.resolve();
    await settle();
    await desk.withdraw(APP);
    expect(revoked).toEqual([APP]);
    ask();
    await settle();
    expect(shown).toHaveLength(2);
  });

  it('when the user wants to see the vault, then it is shown until the user, or the page, has seen enough', async () => {
    const { desk, managed, pageOf, views } = openDesk();
    const ending = new AbortController();
    const first = desk.manage(pageOf(APP), new AbortController().signal);
    await settle();
    managed[0]?.done();
    await first;
    const second = desk.manage(pageOf(APP), ending.signal);
    await settle();
    ending.abort();
    await second;
    expect(managed.map(({ ended }) => ended)).toEqual([1, 1]);
    expect(views).toHaveLength(4);
  });
});
