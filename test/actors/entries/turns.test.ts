import { describe, expect, it } from 'vitest';
import { Turns } from '../../../actors/entries/turns.ts';
import { entryId, nameOf } from '../../../src/registry/index.ts';
import { Leases } from '../../../src/storage/leases.ts';
import { MemoryStorage } from '../../../src/storage/memory.ts';
import { StorageSession } from '../../../src/storage/session.ts';
import { SimulatedClock } from '../../../src/testing/clock.ts';
import type { Clock } from '../../../src/world.ts';
import { codeOf } from '../../link/fixture/channels.ts';
import { FakeClock, turn } from '../../link/fixture/clock.ts';
import { someone } from '../../runtime/fixture/author.ts';

const author = someone();
const [NAME, OTHER] = ['name', 'other'].map((name) => nameOf(author.entry(0n, '', { name })));
const never = new AbortController().signal;

/** Processes that take turns, on one storage or without one. */
function open<C extends Clock = FakeClock>(count: number, storage?: MemoryStorage, clock: C = new FakeClock() as never) {
  let numbered = 0;
  const random = (): number => (++numbered % 97) / 97;
  const leases = async (owner: Uint8Array<ArrayBuffer>): Promise<Leases | undefined> => {
    if (storage === undefined) return undefined;
    const session = new StorageSession(storage, clock, 5_000, () => {});
    await session.open();
    return new Leases(session, clock, owner);
  };
  return { clock, processes: Array.from({ length: count }, () => new Turns({ clock, random, leases })) };
}

/** Somebody else who writes to the storage, and puts a ticket before all others of the entry's line. */
async function strangerOn(storage: MemoryStorage, clock: Clock) {
  const connection = await storage.open();
  const key = Uint8Array.of(3, ...entryId(author.entry(0n, '', { name: 'name' })));
  const decide = (current: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> => {
    const ticket = new Uint8Array(16).fill(7, 0, 8);
    new DataView(ticket.buffer).setBigUint64(8, BigInt(clock.now() + 8_000));
    return Uint8Array.of(...ticket, ...(current[0] === 7 ? current.subarray(16) : current));
  };
  return { goFirst: () => connection.update([{ key, decide }]) };
}

/** Notes when it is somebody's turn. */
function noting() {
  const begun: string[] = [];
  return { begun, note: (who: string, taken: Promise<void>) => taken.then(() => begun.push(who)) };
}

describe('Turns', () => {
  it('U3: come one after the other for each entry, in the order in which they were asked for', async () => {
    const { processes } = open(1);
    const turns = processes[0]!;
    const { begun, note } = noting();
    const all = [1, 2, 3].map((update) => note(`${update}`, turns.take(update, NAME!, never)));
    void note('other', turns.take(4, OTHER!, never));
    await turn();
    expect(begun).toEqual(['1', 'other']);
    turns.end(1);
    turns.end(3);
    await turn();
    expect(begun).toEqual(['1', 'other', '2']);
    turns.end(2);
    await turn();
    expect(begun).toEqual(['1', 'other', '2']);
    await Promise.all(all.slice(0, 2));
    turns.end(4);
    await turns.drained();
  });

  it('come at once to who has it already', async () => {
    const turns = open(1).processes[0]!;
    await turns.take(1, NAME!, never);
    expect(await turns.take(1, NAME!, never)).toBeUndefined();
    turns.end(1);
    await turns.drained();
  });

  it('pass over who gives up, waiting or not', async () => {
    const turns = open(1).processes[0]!;
    const abort = new AbortController();
    await turns.take(1, NAME!, never);
    const waiting = codeOf(turns.take(2, NAME!, abort.signal));
    const last = turns.take(3, NAME!, never);
    abort.abort();
    expect(await waiting).toBe('ABORTED');
    expect(await codeOf(turns.take(5, NAME!, abort.signal))).toBe('ABORTED');
    turns.end(1);
    await last;
    turns.end(3);
    await turns.drained();
  });

  it('pass on after a minute, so that what is never ended holds nobody up for ever', async () => {
    const { clock, processes } = open(1);
    const { begun, note } = noting();
    await processes[0]!.take(1, NAME!, never);
    void note('second', processes[0]!.take(2, NAME!, never));
    await clock.advance(59_000);
    expect(begun).toEqual([]);
    await clock.advance(2_000);
    expect(begun).toEqual(['second']);
  });

  it('U3: are taken among processes on one storage, and every one gets its own', async () => {
    const { clock, processes } = open(10, new MemoryStorage({ durable: true }));
    const had: number[] = [];
    let holders = 0;
    const work = processes.map(async (turns, i) => {
      for (let update = 0; update < 5; update++) {
        await turns.take(update, NAME!, never);
        expect(++holders).toBe(1);
        had.push(i);
        await turn();
        holders--;
        turns.end(update);
        await turns.drained();
      }
    });
    const done = Promise.all(work).then(() => 'done');
    for (let seconds = 0; had.length < 50 && seconds < 60; seconds++) await clock.advance(1_000);
    expect(await Promise.race([done, turn().then(() => `${had.length} of 50`)])).toBe('done');
    // Nobody has it again before all others had it.
    for (let round = 0; round < 5; round++) expect(new Set(had.slice(round * 10, round * 10 + 10)).size).toBe(10);
    expect(clock.timers.size).toBe(0);
  });

  it('U3: of a process that died with its turn pass to another within ten seconds', async () => {
    const { clock, processes } = open(2, new MemoryStorage({ durable: true }));
    await processes[0]!.take(1, NAME!, never);
    // Its clock has stopped: nothing renews its lease.
    clock.timers.clear();
    const { begun, note } = noting();
    void note('other', processes[1]!.take(1, NAME!, never));
    await clock.advance(7_000);
    expect(begun).toEqual([]);
    await clock.advance(3_000);
    expect(begun).toEqual(['other']);
    processes[1]!.end(1);
  });

  it('U3: are renewed for as long as they are held', async () => {
    const { clock, processes } = open(2, new MemoryStorage({ durable: true }));
    await processes[0]!.take(1, NAME!, never);
    const { begun, note } = noting();
    void note('other', processes[1]!.take(1, NAME!, never));
    await clock.advance(12_000);
    expect(begun).toEqual([]);
    processes[0]!.end(1);
    await clock.advance(200);
    expect(begun).toEqual(['other']);
    processes[1]!.end(1);
  });

  it('are had after a minute without the lease where somebody stays before them in line for ever', async () => {
    const storage = new MemoryStorage({ durable: true });
    const clock = new SimulatedClock();
    const turns = open(1, storage, clock).processes[0]!;
    const stranger = await strangerOn(storage, clock);
    const { begun, note } = noting();
    /** Lets time pass, in steps of three seconds. */
    const wait = async (seconds: number): Promise<void> => {
      for (let passed = 0; passed < seconds; passed += 3) {
        await stranger.goFirst();
        await clock.pass(3_000);
      }
    };
    await stranger.goFirst();
    void note('first', turns.take(1, NAME!, never));
    void note('second', turns.take(2, NAME!, never));
    await wait(57);
    expect(begun).toEqual([]);
    clock.jump(-86_400_000); // what is measured is no time of day
    await wait(6);
    expect(begun).toEqual(['first']);
    // Nobody ends it: it has its minute, and the next one waits for the lease as long.
    await wait(114);
    expect(begun).toEqual(['first']);
    await wait(9);
    expect(begun).toEqual(['first', 'second']);
    for (const update of [1, 2]) turns.end(update);
    await clock.run(turns.drained());
    expect(clock.waiting).toBe(0);
  });

  it('are had by everybody where the storage fails: what guards an update then is the portal alone', async () => {
    const storage = new MemoryStorage({ durable: true });
    const { processes } = open(2, storage);
    storage.fault = 'blocked';
    const { begun, note } = noting();
    await Promise.all(processes.map((turns, i) => note(`${i}`, turns.take(1, NAME!, never))));
    expect(begun).toHaveLength(2);
    for (const turns of processes) turns.end(1);
    await Promise.all(processes.map((turns) => turns.drained()));
  });

  it('are refused when they are closed, and given back', async () => {
    const storage = new MemoryStorage({ durable: true });
    const { clock, processes } = open(2, storage);
    await processes[0]!.take(1, NAME!, never);
    const waiting = codeOf(processes[0]!.take(2, NAME!, never));
    processes[0]!.close();
    expect(await waiting).toBe('CLOSED');
    await processes[0]!.drained();
    expect(clock.timers.size).toBe(0);
    await processes[1]!.take(1, NAME!, never);
    processes[1]!.end(1);
    await processes[1]!.drained();
  });
});
