import { describe, expect, it } from 'vitest';
import { Vouchers, type Live, type Vouched } from '../../../src/kernel/module/vouchers.ts';
import { packEntry } from '../../../src/registry/index.ts';
import type { OpenBroadcast } from '../../../src/world.ts';
import { StepClock } from '../../machines/step-clock.ts';
import { entryNamed, KEY_A, KEY_B, nameOf, sealWith } from './fixture.ts';

type Said = Readonly<Record<string, unknown>>;

/** A channel on which everything is heard at once, by all others, and that anybody may speak on. */
function channel() {
  const hearers = new Map<object, (message: unknown) => void>();
  const said: Said[] = [];
  const say = (message: unknown, from?: object): void => {
    if (typeof message === 'object' && message !== null) said.push(message as Said);
    for (const [who, hear] of hearers) if (who !== from) hear(message);
  };
  const open: OpenBroadcast = (_name, hear) => {
    const who = {};
    hearers.set(who, hear);
    return { post: (message) => say(message, who), close: () => void hearers.delete(who) };
  };
  return { open, said, say, questions: () => said.filter((each) => 'ask' in each), vouchers: () => said.filter((each) => 'vouch' in each) };
}

const [entry, other] = [entryNamed('one', 3n), entryNamed('two', 3n)];
const name = nameOf(entry);
const live = (of = entry, at = 17): Live => ({ packed: packEntry(of), portal: 'http://a.example', at });

function setUp() {
  const clock = new StepClock();
  const { open, ...rest } = channel();
  const worker = (known: Readonly<Record<string, Live>> = {}, key: Uint8Array<ArrayBuffer> | null = KEY_A): Vouchers => new Vouchers({ open, clock, seal: sealWith(key ?? undefined), live: (asked) => known[asked] });
  const heard: Vouched[] = [];
  return { clock, worker, heard, answered: (vouched: Vouched): void => void heard.push(vouched), ...rest };
}

describe('given a worker that has an entry live', () => {
  it('when another worker of the module asks, then it is told what, of which portal, and since when; once', () => {
    const { worker, heard, answered } = setUp();
    worker({ [name]: live() });
    worker({ [name]: live(entry, 18) });
    worker().ask(name, answered);
    expect(heard).toEqual([{ entry, portal: 'http://a.example', at: 17 }]);
  });

  it('when it has no key, or another one, or who asks has none, then nothing is said, or believed', () => {
    for (const [theirs, ours] of [[KEY_B, KEY_A], [KEY_A, KEY_B], [null, KEY_A], [KEY_A, null]] as const) {
      const { worker, heard, answered } = setUp();
      worker({ [name]: live() }, theirs);
      worker({}, ours).ask(name, answered);
      expect(heard).toEqual([]);
    }
  });

  it('when the question was ended, or was closed, then what comes is nobody\'s', () => {
    const { worker, heard, answered, say, questions } = setUp();
    const asking = worker();
    asking.ask(name, answered)();
    worker({ [name]: live() });
    say(questions()[0]);
    expect(heard).toEqual([]);
    asking.ask(name, answered);
    expect(heard).toHaveLength(1);
    asking.close();
    asking.ask(name, answered);
    expect(heard).toHaveLength(1);
  });

  it('when it is asked for what it does not have, or by what is no name, then it says nothing', () => {
    const { worker, vouchers, say } = setUp();
    worker({ [name]: live(), '': live() });
    for (const asked of ['', nameOf(other), 7, undefined, 'x'.repeat(1_000_000)]) say({ ask: new Uint8Array(16), name: asked });
    for (const number of [new Uint8Array(15), new Uint8Array(1_000_000), 'text', undefined]) say({ ask: number, name });
    for (const junk of [null, undefined, 7, 'text', [], new Uint8Array(1_000_000)]) say(junk);
    expect(vouchers()).toEqual([]);
    say({ ask: new Uint8Array(16), name });
    expect(vouchers()).toHaveLength(1);
  });

  it('when it is asked without end, then it answers two thousand at once, and five hundred a second', () => {
    const { worker, vouchers, say, clock } = setUp();
    worker({ [name]: live() });
    for (let i = 0; i < 2_100; i++) say({ ask: new Uint8Array(16), name });
    expect(vouchers()).toHaveLength(2_000);
    clock.jump(1_000);
    for (let i = 0; i < 2_100; i++) say({ ask: new Uint8Array(16), name });
    expect(vouchers()).toHaveLength(2_500);
  });
});

describe('given somebody without the key, who hears everything', () => {
  it('when it repeats a voucher, or turns it into one for another question, entry, portal or time, then it is not believed', () => {
    const { worker, heard, answered, say, questions, vouchers } = setUp();
    const lives = worker({ [name]: live(), [nameOf(other)]: live(other) });
    const asking = worker();
    asking.ask(name, answered);
    asking.ask(nameOf(other), answered);
    expect(heard).toHaveLength(2);
    lives.close();
    const [ours, theirs] = vouchers();
    asking.ask(name, answered);
    const number = questions().at(-1)?.['ask'];
    for (const forged of [ours, theirs, { ...ours, vouch: number }, { ...theirs, vouch: number }, { ...ours, vouch: number, at: 18 }, { ...ours, vouch: number, portal: 'http://b.example' }, { ...ours, vouch: number, packed: packEntry(entryNamed('one', 2n)) }]) say(forged);
    for (const field of ['vouch', 'packed', 'portal', 'at', 'seal']) say({ ...ours, vouch: number, [field]: undefined });
    expect(heard).toHaveLength(2);
  });

  it('when it repeats a voucher, whose number it writes over while that is read, then it is not believed', () => {
    const { worker, heard, answered, say, questions, vouchers } = setUp();
    const lives = worker({ [name]: live() });
    const asking = worker();
    asking.ask(name, answered);
    lives.close();
    asking.ask(name, answered);
    const number = questions().at(-1)?.['ask'];
    // As memory that is shared: it says one thing, and then another.
    const [voucher] = vouchers();
    const vouch = Object.assign(Uint8Array.from(voucher?.['vouch'] as Uint8Array), { toString: () => String(number) });
    say({ ...voucher, vouch });
    expect(heard).toHaveLength(1);
  });

  it('when a voucher is sealed, and yet no entry, or of no time, then it is not taken', () => {
    const { worker, heard, answered, vouchers } = setUp();
    const broken = [{ ...live(), packed: 'x'.repeat(100) }, { ...live(), packed: `${packEntry(entry)}${'x'.repeat(113)}` }, live(entry, 2 ** 53)];
    for (const each of broken) {
      const one = worker({ [name]: each });
      worker().ask(name, answered);
      one.close();
    }
    expect(vouchers()).toHaveLength(broken.length);
    expect(heard).toEqual([]);
  });
});
