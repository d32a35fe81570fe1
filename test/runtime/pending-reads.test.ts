import { describe, expect, it } from 'vitest';
import type { ReadCommand } from '../../actors/entries/service.ts';
import { resultNamed, type ResultBody } from '../../actors/entries/result.ts';
import { RegistryError } from '../../src/error.ts';
import { nameOf, packEntry, takeSignedEntry } from '../../src/registry/index.ts';
import { Demand } from '../../src/runtime/demand.ts';
import { Reads } from '../../src/runtime/reads.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { FakeClock } from '../link/fixture/clock.ts';
import { someone } from './fixture/author.ts';

const author = someone();
const [one, two] = [author.entry(1n, '', { name: 'one' }), author.entry(1n, '', { name: 'two' })];
const body = (revision: bigint): ResultBody => ({
  packed: packEntry(takeSignedEntry(author.entry(revision))),
  exists: true,
  status: 'live',
  source: 'cache',
  confirmedAt: 1,
  confirmedBy: [],
  floor: 'volatile',
});
const REQUEST = { maxStaleness: 0, confirmations: 1 };
const LATE = new RegistryError('TIMEOUT', 'late');
const GONE = new RegistryError('WORKER_GONE', 'it died');

/** Reads, and the commands that each actor gets which takes its turn. */
function open() {
  const clock = new FakeClock();
  const taken: string[] = [];
  const demand = new Demand();
  const reads = new Reads({ clock, demand, deadline: 1_000, late: () => LATE, onFailure: (_name, error) => error, onResult: (name, result) => {
    taken.push(name);
    return resultNamed(name, result);
  } });
  const connect = (): readonly ReadCommand[] => {
    const commands: ReadCommand[] = [];
    reads.connect(commands);
    return commands;
  };
  return { clock, demand, reads, taken, connect };
}

describe('pending reads', () => {
  it('are asked in order, and settle in any', async () => {
    const { reads, taken, connect } = open();
    const commands = connect();
    const results = [reads.read(nameOf(one), REQUEST, undefined), reads.read(nameOf(two), { maxStaleness: undefined, confirmations: 2 }, undefined)];
    expect(commands).toEqual([
      { kind: 'read', read: 1, name: nameOf(one), maxStaleness: 0, confirmations: 1 },
      { kind: 'read', read: 2, name: nameOf(two), maxStaleness: undefined, confirmations: 2 },
    ]);
    reads.take([{ read: 2, result: body(2n), at: 1 }]);
    reads.take([{ read: 1, result: body(1n), at: 1 }]);
    expect(taken).toEqual([nameOf(two), nameOf(one)]);
    expect(await Promise.all(results)).toMatchObject([
      { pubkey: one.pubkey, datakey: one.datakey, revision: 1n },
      { pubkey: two.pubkey, datakey: two.datakey, revision: 2n },
    ]);
  });

  it('are a demand until the last of them is settled, however it is', async () => {
    const { clock, demand, reads, connect } = open();
    const heard: boolean[] = [];
    demand.follow(() => heard.push(demand.isOpen));
    connect();
    const abort = new AbortController();
    const outcomes = [reads.read(nameOf(one), REQUEST, undefined), reads.read(nameOf(two), REQUEST, abort.signal), reads.read(nameOf(two), REQUEST, undefined)].map(codeOf);
    expect(demand.isOpen).toBe(true);
    reads.take([{ read: 1, result: body(1n), at: 1 }]);
    abort.abort();
    expect(demand.isOpen).toBe(true);
    await clock.advance(1_000);
    expect(demand.isOpen).toBe(false);
    outcomes.push(codeOf(reads.readMany([nameOf(one), nameOf(two)], REQUEST, undefined)));
    expect(demand.isOpen).toBe(true);
    reads.close(GONE);
    expect(demand.isOpen).toBe(false);
    expect(heard).toEqual([true, true]);
    await Promise.all(outcomes);
  });

  it('wait for an actor, are asked once more of its successor, and are given up with that one', async () => {
    const { reads, connect } = open();
    const read = codeOf(reads.read(nameOf(one), REQUEST, undefined));
    const commands = [];
    for (let deaths = 0; deaths < 2; deaths++) {
      commands.push(connect());
      reads.disconnect(GONE);
    }
    expect(commands.map((of) => of.map(({ read: number }) => number))).toEqual([[1], [1]]);
    expect(await read).toBe('WORKER_GONE');
  });

  it('are abandoned when their signal aborts; what is answered later is nobody’s', async () => {
    const { reads, taken, connect } = open();
    const commands = connect();
    const aborting = new AbortController();
    const read = codeOf(reads.read(nameOf(one), REQUEST, aborting.signal));
    aborting.abort();
    aborting.abort();
    expect(await read).toBe('ABORTED');
    expect(commands.slice(1)).toEqual([{ kind: 'abandon', read: 1 }]);
    reads.take([{ read: 1, result: body(1n), at: 1 }, { read: 99, result: body(1n), at: 1 }]);
    expect(taken).toEqual([]);
    expect(await codeOf(reads.read(nameOf(one), REQUEST, aborting.signal))).toBe('ABORTED');
  });

  it('are told the reason when nothing comes in time, and the actor is told too', async () => {
    const { clock, reads, connect } = open();
    const commands = connect();
    const read = codeOf(reads.read(nameOf(one), REQUEST, undefined));
    await clock.advance(1_000);
    expect(await read).toBe('TIMEOUT');
    expect(commands.map(({ kind }) => kind)).toEqual(['read', 'abandon']);
    await clock.advance(1_000);
    expect(clock.timers.size).toBe(0);
  });

  it('of many keys settle each by itself, in order, and all together when aborted', async () => {
    const { reads, connect } = open();
    connect();
    const many = reads.readMany([nameOf(one), nameOf(two)], REQUEST, undefined);
    reads.take([{ read: 2, error: { name: 'RegistryError', code: 'STALE', message: 'old' } as never }, { read: 1, result: body(1n), at: 1 }]);
    expect(await many).toMatchObject([{ revision: 1n }, { code: 'STALE' }]);
    const aborting = new AbortController();
    const aborted = codeOf(reads.readMany([nameOf(one), nameOf(two)], REQUEST, aborting.signal));
    reads.take([{ read: 3, result: body(1n), at: 1 }]);
    aborting.abort();
    expect(await aborted).toBe('ABORTED');
  });

  it('are refused by the reason of the end, and so is whatever comes after it', async () => {
    const { clock, reads, connect } = open();
    connect();
    const waiting = [codeOf(reads.read(nameOf(one), REQUEST, undefined)), codeOf(reads.readMany([nameOf(two)], REQUEST, undefined))];
    reads.close(new RegistryError('CLOSED', 'over'));
    expect(await Promise.all([...waiting, codeOf(reads.read(nameOf(one), REQUEST, undefined)), codeOf(reads.readMany([], REQUEST, undefined))])).toEqual(['CLOSED', 'CLOSED', 'CLOSED', 'CLOSED']);
    expect(clock.timers.size).toBe(0);
  });
});
