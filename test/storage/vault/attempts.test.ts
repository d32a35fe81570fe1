import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../../src/storage/memory.ts';
import { AttemptLedger, delayAfter } from '../../../src/storage/vault/attempts.ts';
import { OWNER } from '../../../src/storage/vault/index.ts';

/** A ledger on a storage that outlives it, and a clock that stands still unless told. */
class Desk {
  readonly storage = new MemoryStorage({ durable: true });
  readonly clock = { time: 1_800_000_000_000, now: (): number => this.clock.time };

  async open(): Promise<AttemptLedger> {
    return new AttemptLedger(await this.storage.open(), this.clock);
  }

  async record(): Promise<Uint8Array | undefined> {
    return (await (await this.storage.open()).getMany([Uint8Array.of(2, 3)]))[0];
  }
}

/** Fails as often, waiting each time as long as it is told to; what it was told. */
async function fail(desk: Desk, caller: string, times: number): Promise<number[]> {
  const waits: number[] = [];
  for (let done = 0; done < times; ) {
    const wait = await (await desk.open()).begin(caller); // a new process each time
    if (wait === 0) done++;
    else {
      waits.push(wait);
      desk.clock.time += wait;
    }
  }
  return waits;
}

describe('the ledger of attempts', () => {
  it('P7: given failure after failure, though the process ends after each, then makes wait 1 s, 2 s, 4 s … 60 s', async () => {
    expect(await fail(new Desk(), OWNER, 11)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000));
    expect([0, 1, 2, 65_535].map(delayAfter)).toEqual([0, 0, 1_000, 60_000]);
  });

  it('given who asks again and again before the time, then the time left is told, and nothing is added', async () => {
    const desk = new Desk();
    const ledger = await desk.open();
    await fail(desk, OWNER, 4); // 4 s to wait
    for (const left of [4_000, 3_000, 1_000, 1]) {
      desk.clock.time += 4_000 - left;
      expect(await ledger.begin(OWNER)).toBe(left);
      desk.clock.time -= 4_000 - left;
    }
    desk.clock.time += 4_000;
    expect(await ledger.begin(OWNER)).toBe(0);
    expect(await ledger.begin(OWNER)).toBe(8_000);
  });

  it('P7: given two at once, then each counts', async () => {
    const ledger = await new Desk().open();
    expect(await Promise.all([1, 2, 3].map(() => ledger.begin(OWNER)))).toEqual([0, 0, 1_000]);
  });

  it('given a success, then forgets the failures of that caller, and of no other', async () => {
    const desk = new Desk();
    const ledger = await desk.open();
    await fail(desk, OWNER, 5);
    await fail(desk, 'other', 5);
    await ledger.succeeded(OWNER);
    expect(await ledger.begin(OWNER)).toBe(0);
    expect(await ledger.begin('other')).toBe(8_000);
    await ledger.succeeded('never heard of');
    expect(await ledger.begin('other')).toBe(8_000);
  });

  it.each([1, 3_600_000, 10 ** 11])('P8: given a clock that was set back by %i ms, then the wait is the delay at most, and it ends', async (back) => {
    const desk = new Desk();
    const ledger = await desk.open();
    await fail(desk, OWNER, 6); // 16 s to wait
    desk.clock.time -= back;
    expect(await ledger.begin(OWNER)).toBe(16_000);
    desk.clock.time += 15_999;
    expect(await ledger.begin(OWNER)).toBe(1);
    desk.clock.time += 1;
    expect(await ledger.begin(OWNER)).toBe(0);
  });

  it('P8: given one caller that fails, then no other has to wait', async () => {
    const desk = new Desk();
    await fail(desk, 'hostile', 20);
    expect(await (await desk.open()).begin(OWNER)).toBe(0);
    expect(await (await desk.open()).begin('hostile ')).toBe(0);
  });

  it('given a thousand callers, then remembers 256, the owner, and who has long to wait', async () => {
    const desk = new Desk();
    const ledger = await desk.open();
    await fail(desk, OWNER, 3);
    await fail(desk, 'hostile', 9);
    for (let i = 0; i < 1_000; i++) {
      desk.clock.time += 1;
      expect(await ledger.begin(`caller ${i}`)).toBe(0);
    }
    expect((await desk.record())?.length).toBe(1 + 26 * 257);
    expect(await ledger.begin('hostile')).toBe(59_000);
    expect([await ledger.begin(OWNER), await ledger.begin(OWNER)]).toEqual([0, 4_000]); // its fourth
  });

  it('given names of callers of any kind, then keeps them apart, and keeps none in clear', async () => {
    const desk = new Desk();
    const names = ['', 'a', 'A', 'ä', 'a'.repeat(1_024), '__proto__', 'constructor'];
    for (const name of names) await fail(desk, name, 2);
    expect((await desk.record())?.length).toBe(1 + 26 * names.length);
    for (const name of ['a'.repeat(1_025), undefined, null, 1, {}] as string[]) await expect((await desk.open()).begin(name)).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'caller' });
  });

  it('given a record that is none of ours, then begins anew', async () => {
    const desk = new Desk();
    for (const garbage of [new Uint8Array(), new Uint8Array(26), new Uint8Array(28).fill(1), new Uint8Array(27)]) {
      await (await desk.storage.open()).update([{ key: Uint8Array.of(2, 3), decide: () => garbage }]);
      const ledger = await desk.open();
      expect([await ledger.begin(OWNER), await ledger.begin(OWNER), await ledger.begin(OWNER)]).toEqual([0, 0, 1_000]);
    }
  });

  it('given a storage that fails, then lets nobody go ahead', async () => {
    const desk = new Desk();
    const ledger = await desk.open();
    desk.storage.fault = 'full';
    await expect(ledger.begin(OWNER)).rejects.toMatchObject({ code: 'STORAGE' });
  });
});
