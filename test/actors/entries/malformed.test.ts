import { describe, expect, it } from 'vitest';
import { makeEntriesActor } from '../../../actors/entries/actor.ts';
import type { Finding } from '../../../actors/report.ts';
import { Caller, inlineChannel, spawnInline } from '../../../src/link/index.ts';
import { DEFAULT_POLICY } from '../../../src/policy.ts';
import { nameOf } from '../../../src/registry/index.ts';
import { FakeClock } from '../../link/fixture/clock.ts';
import { someone } from '../../runtime/fixture/author.ts';
import type { FindingsService } from '../../../actors/verifier/service.ts';

const author = someone();
const entry = author.entry(1n);
const origin = { connection: 1, inquiry: undefined };

describe('a finding of a shape that no verifier sends', () => {
  it.each([
    ['nothing', null],
    ['a served entry that is none', { kind: 'served', portal: 'a', origin, name: nameOf(entry), at: 1, claim: undefined }],
    ['a word from nowhere', { kind: 'missing', portal: 'a', name: nameOf(entry), at: 1 }],
  ])('G5: %s ends the actor, whose end is heard of, and rejects nothing unheard', async (_what, finding) => {
    const clock = new FakeClock();
    const { definition, input } = makeEntriesActor({ clock, scheduler: clock, random: () => 0.5 }, undefined, { policy: DEFAULT_POLICY, portals: ['https://a.example'], predecessors: 0 });
    const link = await spawnInline(definition, { name: 'entries', input, clock, scheduler: clock, deadline: Infinity });
    const gone = link.gone.then((reason) => reason.code);
    const [near, far] = inlineChannel(clock);
    await Promise.all([link.connectPort('verifier.0', far), clock.advance(100)]);
    link.pipe('watches', clock).push({ kind: 'watch', name: nameOf(entry) });
    await clock.advance(100);
    const verifier = new Caller<FindingsService>(near, { clock, deadline: Infinity });
    verifier.pipe('findings', clock).push(finding as unknown as Finding);
    await clock.advance(1_000);
    expect(await gone).toBe('WORKER_GONE');
  });
});
