import { createActor, setup, sendTo } from 'xstate';
import { describe, expect, it } from 'vitest';
import { Conduct } from '../../../actors/portal/conduct.ts';
import type { Inquiry } from '../../../actors/portal/inquiry.ts';
import { HIGH_WATER, Pressure } from '../../../actors/portal/pressure.ts';
import { subscriptionSocket } from '../../../actors/portal/subscription.ts';
import { Wanted } from '../../../actors/portal/wanted.ts';
import type { Report } from '../../../actors/report.ts';
import { nameOf } from '../../../src/registry/index.ts';
import { LIVENESS_REQUEST, MESSAGE_WRITERS, requestText } from '../../../src/registry/wire/index.ts';
import type { SocketEvents } from '../../../src/world.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { FakeClock } from '../../link/fixture/clock.ts';

const author = someone();
const entry = author.entry(1n);
const other = author.entry(1n, '', { name: 'other' });

const TIMES = { connectDeadline: 1, proofDeadline: 1, suspicion: 1, livenessInterval: 1, livenessDeadline: 1, handover: 1 };

/** A subscription on a socket in the test's hands. */
function open({ canPause = true, apiKey }: { canPause?: boolean; apiKey?: string } = {}) {
  const wanted = new Wanted();
  const pressure = new Pressure();
  const reports: Report[] = [];
  const told: string[] = [];
  const sent: string[] = [];
  const answering: boolean[] = [];
  const socket = { url: '', headers: {}, isAbandoned: false, isPaused: false, events: undefined as SocketEvents | undefined };
  const offences: string[] = [];
  const clock = new FakeClock();
  const conduct = new Conduct(clock, { frameRate: 100, byteRate: 100_000, garbage: 8 }, () => wanted.size, ({ offence }) => offences.push(offence));
  const logic = subscriptionSocket({
    clock,
    conduct,
    frameBytes: 1_000,
    numberBefore: 40,
    wanted,
    pressure,
    addressOf: (url) => ({ url, apiKey }),
    report: (report) => reports.push(report),
    onAnswering: (isAnswering) => answering.push(isAnswering),
    openSocket: (url, events, { headers }) => {
      Object.assign(socket, { url, events, headers });
      const pausing = { pause: () => void (socket.isPaused = true), resume: () => void (socket.isPaused = false) };
      return { send: (text) => sent.push(text), abandon: () => void (socket.isAbandoned = true), ...(canPause ? pausing : {}) };
    },
  });
  const parent = setup({ actors: { logic } }).createMachine({
    invoke: { src: 'logic', id: 'socket', input: { connection: 1, url: 'https://p/path', times: TIMES } },
    on: {
      PROVE: { actions: sendTo('socket', { type: 'PROVE' }) },
      FOLLOW: { actions: sendTo('socket', { type: 'FOLLOW' }) },
      '*': { actions: ({ event }) => told.push(event.type) },
    },
  });
  const actor = createActor(parent).start();
  const events = socket.events!;
  /** It opens, and is the live one at once. */
  const follow = (): void => {
    events.opened();
    actor.send({ type: 'FOLLOW' });
  };
  return { wanted, pressure, reports, told, sent, answering, offences, socket, events, follow, actor, logic };
}

/** An inquiry that notes what it is told. */
function inquiryAbout(wanted: Wanted, key = entry) {
  const told: string[] = [];
  const item = wanted.find(nameOf(key))!;
  item.inquiry = { number: 7, pushed: (kind: string) => told.push(kind), doWithoutPush: () => told.push('lost') } as unknown as Inquiry;
  return { told, item };
}

describe('a subscription', () => {
  it('opens at the portal’s path with its key, subscribes what is wanted, and follows what is wanted', () => {
    const { wanted, sent, socket, told, reports, follow } = open({ apiKey: 'key' });
    wanted.add(nameOf(entry));
    expect(socket).toMatchObject({ url: 'wss://p/path/skynet/registry/subscription', headers: { 'Skynet-Api-Key': 'key' } });
    expect(sent).toEqual([]);
    follow();
    wanted.add(nameOf(other));
    wanted.add(nameOf(other));
    wanted.delete(nameOf(entry));
    wanted.renew(nameOf(entry));
    wanted.renew(nameOf(other));
    expect(sent).toEqual([requestText('subscribe', entry), requestText('subscribe', other), requestText('unsubscribe', entry), requestText('subscribe', other)]);
    expect(told).toEqual(['SOCKET_OPENED']);
    expect(reports).toEqual([{ kind: 'connected', portal: 'https://p/path', connection: 41 }]);
  });

  it('reports what it is sent of wanted entries, and nothing else', () => {
    const { wanted, events, reports, follow } = open();
    wanted.add(nameOf(entry));
    follow();
    for (const writer of Object.values(MESSAGE_WRITERS)) events.message(writer.update(entry));
    events.message(MESSAGE_WRITERS.B.missing(entry));
    const before = reports.length;
    for (const text of [MESSAGE_WRITERS.B.update(other), MESSAGE_WRITERS.B.error('no'), MESSAGE_WRITERS.B.subscriptions([]), 'no JSON', '{}', undefined]) events.message(text);
    expect(reports.map(({ kind }) => kind)).toEqual(['connected', 'claim', 'claim', 'missing']);
    expect(reports).toHaveLength(before);
  });

  it('C2: subscribes nothing before it is told to follow, and hears nothing', () => {
    const { wanted, events, sent, reports, told } = open();
    wanted.add(nameOf(entry));
    events.opened();
    events.message(MESSAGE_WRITERS.B.update(entry));
    wanted.add(nameOf(other));
    expect(sent).toEqual([]);
    expect(reports).toEqual([]);
    expect(told).toEqual(['SOCKET_OPENED']);
  });

  it('tells of a frame that is too long, and of more garbage than there may be, but not of what was under way when it was unsubscribed', () => {
    const { wanted, events, follow, offences, told } = open();
    wanted.add(nameOf(entry));
    follow();
    for (let i = 0; i < 8; i++) events.message(i % 2 === 0 ? 'garbage' : undefined);
    expect(offences).toEqual([]);
    events.message(MESSAGE_WRITERS.B.update(other));
    expect(offences).toEqual(['garbage']);
    events.closed('too long', true);
    expect(offences).toEqual(['garbage', 'oversize']);
    expect(told).toEqual(['SOCKET_OPENED', 'SOCKET_CLOSED']);
  });

  it.each([
    ['a refusal', MESSAGE_WRITERS.B.error('unknown action')],
    ['the other generation’s', MESSAGE_WRITERS.A.error('unknown action')],
    ['a list', MESSAGE_WRITERS.B.subscriptions([])],
    ['an update', MESSAGE_WRITERS.A.update(entry)],
    ['that there is none', MESSAGE_WRITERS.B.missing(entry)],
  ])('P4: proves by what makes sense and is said after it asked, once: %s', (_, text) => {
    const { wanted, events, sent, told, actor } = open();
    wanted.add(nameOf(entry));
    events.opened();
    events.message(text);
    actor.send({ type: 'PROVE' });
    expect(sent).toEqual([LIVENESS_REQUEST]);
    expect(told).toEqual(['SOCKET_OPENED']);
    events.message(text);
    events.message(text);
    expect(told).toEqual(['SOCKET_OPENED', 'HEARD']);
  });

  it('P4: does not prove by what cannot be read, nor by what nobody asked for', () => {
    const { wanted, events, told, actor } = open();
    wanted.add(nameOf(entry));
    events.opened();
    actor.send({ type: 'PROVE' });
    for (const text of [undefined, '', 'anything', '{}', '{"error":1}', MESSAGE_WRITERS.B.update(entry).slice(0, -9), MESSAGE_WRITERS.B.update(other), MESSAGE_WRITERS.B.missing(other)]) events.message(text);
    expect(told).toEqual(['SOCKET_OPENED']);
  });

  it('P1: abandons its socket when it is left, says so, and follows nothing more', () => {
    const { wanted, pressure, sent, socket, reports, actor, follow } = open();
    follow();
    actor.stop();
    expect(socket.isAbandoned).toBe(true);
    expect(reports.at(-1)).toEqual({ kind: 'disconnected', portal: 'https://p/path', connection: 41 });
    wanted.add(nameOf(entry));
    pressure.note(0, HIGH_WATER + 1);
    expect(sent).toEqual([]);
    expect(socket.isPaused).toBe(false);
  });

  it('V4: reads no further while reports pile up before any verifier', () => {
    const { pressure, socket, follow } = open();
    follow();
    pressure.note(0, HIGH_WATER + 1);
    pressure.note(1, HIGH_WATER + 1);
    expect(socket.isPaused).toBe(true);
    pressure.note(0, 0);
    expect(socket.isPaused).toBe(true);
    pressure.note(1, 0);
    expect(socket.isPaused).toBe(false);
  });

  it('V4: is given up where the platform cannot pause it', () => {
    const { pressure, told, follow } = open({ canPause: false });
    follow();
    pressure.note(0, HIGH_WATER + 1);
    expect(told, 'and that is not the portal’s doing').toEqual(['SOCKET_OPENED', 'SOCKET_GIVEN_UP']);
  });

  it.each([true, false])('V4: subscribes nothing while reports pile up from before it opened, and all when they do no more (can pause: %s)', (canPause) => {
    const { wanted, pressure, sent, told, follow } = open({ canPause });
    wanted.add(nameOf(entry));
    pressure.note(0, HIGH_WATER + 1);
    follow();
    expect(sent).toEqual([]);
    wanted.add(nameOf(other));
    pressure.note(0, 0);
    expect(sent).toEqual([requestText('subscribe', entry), requestText('subscribe', other)]);
    expect(told).toEqual(['SOCKET_OPENED']);
  });

  describe('of entries that are asked about', () => {
    it('answers the inquiry with the first word of its connection, and says which', () => {
      const { wanted, events, reports, follow } = open();
      wanted.add(nameOf(entry));
      follow();
      const { told, item } = inquiryAbout(wanted);
      expect(item.isAwaited).toBe(true);
      events.message(MESSAGE_WRITERS.B.update(entry));
      events.message(MESSAGE_WRITERS.B.update(entry));
      expect(told).toEqual(['update']);
      expect(item).toMatchObject({ isAwaited: false, inquiry: undefined });
      expect(reports.slice(1)).toMatchObject([{ origin: { connection: 41, inquiry: 7 } }, { origin: { connection: 41, inquiry: undefined } }]);
    });

    it('leaves the inquiry to the newest connection: one that was relieved goes on to report, and ends without a word to it', () => {
      const { wanted, events, follow, reports, logic } = open();
      wanted.add(nameOf(entry));
      follow();
      const older = events;
      const successor = createActor(logic, { input: { connection: 2, url: 'https://q', times: TIMES } }).start();
      successor.send({ type: 'FOLLOW' });
      const { told, item } = inquiryAbout(wanted);
      older.message(MESSAGE_WRITERS.B.missing(entry));
      expect(told).toEqual([]);
      expect(item.isAwaited).toBe(true);
      expect(reports.at(-1)).toMatchObject({ kind: 'missing', origin: { connection: 41, inquiry: undefined } });
      successor.stop();
      expect(told).toEqual(['lost']);
    });

    it('reports that there is nothing before the inquiry learns of it', () => {
      const { wanted, events, reports, follow } = open();
      wanted.add(nameOf(entry));
      follow();
      const before: number[] = [];
      const { item } = inquiryAbout(wanted);
      item.inquiry = { number: 7, pushed: () => before.push(reports.length), doWithoutPush: () => {} } as unknown as Inquiry;
      events.message(MESSAGE_WRITERS.B.missing(entry));
      expect(before).toEqual([2]);
    });

    it('tells the inquiry when the connection ends before it said anything', () => {
      const { wanted, actor, follow } = open();
      wanted.add(nameOf(entry));
      follow();
      const { told, item } = inquiryAbout(wanted);
      actor.stop();
      expect(told).toEqual(['lost']);
      expect(item).toMatchObject({ isAwaited: false, inquiry: undefined });
    });

    it('awaits a word of what is subscribed again, and of nothing before it is subscribed', () => {
      const { wanted, events, follow } = open();
      wanted.add(nameOf(entry));
      expect(wanted.find(nameOf(entry))?.isAwaited).toBe(false);
      follow();
      events.message(MESSAGE_WRITERS.B.update(entry));
      wanted.renew(nameOf(entry));
      expect(wanted.find(nameOf(entry))?.isAwaited).toBe(true);
    });

    it('is said to answer by the first word on a subscription, if that is of generation B, until it ends', () => {
      const { wanted, events, answering, actor, follow } = open();
      for (const key of [entry, other]) wanted.add(nameOf(key));
      follow();
      for (const text of ['garbage', MESSAGE_WRITERS.B.error('no'), MESSAGE_WRITERS.B.subscriptions([])]) events.message(text);
      expect(answering).toEqual([]);
      events.message(MESSAGE_WRITERS.B.missing(entry));
      events.message(MESSAGE_WRITERS.A.update(entry));
      events.message(MESSAGE_WRITERS.A.update(other));
      actor.stop();
      expect(answering).toEqual([true, false, false]);
    });
  });
});
