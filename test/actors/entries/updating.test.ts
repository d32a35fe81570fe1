import { describe, expect, it } from 'vitest';
import { createActor, fromPromise } from 'xstate';
import type { PortalReply } from '../../../actors/portal/service.ts';
import { MemoryFloors } from '../../../actors/entries/memory-floors.ts';
import { FullOversight } from '../../../actors/entries/oversight.ts';
import { EntryTable } from '../../../actors/entries/table.ts';
import { Updating, type SwapOutcome } from '../../../actors/entries/updating.ts';
import type { PortalSide, TableWorld } from '../../../actors/entries/world.ts';
import { Writing } from '../../../actors/entries/writing.ts';
import type { Finding } from '../../../actors/report.ts';
import { RegistryError, toWire } from '../../../src/error.ts';
import { DEFAULT_POLICY } from '../../../src/policy.ts';
import { nameOf, unpackEntry, type CheckedEntry } from '../../../src/registry/index.ts';
import { codeOf } from '../../link/fixture/channels.ts';
import { FakeClock, turn } from '../../link/fixture/clock.ts';
import { someone } from '../../runtime/fixture/author.ts';

const FIRST = 'https://first.example';
const SECOND = 'https://second.example';
const author = someone();
const NAME = nameOf(author.entry(0n));
const never = new AbortController().signal;
const parent = createActor(fromPromise<never>(() => new Promise(() => {}))).start();

const ACCEPTED: PortalReply = { kind: 'accepted', isGuarded: true };
const PLAIN: PortalReply = { kind: 'accepted', isGuarded: false };
const refused = (status: number): PortalReply => ({ kind: 'refused', status, message: 'no' });
const failed = (code: 'UNREACHABLE' | 'TIMEOUT' | 'UNCONFIRMED' | 'THROTTLED'): PortalReply => ({ kind: 'failed', error: toWire(new RegistryError(code, 'failed')) });

type Answer = CheckedEntry | 'missing' | 'silence' | 'forgery' | RegistryError;

interface Post {
  readonly portal: string;
  readonly entry: CheckedEntry;
  readonly replaces: CheckedEntry | null | undefined;
}

/** The last of them again and again. */
const next = <T>(answers: T[]): T => (answers.length > 1 ? answers.shift() : answers[0]) as T;

/** An entries actor whose portals answer what the test says: the last answer of a list again and again. */
function open({ serves, replies, updatePortal, verdict = true }: { serves: Answer[]; replies?: (PortalReply | Promise<PortalReply>)[]; updatePortal?: string; verdict?: boolean }) {
  const clock = new FakeClock();
  const floors = new MemoryFloors(clock, 100);
  const posts: Post[] = [];
  const asked: (string | undefined)[] = [];
  const portal: PortalSide = {
    want() {},
    unwant() {},
    settle() {},
    tell() {},
    goOn: (inquiry) => absorb({ kind: 'concluded', inquiry, name: NAME, at: clock.now() }),
    ask(inquiry, name, only) {
      asked.push(only);
      const url = only ?? FIRST;
      const word = { portal: url, origin: { inquiry }, name, at: clock.now() };
      const concluded: Finding = { kind: 'concluded', inquiry, name, at: clock.now() };
      const answer = next(serves);
      if (answer === 'silence') absorb(concluded);
      else if (answer === 'missing') absorb({ ...word, kind: 'missing' }, concluded);
      else if (answer === 'forgery') absorb({ ...word, kind: 'forged', raw: new Uint8Array() });
      else if (answer instanceof RegistryError) absorb({ kind: 'failed', portal: url, inquiry, name, error: toWire(answer) }, concluded);
      else absorb({ ...word, kind: 'served', claim: answer as never });
    },
    post(url, entry, replaces) {
      posts.push({ portal: url, entry, replaces });
      return Promise.resolve(url === (updatePortal ?? FIRST) ? next(replies ?? [ACCEPTED]) : PLAIN);
    },
  };
  const world = {
    clock,
    scheduler: clock,
    random: () => 0.5,
    policy: { ...DEFAULT_POLICY, updatePortal },
    floors,
    portals: [FIRST, SECOND],
    predecessors: 0,
    subscriptions: { of: 'used', mostLingering: Infinity },
    verify: () => Promise.resolve(verdict),
    parent: () => parent,
    onError: (error: unknown) => {
      throw error;
    },
    onDue() {},
    onCount() {},
    portal,
  } as unknown as TableWorld;
  const table = new EntryTable(world, (overseen) => new FullOversight(overseen));
  const writing = new Writing(world, table);
  const updating = new Updating(world, table, writing, () => Promise.resolve(undefined));
  function absorb(...findings: readonly Finding[]): void {
    clock.setTimeout(() => void table.absorb(findings), 0);
  }
  /** What becomes of a call, with all the time that it takes. */
  const settled = async <T>(work: Promise<T>): Promise<T> => {
    const outcome = work.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    await clock.advance(1_000);
    const result = await Promise.race([outcome, turn().then(() => ({ error: new Error('it did not settle') }))]);
    if ('error' in result) throw result.error;
    return result.value;
  };
  const known = (entry: CheckedEntry): Promise<unknown> => floors.raise([entry]);
  const base = (attempt = 1, signal = never) => settled(updating.base({ name: NAME, attempt }, signal));
  const swap = (entry: CheckedEntry, replaces: CheckedEntry | null, again = 0, signal = never): Promise<SwapOutcome> => settled(updating.swap({ entry, replaces, again, confirmations: 0 }, signal));
  return { clock, floors, table, writing, updating, posts, asked, known, base, swap };
}

/** What an update is to be made of. */
const entryIn = ({ result }: Awaited<ReturnType<Updating['base']>>): CheckedEntry | undefined => (result.exists ? unpackEntry(NAME, result.packed) : undefined);

const [ZERO, ONE, TWO, THREE] = [0n, 1n, 2n, 3n].map((revision) => author.entry(revision)) as [CheckedEntry, CheckedEntry, CheckedEntry, CheckedEntry];

describe('the base of an update', () => {
  it('is what the portal that decides serves, asked for itself each time', async () => {
    const { base, asked, posts } = open({ serves: [ONE, TWO] });
    expect(entryIn(await base())).toEqual(ONE);
    expect(entryIn(await base())).toEqual(TWO);
    expect(asked.filter((only) => only !== undefined)).toEqual([FIRST, FIRST]);
    expect(posts).toEqual([]);
  });

  it('is asked of the portal that the policy names', async () => {
    const { base, asked } = open({ serves: [ONE], updatePortal: SECOND });
    await base();
    expect(asked.filter((only) => only !== undefined)).toEqual([SECOND]);
  });

  it('is that there is nothing, as that portal claims', async () => {
    const { base, clock } = open({ serves: ['missing'] });
    const { result } = await base();
    expect(result).toEqual({ exists: false, claimedBy: [FIRST], confirmedAt: expect.any(Number) as number, status: 'cached' });
    expect(clock.timers.size).toBeLessThanOrEqual(1); // the row lingers
  });

  it('U2: is what is known where the portal serves less: it is sent that first, and read again', async () => {
    for (const less of [ONE, 'missing'] as const) {
      const { base, known, posts } = open({ serves: [less, TWO] });
      await known(TWO);
      expect(entryIn(await base())).toEqual(TWO);
      expect(posts[0]).toEqual({ portal: FIRST, entry: TWO, replaces: undefined });
    }
  });

  it('U2: is what is pushed while it is asked for, and the portal is not taken to lag for its older answer', async () => {
    for (const older of [ONE, 'missing'] as const) {
      const { updating, table, clock, posts } = open({ serves: [older] });
      const work = updating.base({ name: NAME, attempt: 1 }, never);
      await turn(); // it is asked
      const word = { portal: FIRST, name: NAME, at: clock.now() };
      await table.absorb([
        { kind: 'connected', portal: FIRST, connection: 1 },
        { ...word, kind: 'served', origin: { connection: 1, inquiry: undefined }, claim: TWO as never },
      ]);
      await clock.advance(1);
      expect(entryIn(await work)).toEqual(TWO);
      expect(posts).toEqual([]);
    }
  });

  it('U2: is STALE where the portal goes on serving less', async () => {
    const { updating, known, posts, clock } = open({ serves: [ONE] });
    await known(TWO);
    const outcome = updating.base({ name: NAME, attempt: 1 }, never).catch((error: unknown) => error);
    await clock.advance(1);
    expect(await outcome).toMatchObject({ code: 'STALE', portal: FIRST, current: TWO });
    expect(posts).toHaveLength(3);
  });

  it.each([
    ['UNREACHABLE', 'silence'],
    ['UNREACHABLE', 'forgery'],
    ['TIMEOUT', new RegistryError('TIMEOUT', 'late')],
    ['THROTTLED', new RegistryError('THROTTLED', 'often')],
    ['FORBIDDEN', new RegistryError('FORBIDDEN', 'no key')],
    ['UNREACHABLE', new RegistryError('UNREACHABLE', 'gone')],
  ] as const)('is %s where the portal gives no answer: %s', async (code, answer) => {
    const { base, known } = open({ serves: [answer] });
    await known(TWO);
    await expect(base()).rejects.toMatchObject({ code, current: TWO });
  });

  it('comes after a pause from the second attempt on, longer each time, up to a quarter of a second', async () => {
    for (const [attempt, pause] of [[1, 0], [2, 25], [3, 50], [4, 100], [5, 125], [256, 125]] as const) {
      const { updating, clock, asked } = open({ serves: [ONE] });
      const work = updating.base({ name: NAME, attempt }, never);
      await clock.advance(Math.max(0, pause - 1));
      expect(asked.filter((only) => only !== undefined)).toHaveLength(attempt === 1 ? 1 : 0);
      await clock.advance(1);
      expect(asked.filter((only) => only !== undefined)).toHaveLength(1);
      await clock.advance(1);
      expect(entryIn(await work)).toEqual(ONE);
    }
  });

  it('is refused to who gave up, and to everybody after the end', async () => {
    const gone = open({ serves: [ONE] });
    expect(await codeOf(gone.base(1, AbortSignal.abort()))).toBe('ABORTED');
    const { base, updating, table } = open({ serves: [ONE] });
    updating.close();
    table.close();
    expect(await codeOf(base())).toBe('CLOSED');
  });
});

describe('a swap', () => {
  it('is sent under the condition, taken, adopted, and sent to the others', async () => {
    const { swap, posts, floors } = open({ serves: ['silence'] });
    expect(await swap(TWO, ONE)).toMatchObject({ kind: 'taken', isGuarded: true, acceptedBy: [FIRST, SECOND], floor: 'volatile', told: { at: expect.any(Number) as number } });
    expect(posts).toEqual([
      { portal: FIRST, entry: TWO, replaces: ONE },
      { portal: SECOND, entry: TWO, replaces: undefined },
    ]);
    expect((await floors.getMany([{ name: NAME, id: new Uint8Array(32) }]))[0]?.entry).toEqual(TWO);
  });

  it('of the first entry replaces none', async () => {
    const { swap, posts } = open({ serves: ['silence'] });
    expect(await swap(ZERO, null)).toMatchObject({ kind: 'taken', isGuarded: true });
    expect(posts[0]).toMatchObject({ portal: FIRST, replaces: null });
  });

  it('is lost where the condition failed, and nobody else is sent it', async () => {
    const { swap, posts } = open({ serves: ['silence'], replies: [refused(412)] });
    expect(await swap(TWO, ONE)).toEqual({ kind: 'lost' });
    expect(posts).toHaveLength(1);
  });

  it.each(['UNREACHABLE', 'THROTTLED'] as const)('that surely was not sent is %s', async (code) => {
    const { swap } = open({ serves: ['silence'], replies: [failed(code)] });
    await expect(swap(TWO, ONE)).rejects.toMatchObject({ code, portal: FIRST });
  });

  it.each(['TIMEOUT', 'UNCONFIRMED'] as const)('whose answer is lost (%s) is not sure', async (code) => {
    const { swap, posts } = open({ serves: ['silence'], replies: [failed(code)] });
    expect(await swap(TWO, ONE)).toMatchObject({ kind: 'unsure', error: { code } });
    expect(posts).toHaveLength(1);
  });

  it('is REJECTED where the portal refuses it and goes on serving what it was to replace', async () => {
    for (const [served, replaces] of [[ONE, ONE], ['missing', null]] as const) {
      const { swap } = open({ serves: [served], replies: [refused(400)] });
      await expect(swap(TWO, replaces)).rejects.toMatchObject({ code: 'REJECTED', portal: FIRST });
    }
  });

  it('is lost where it is refused for another one that is served', async () => {
    const rival = author.entry(2n, 'rival');
    const { swap } = open({ serves: [rival], replies: [refused(400)] });
    expect(await swap(TWO, ONE)).toEqual({ kind: 'lost' });
  });

  it('is read back where no condition was kept', async () => {
    for (const [served, outcome] of [
      [TWO, { kind: 'taken', isGuarded: false }],
      [author.entry(2n, 'rival'), { kind: 'lost' }],
      ['missing', { kind: 'unsure' }],
      [ZERO, { kind: 'unsure' }],
      [author.entry(1n, 'rival'), { kind: 'unsure' }],
      [ONE, { kind: 'unsure' }],
      ['silence', { kind: 'unsure' }],
    ] as const) {
      const { swap } = open({ serves: [served], replies: [PLAIN] });
      expect(await swap(TWO, ONE)).toMatchObject(outcome);
    }
    const { swap } = open({ serves: [THREE], replies: [PLAIN] });
    await expect(swap(TWO, ONE)).rejects.toMatchObject({ code: 'UNCONFIRMED', current: THREE });
  });

  it('is not sure where it is refused and less than what it was to replace is served: that tells nothing of it', async () => {
    for (const less of [ZERO, 'missing'] as const) {
      const { swap } = open({ serves: [less], replies: [refused(400)] });
      expect(await swap(TWO, ONE)).toMatchObject({ kind: 'unsure' });
    }
  });

  it('is BAD_SIGNATURE where its key did not sign it, and nothing is sent', async () => {
    const { swap, posts } = open({ serves: ['silence'], verdict: false });
    await expect(swap(TWO, ONE)).rejects.toMatchObject({ code: 'BAD_SIGNATURE', field: 'request.signer' });
    expect(posts).toEqual([]);
  });

  it('is not sent for who gave up, nor after the end', async () => {
    const { swap, posts, updating } = open({ serves: ['silence'] });
    expect(await codeOf(swap(TWO, ONE, 0, AbortSignal.abort()))).toBe('ABORTED');
    updating.close();
    expect(await codeOf(swap(TWO, ONE))).toBe('CLOSED');
    expect(posts).toEqual([]);
  });
});

describe('a swap of which nobody knows what became', () => {
  it('is taken where it is served, and is not sent there again', async () => {
    const { swap, posts } = open({ serves: [TWO] });
    expect(await swap(TWO, ONE, 1)).toMatchObject({ kind: 'taken', isGuarded: false, acceptedBy: [FIRST, SECOND] });
    expect(posts.map(({ portal }) => portal)).toEqual([SECOND]);
  });

  it('is sent again, the same bytes under the same condition, where what it was to replace is still served', async () => {
    for (const [served, replaces] of [[ONE, ONE], ['missing', null]] as const) {
      const { swap, posts } = open({ serves: [served] });
      expect(await swap(TWO, replaces, 1)).toMatchObject({ kind: 'taken', isGuarded: true });
      expect(posts[0]).toEqual({ portal: FIRST, entry: TWO, replaces });
    }
  });

  it('is sent again, the same bytes under the same condition, where less is served: a cache, or a 404 that passes, tells nothing of it', async () => {
    for (const less of [ZERO, author.entry(1n, 'rival'), 'missing'] as const) {
      const { swap, posts } = open({ serves: [less] });
      expect(await swap(TWO, ONE, 1)).toMatchObject({ kind: 'taken', isGuarded: true });
      expect(posts[0]).toEqual({ portal: FIRST, entry: TWO, replaces: ONE });
      const refusing = open({ serves: [less], replies: [refused(412)] });
      expect(await refusing.swap(TWO, ONE, 1)).toMatchObject({ kind: 'unsure' });
    }
  });

  it('is lost where another one of its revision is served', async () => {
    const { swap, posts } = open({ serves: [author.entry(2n, 'rival')] });
    expect(await swap(TWO, ONE, 1)).toEqual({ kind: 'lost' });
    expect(posts).toEqual([]);
  });

  it('is UNCONFIRMED where something newer is served, and is not sent again', async () => {
    const { swap, posts } = open({ serves: [THREE] });
    await expect(swap(TWO, ONE, 1)).rejects.toMatchObject({ code: 'UNCONFIRMED', current: THREE });
    expect(posts).toEqual([]);
  });

  it('stays so where the portal says nothing', async () => {
    const { swap, posts } = open({ serves: ['silence'] });
    expect(await swap(TWO, ONE, 1)).toMatchObject({ kind: 'unsure' });
    expect(posts).toEqual([]);
  });

  it('is told by what is served, not by a refusal: that may be due to itself', async () => {
    const cases: [Answer[], object][] = [
      [[ONE, TWO], { kind: 'taken', isGuarded: false }],
      [[ONE, author.entry(2n, 'rival')], { kind: 'lost' }],
      [[ONE, ONE], { kind: 'unsure' }],
      [[ONE, 'silence'], { kind: 'unsure' }],
    ];
    for (const [serves, outcome] of cases) {
      const { swap } = open({ serves: [...serves], replies: [refused(412)] });
      expect(await swap(TWO, ONE, 1)).toMatchObject(outcome);
    }
    const { swap } = open({ serves: [ONE, THREE], replies: [refused(412)] });
    await expect(swap(TWO, ONE, 1)).rejects.toMatchObject({ code: 'UNCONFIRMED', current: THREE });
  });

  it('stays so where it cannot be sent again', async () => {
    const { swap } = open({ serves: [ONE], replies: [failed('UNREACHABLE')] });
    expect(await swap(TWO, ONE, 1)).toMatchObject({ kind: 'unsure', error: { code: 'UNREACHABLE' } });
  });
});
