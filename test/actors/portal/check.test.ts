import { createActor } from 'xstate';
import { describe, expect, it } from 'vitest';
import { checkOverSocket } from '../../../actors/portal/check-over-socket.ts';
import { portalCheck, type CheckWorld } from '../../../actors/portal/check.ts';
import { Conduct } from '../../../actors/portal/conduct.ts';
import { Pressure } from '../../../actors/portal/pressure.ts';
import { Wanted } from '../../../actors/portal/wanted.ts';
import type { Report } from '../../../actors/report.ts';
import { RegistryError } from '../../../src/error.ts';
import { nameOf } from '../../../src/registry/index.ts';
import { MESSAGE_WRITERS, requestText } from '../../../src/registry/wire/index.ts';
import type { SocketEvents } from '../../../src/world.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { FakeClock, turn } from '../../link/fixture/clock.ts';

const URL_OF_PORTAL = 'https://p';
const author = someone();
const entries = Array.from({ length: 600 }, (_, i) => author.entry(1n, '', { name: `entry ${i}` }));

/** A check of so many entries, with a portal in the test's hands. */
function begin(count: number, ask?: CheckWorld['ask']) {
  const wanted = new Wanted();
  for (const entry of entries.slice(0, count)) wanted.add(nameOf(entry));
  const clock = new FakeClock();
  const reports: Report[] = [];
  const offences: string[] = [];
  const sent: string[] = [];
  const sockets: { events: SocketEvents; isAbandoned: boolean }[] = [];
  const asked: string[] = [];
  const logic = portalCheck({
    clock,
    wanted,
    pressure: new Pressure(),
    conduct: new Conduct(clock, { frameRate: 10_000, byteRate: 10_000_000, garbage: 2 }, () => wanted.size, ({ offence }) => offences.push(offence)),
    frameBytes: 16_384,
    numberBefore: 0,
    patience: 1_000,
    checkRate: 0.5,
    addressOf: (url) => ({ url }),
    report: (report) => void reports.push(report),
    onAnswering: () => {},
    openSocket: (_url, events) => {
      const socket = { events, isAbandoned: false };
      sockets.push(socket);
      return { send: (text) => void sent.push(text), abandon: () => void (socket.isAbandoned = true) };
    },
    ask: ask ?? ((_portal, name) => {
      asked.push(name);
      return Promise.resolve({ kind: 'missing' });
    }),
  }, checkOverSocket);
  const start = () => {
    const actor = createActor(logic, { input: { url: URL_OF_PORTAL } }).start();
    return { actor, socket: sockets.at(-1)!, isOver: () => actor.getSnapshot().status !== 'active' };
  };
  return { wanted, clock, reports, offences, sent, sockets, asked, start };
}

describe('a check of one portal', () => {
  it('subscribes everything that is wanted in slices, the next when the last was answered, and then ends', async () => {
    const { sent, reports, start } = begin(600);
    const { socket, isOver } = start();
    socket.events.opened();
    for (const [from, before] of [[0, 0], [256, 256], [512, 512]] as const) {
      const slice = entries.slice(from, from + 256);
      expect(sent.slice(from + before, from + before + slice.length)).toEqual(slice.map((entry) => requestText('subscribe', entry)));
      for (const entry of slice) socket.events.message(MESSAGE_WRITERS.B.update(entry));
    }
    await turn();
    expect(isOver()).toBe(true);
    expect(socket.isAbandoned).toBe(true);
    expect(reports).toHaveLength(600);
    expect(reports.every((report) => report.kind === 'claim' && 'isCheck' in report.origin && report.portal === URL_OF_PORTAL)).toBe(true);
    // What was answered is let go of, so that a portal never has more than a slice of it.
    expect(sent.filter((text) => text.includes('unsubscribe'))).toHaveLength(600);
  });

  it('reports that there is nothing, and takes silence for it', async () => {
    const { clock, reports, asked, start } = begin(3);
    const { socket, isOver } = start();
    socket.events.opened();
    socket.events.message(MESSAGE_WRITERS.B.missing(entries[0]!));
    await clock.advance(499);
    socket.events.message(MESSAGE_WRITERS.A.update(entries[1]!));
    await clock.advance(499);
    expect(isOver()).toBe(false);
    await clock.advance(1);
    await turn();
    expect(isOver()).toBe(true);
    expect(reports.map(({ kind }) => kind)).toEqual(['missing', 'claim']);
    expect(asked).toEqual([]);
  });

  it.each(['refuses', 'never opens', 'says nothing', 'closes'])('asks over HTTP, at the rate of the policy, where the portal’s socket %s, and goes on where it ended', async (fault) => {
    const { clock, reports, asked, start } = begin(40);
    const { socket, actor } = start();
    if (fault === 'refuses') socket.events.closed('');
    if (fault === 'says nothing') socket.events.opened();
    if (fault === 'closes') {
      socket.events.opened();
      socket.events.closed('');
    }
    await clock.advance(1_000);
    const begun = clock.now();
    await clock.advance(20_000);
    expect(asked.length).toBeGreaterThanOrEqual(10);
    expect(asked.length).toBeLessThanOrEqual(11 + (begun - 1_000_000) / 2_000);
    expect(reports).toHaveLength(asked.length);
    actor.stop();
    await clock.advance(10_000);
    const first = [...asked];
    const second = start();
    second.socket.events.closed('');
    await clock.advance(200_000);
    expect(second.isOver()).toBe(true);
    expect(new Set(asked).size).toBe(40);
    expect(asked.slice(first.length).indexOf(first[0]!)).toBeGreaterThan(20);
  });

  it('goes on where the last one had no time left, so that every entry has its turn', () => {
    const { sent, start } = begin(600);
    const { socket, actor } = start();
    socket.events.opened();
    for (const entry of entries.slice(0, 256)) socket.events.message(MESSAGE_WRITERS.B.update(entry));
    actor.stop();
    sent.length = 0;
    start().socket.events.opened();
    expect(sent).toEqual(entries.slice(256, 512).map((entry) => requestText('subscribe', entry)));
  });

  it('gives a portal up that does not answer over HTTP either', async () => {
    let asked = 0;
    const { clock, start } = begin(40, () => {
      asked++;
      return Promise.reject(new RegistryError('UNREACHABLE', 'gone'));
    });
    const { socket, isOver } = start();
    socket.events.closed('');
    await clock.advance(10_000);
    expect(isOver()).toBe(true);
    expect(asked).toBe(1);
  });

  it('ends where it is told to, at once', async () => {
    const { clock, reports, start } = begin(3);
    const { socket, actor } = start();
    socket.events.opened();
    actor.stop();
    expect(socket.isAbandoned).toBe(true);
    await clock.advance(10_000);
    expect(reports).toEqual([]);
  });

  it('opens no socket where nothing is wanted, and says nothing of what no longer is', async () => {
    const nothing = begin(0);
    nothing.sockets.push({ events: {} as SocketEvents, isAbandoned: true });
    expect(nothing.start().actor.getSnapshot().status).toBe('active');
    await turn();
    expect(nothing.sockets).toHaveLength(1);
    const { wanted, reports, start } = begin(2);
    const { socket } = start();
    socket.events.opened();
    wanted.delete(nameOf(entries[0]!));
    for (const entry of entries.slice(0, 2)) socket.events.message(MESSAGE_WRITERS.B.update(entry));
    expect(reports).toHaveLength(1);
  });

  it('holds the portal to what it may send', () => {
    const { offences, start } = begin(1);
    const { socket } = start();
    socket.events.opened();
    for (const text of ['garbage', undefined, MESSAGE_WRITERS.B.update(entries[9]!)]) socket.events.message(text);
    expect(offences).toEqual(['garbage']);
    socket.events.closed('', true);
    expect(offences).toEqual(['garbage', 'oversize']);
  });
});
