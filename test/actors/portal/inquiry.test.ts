import { describe, expect, it } from 'vitest';
import { Deadlines } from '../../../src/deadlines.ts';
import { Inquiry } from '../../../actors/portal/inquiry.ts';
import type { AskOutcome, PortalAddress } from '../../../actors/portal/registry-client.ts';
import type { Report } from '../../../actors/report.ts';
import { RegistryError } from '../../../src/error.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { FakeClock, turn } from '../../link/fixture/clock.ts';

const entry = someone().entry(1n);
const CLAIM: AskOutcome = { kind: 'claim', claim: entry };
const MISSING: AskOutcome = { kind: 'missing' };

interface Situation {
  readonly isQueued?: boolean;
  readonly pushedBy?: string;
  readonly isAnswering?: () => boolean;
  readonly isCrowded?: (portal: PortalAddress) => boolean;
  readonly isResponsive?: (portal: PortalAddress) => boolean;
}

function open(count = 3, { isQueued = false, pushedBy, isAnswering = () => false, isCrowded = () => false, isResponsive = () => true }: Situation = {}) {
  const clock = new FakeClock();
  const begun = clock.now();
  const asked: { readonly url: string; readonly at: number; readonly signal: AbortSignal; readonly answer: (outcome: AskOutcome) => Promise<void>; readonly fail: () => Promise<void> }[] = [];
  const reports: Report[] = [];
  const departures: (() => void)[] = [];
  const silences: number[] = [];
  const ask = ({ url }: PortalAddress, _: unknown, signal: AbortSignal, sent: () => void): Promise<AskOutcome> =>
    new Promise((resolve, reject) => {
      if (isQueued) departures.push(sent);
      else sent();
      asked.push({
        url,
        at: clock.now() - begun,
        signal,
        answer(outcome) {
          resolve(outcome);
          return turn();
        },
        fail() {
          reject(new RegistryError('UNREACHABLE', 'gone'));
          return turn();
        },
      });
    });
  const portals = ['a', 'b', 'c'].slice(0, count).map((url) => ({ url }));
  const hedges: Deadlines<Inquiry> = new Deadlines(clock, 400, () => hedges.takeDue().forEach((due) => due.hedge()));
  const graces: Deadlines<Inquiry> = new Deadlines(clock, 2_000, () => graces.takeDue().forEach((due) => due.giveUp()));
  const inquiry = new Inquiry(7, 'name', portals, { clock, hedges, graces, ask, hasAnsweredLately: isAnswering, isCrowded, isResponsive, report: (report) => reports.push(report), onSilence: () => silences.push(clock.now() - begun) });
  if (pushedBy === undefined) inquiry.begin();
  else inquiry.beginWithPush(pushedBy);
  const urls = () => asked.map(({ url }) => url).join('');
  return { clock, inquiry, silences, asked, departures, urls, reports, kinds: () => reports.map(({ kind }) => kind) };
}

describe('an Inquiry', () => {
  it('asks the first portal at once and the next ones as time passes', async () => {
    const { clock, asked } = open();
    await clock.advance(10_000);
    expect(asked.map(({ url, at }) => [url, at])).toEqual([['a', 0], ['b', 400], ['c', 800]]);
  });

  it('asks the next one while a question lines up at a portal that answers none, but concludes nothing from that it was not asked', async () => {
    const { clock, asked, urls, departures, kinds } = open(2, { isQueued: true, isResponsive: () => false });
    await clock.advance(399);
    expect(urls()).toBe('a');
    await clock.advance(1);
    expect(urls()).toBe('ab');
    departures[1]!();
    await asked[1]!.answer(MISSING);
    await clock.advance(60_000);
    expect(kinds()).toEqual(['missing']);
    departures[0]!();
    await clock.advance(2_000);
    expect(kinds()).toEqual(['missing', 'concluded']);
  });

  it('counts the time until the next is asked from when a question leaves, not from when it lines up, at a portal that answers others', async () => {
    const { clock, urls, departures } = open(2, { isQueued: true });
    await clock.advance(5_000);
    expect(urls()).toBe('a');
    departures[0]!();
    await clock.advance(400);
    expect(urls()).toBe('ab');
  });

  it('asks the next portal at once when one fails, or says that there is nothing', async () => {
    const { asked, urls, kinds } = open();
    await asked[0]!.fail();
    expect(urls()).toBe('ab');
    await asked[1]!.answer(MISSING);
    expect(urls()).toBe('abc');
    expect(kinds()).toEqual(['failed', 'missing']);
  });

  it('does not ask a portal to which many questions line up, until they are fewer', async () => {
    let isCrowded = true;
    const { clock, urls } = open(2, { isCrowded: ({ url }) => url === 'b' && isCrowded });
    await clock.advance(5_000);
    expect(urls()).toBe('a');
    isCrowded = false;
    await clock.advance(400);
    expect(urls()).toBe('ab');
  });

  it('waits for the judgement of an answer, and goes on when it is not good enough', async () => {
    const { inquiry, asked, urls, reports } = open();
    await asked[0]!.answer(CLAIM);
    expect(urls()).toBe('a');
    expect(reports).toMatchObject([{ kind: 'claim', portal: 'a', origin: { inquiry: 7 }, name: 'name' }]);
    inquiry.goOn();
    expect(urls()).toBe('ab');
  });

  it('waits for the judgement of an answer as long as that takes: another one would line up behind it', async () => {
    const { clock, inquiry, asked, urls } = open();
    await asked[0]!.answer(CLAIM);
    await clock.advance(60_000);
    expect(urls()).toBe('a');
    inquiry.goOn();
    expect(urls()).toBe('ab');
  });

  it('is concluded once all have answered, after the last answer', async () => {
    const { clock, asked, kinds } = open(2);
    await asked[0]!.answer(MISSING);
    expect(kinds()).toEqual(['missing']);
    await asked[1]!.answer(CLAIM);
    expect(kinds()).toEqual(['missing', 'claim', 'concluded']);
    await clock.advance(400);
    expect(clock.timers.size).toBe(0);
  });

  it('waits for the silent no longer than the grace, where somebody says that there is nothing', async () => {
    const { clock, asked, kinds } = open();
    await asked[0]!.answer(MISSING);
    await clock.advance(400);
    // All are asked now; two of them are silent.
    await clock.advance(2_000 + 399);
    expect(kinds()).toEqual(['missing']);
    await clock.advance(1);
    expect(kinds()).toEqual(['missing', 'concluded']);
    expect(asked[1]!.signal.aborted).toBe(true);
  });

  it('gives a portal the whole grace from when its question leaves, which may be after all have been asked', async () => {
    const { clock, asked, departures, kinds } = open(2, { isQueued: true });
    departures[0]!();
    await asked[0]!.answer(MISSING);
    await clock.advance(1_400);
    departures[1]!();
    await clock.advance(1_999);
    expect(kinds()).toEqual(['missing']);
    await clock.advance(1);
    expect(kinds()).toEqual(['missing', 'concluded']);
  });

  it('waits for the silent to the end, where nobody has said anything', async () => {
    const { clock, asked, kinds } = open(2);
    await clock.advance(60_000);
    expect(kinds()).toEqual([]);
    await asked[1]!.fail();
    await asked[0]!.answer(CLAIM);
    expect(kinds()).toEqual(['failed', 'claim', 'concluded']);
  });

  it('says nothing more once it is ended, and stops asking', async () => {
    const { clock, inquiry, asked, urls, kinds } = open();
    inquiry.end();
    expect(asked[0]!.signal.aborted).toBe(true);
    await asked[0]!.answer(CLAIM);
    inquiry.goOn();
    await clock.advance(10_000);
    expect(urls()).toBe('a');
    expect(kinds()).toEqual([]);
    expect(clock.timers.size).toBe(0);
  });

  describe('that begins with a push', () => {
    it('asks nobody while the connection may speak, then the others, and its portal last', async () => {
      const { clock, asked, silences } = open(3, { pushedBy: 'a' });
      await clock.advance(10_000);
      expect(silences).toEqual([400]);
      expect(asked.map(({ url, at }) => [url, at])).toEqual([['b', 400], ['c', 800], ['a', 1_200]]);
    });

    it('waits on while the connection answers other subscriptions, but not for ever', async () => {
      let answers = 2;
      const slow = open(2, { pushedBy: 'a', isAnswering: () => answers-- > 0 });
      await slow.clock.advance(10_000);
      expect([slow.silences, slow.asked[0]?.at]).toEqual([[1_200], 1_200]);
      const biased = open(2, { pushedBy: 'a', isAnswering: () => true });
      await biased.clock.advance(10_000);
      expect([biased.silences, biased.asked[0]?.at]).toEqual([[2_000], 2_000]);
    });

    it('asks at once when the connection ends', () => {
      const { inquiry, urls } = open(2, { pushedBy: 'a' });
      inquiry.doWithoutPush();
      expect(urls()).toBe('b');
      inquiry.doWithoutPush();
      expect(urls()).toBe('b');
    });

    it('asks the others at once when the connection says that there is nothing', async () => {
      const { inquiry, asked, urls, kinds } = open(2, { pushedBy: 'a' });
      inquiry.pushed('missing', 'a');
      expect(urls()).toBe('b');
      await asked[0]!.answer(MISSING);
      expect(urls()).toBe('b');
      expect(kinds()).toEqual(['missing', 'concluded']);
    });

    it('asks the portal that it was left to, where another one that took over says that there is nothing', () => {
      const { inquiry, urls } = open(2, { pushedBy: 'a' });
      inquiry.pushed('missing', 'b');
      expect(urls()).toBe('a');
    });

    it('is concluded when the connection of the only portal says that there is nothing', () => {
      const { clock, inquiry, urls, kinds } = open(1, { pushedBy: 'a' });
      inquiry.pushed('missing', 'a');
      expect(urls()).toBe('');
      expect(kinds()).toEqual(['concluded']);
      expect(clock.timers.size).toBe(1); // one for all inquiries
    });

    it('waits for the judgement of what was pushed, and asks when it is not good enough', async () => {
      const judged = open(2, { pushedBy: 'a' });
      judged.inquiry.pushed('update', 'a');
      expect(judged.urls()).toBe('');
      judged.inquiry.goOn();
      expect(judged.urls()).toBe('a');
      const unjudged = open(2, { pushedBy: 'a' });
      unjudged.inquiry.pushed('update', 'a');
      await unjudged.clock.advance(60_000);
      expect(unjudged.urls()).toBe('');
    });

    it('does not ask its portal after all where it says late that there is nothing', async () => {
      const { clock, inquiry, asked, urls, kinds } = open(2, { pushedBy: 'a' });
      await clock.advance(400);
      inquiry.pushed('missing', 'a');
      expect(urls()).toBe('b');
      await asked[0]!.answer(MISSING);
      expect(urls()).toBe('b');
      expect(kinds()).toEqual(['missing', 'concluded']);
    });

    it('does not ask the third portal while the question to the second lines up', async () => {
      const { clock, inquiry, urls } = open(3, { pushedBy: 'a', isQueued: true });
      await clock.advance(300);
      inquiry.pushed('missing', 'a');
      await clock.advance(5_000);
      expect(urls()).toBe('b');
    });
  });
});
