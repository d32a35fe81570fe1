import { describe, expect, it } from 'vitest';
import { Conduct } from '../../../actors/portal/conduct.ts';
import { FakeClock } from '../../link/fixture/clock.ts';

const PORTAL = 'https://a.example';
const LIMITS = { frameRate: 10, byteRate: 1_000, garbage: 6 };

function watch(subscribed = 0) {
  const clock = new FakeClock();
  const offences: { portal: string; offence: string; at: number; raw: string }[] = [];
  const conduct = new Conduct(clock, LIMITS, () => subscribed, ({ portal, offence, at, raw }) => offences.push({ portal, offence, at, raw: new TextDecoder().decode(raw) }));
  return { clock, conduct, offences, kinds: () => offences.map(({ offence }) => offence) };
}

describe('what a portal may send', () => {
  it('is ten seconds’ worth of frames at once, then as many as its rate, and one more is a flood', async () => {
    const { clock, conduct, offences } = watch();
    for (let i = 0; i < 100; i++) expect(conduct.mayHaveSent(PORTAL, 'x')).toBe(true);
    await clock.advance(1_000);
    for (let i = 0; i < 10; i++) expect(conduct.mayHaveSent(PORTAL, 'x')).toBe(true);
    expect(offences).toEqual([]);
    expect(conduct.mayHaveSent(PORTAL, 'the last straw')).toBe(false);
    expect(offences).toEqual([{ portal: PORTAL, offence: 'flood', at: clock.now(), raw: 'the last straw' }]);
  });

  it('is two frames more for each entry that is subscribed: all may be told of at once', () => {
    const { conduct, offences } = watch(1_000);
    for (let i = 0; i < 2_100; i++) expect(conduct.mayHaveSent(PORTAL, 'x')).toBe(true);
    expect(offences).toEqual([]);
    expect(conduct.mayHaveSent(PORTAL, 'x')).toBe(false);
  });

  it('is so many bytes', () => {
    const { conduct, kinds } = watch();
    expect(conduct.mayHaveSent(PORTAL, 'x'.repeat(10_000))).toBe(true);
    expect(conduct.mayHaveSent(PORTAL, 'x')).toBe(false);
    expect(kinds()).toEqual(['flood']);
  });

  it('is a little garbage, which is more again after a while', async () => {
    const { clock, conduct, kinds } = watch();
    for (let i = 0; i < 6; i++) conduct.sentGarbage(PORTAL, undefined);
    await clock.advance(10_000);
    conduct.sentGarbage(PORTAL, '{');
    expect(kinds()).toEqual([]);
    conduct.sentGarbage(PORTAL, '{');
    expect(kinds()).toEqual(['garbage']);
  });

  it('is nothing that nobody asked for, unless it was asked for until a moment ago', async () => {
    const { clock, conduct, kinds } = watch();
    conduct.noteUnsubscribed();
    for (let i = 0; i < 50; i++) conduct.sentUnasked(PORTAL, 'x');
    expect(kinds()).toEqual([]);
    await clock.advance(10_001);
    for (let i = 0; i < 7; i++) conduct.sentUnasked(PORTAL, 'x');
    expect(kinds()).toEqual(['garbage']);
  });

  it('is counted for each portal by itself, and anew after an offence', () => {
    const { conduct, offences } = watch();
    for (let i = 0; i < 6; i++) conduct.sentGarbage(PORTAL, 'x');
    conduct.sentGarbage('https://b.example', 'x');
    expect(offences).toEqual([]);
    for (let i = 0; i < 7; i++) conduct.sentGarbage(PORTAL, 'x');
    expect(offences.map(({ portal }) => portal)).toEqual([PORTAL]);
  });

  it('is never one thing that is too long; of what was said, a kilobyte is kept', () => {
    const { conduct, offences, kinds } = watch();
    conduct.sentTooMuch(PORTAL);
    expect(kinds()).toEqual(['oversize']);
    conduct.mayHaveSent(PORTAL, 'ä'.repeat(10_001));
    expect(kinds()).toEqual(['oversize', 'flood']);
    expect(new TextEncoder().encode(offences[1]?.raw).length).toBe(1_024);
  });
});
