import { firstValueFrom, from, lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMachine, fromPromise } from 'xstate';
import { RegistryError } from '../../src/error.ts';
import { ActorLink, connect, defineActor, hostActor, type Connection } from '../../src/link/index.ts';
import { channels, codeOf } from './fixture/channels.ts';
import { deferred, FakeClock } from './fixture/clock.ts';
import { children, counterActor } from './fixture/counter.ts';

describe.each(channels)('an actor hosted over $kind', ({ open }) => {
  function start(): { link: ActorLink<typeof counterActor>; actor: ReturnType<typeof hostActor>['actor'] } {
    children.started = 0;
    children.stopped = 0;
    const [near, far] = open();
    const hosted = hostActor(counterActor, { port: far, input: { from: 1n } });
    const link = new ActorLink<typeof counterActor>(near);
    onTestFinished(() => link.stop());
    return { link, actor: hosted.actor };
  }

  it('gives a snapshot as plain data', async () => {
    const { link } = start();
    expect(await link.snapshot()).toEqual({
      status: 'active',
      value: 'counting',
      context: { count: 1n, names: new Map([['seven', new Uint8Array([7])]]) },
      tags: [],
      output: undefined,
      error: undefined,
    });
  });

  it('shows the effect of an event to a call made after it (L10)', async () => {
    const { link } = start();
    void link.send({ type: 'ADD', by: 4n });
    expect(await link.call('count')).toBe(5n);
    void link.send({ type: 'ADD', by: 5n });
    expect((await link.snapshot()).context.count).toBe(10n);
  });

  it('shows an event to whoever subscribed before it, and not to whoever subscribed after it (L10)', async () => {
    const { link } = start();
    void link.send({ type: 'ADD', by: 1n });
    const emitted = firstValueFrom(link.emitted$.pipe(take(2), toArray()));
    void link.send({ type: 'ADD', by: 2n });
    void link.send({ type: 'ADD', by: 3n });
    expect(await emitted).toEqual([
      { type: 'COUNTED', count: 4n },
      { type: 'COUNTED', count: 7n },
    ]);
  });

  it('streams the newest snapshot first, then each change, and nothing that changed nothing', async () => {
    const { link } = start();
    const snapshots: bigint[] = [];
    const first = deferred<void>();
    link.snapshot$.subscribe(({ context }) => {
      snapshots.push(context.count);
      first.resolve();
    });
    await first.promise;
    for (let i = 0; i < 3; i++) await link.send({ type: 'NOTHING' });
    await link.send({ type: 'ADD', by: 1n });
    await firstValueFrom(link.snapshot$);
    expect(snapshots).toEqual([1n, 2n]);
  });

  it('sends public events only; others answer FORBIDDEN, and those beside them are taken (L15)', async () => {
    const { link } = start();
    const added = link.send({ type: 'ADD', by: 1n });
    const reset = codeOf(link.send({ type: 'RESET' }));
    const malformed = codeOf(link.send(7 as never));
    const internal = codeOf(link.send({ type: 'xstate.stop' } as never));
    await added;
    expect(await reset).toBe('FORBIDDEN');
    expect(await malformed).toBe('INVALID_INPUT');
    expect(await internal).toBe('FORBIDDEN');
    expect(await link.call('count')).toBe(2n);
  });

  it('has no public events unless told', async () => {
    const [near, far] = open();
    const { publicEvents: _none, ...definition } = counterActor;
    hostActor(definition, { port: far, input: { from: 0n } });
    const link = new ActorLink<typeof counterActor>(near);
    onTestFinished(() => link.stop());
    expect(await codeOf(link.send({ type: 'ADD', by: 1n }))).toBe('FORBIDDEN');
  });

  it('serves its own calls and streams beside those of every actor', async () => {
    const { link } = start();
    expect(await link.call('double', 21n)).toBe(42n);
    expect(await lastValueFrom(link.stream('numbers', 3).pipe(toArray()))).toEqual([0, 1, 2]);
    await expect(link.call('fail', 'THROTTLED')).rejects.toMatchObject({ code: 'THROTTLED', field: 'code', hint: 'ask for less' });
    await expect(lastValueFrom(link.stream('broken'))).rejects.toMatchObject({ code: 'TOO_LARGE', portal: 'http://p' });
  });

  it('cannot redefine what every actor has', () => {
    const [, far] = open();
    const greedy = defineActor({ ...counterActor, service: () => ({ calls: { snapshot: () => 1 } }) });
    expect(() => hostActor(greedy, { port: far, input: { from: 0n } })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    far.close();
  });

  it('takes a port to another actor from its supervisor', async () => {
    const { link } = start();
    const [near, far] = open();
    await link.connectPort('friend', far);
    const friend: Connection<{ calls: { reset: () => void; name: () => string } }> = connect(near);
    onTestFinished(() => friend.close());
    expect(await friend.call('name')).toBe('friend');
    await friend.call('reset');
    expect(await link.call('count')).toBe(0n);
  });

  it('dies of a throw in an action: children stopped, calls and streams ended, cause carried (L14)', async () => {
    const { link, actor } = start();
    expect(children).toEqual({ started: 1, stopped: 0 });
    const forever = codeOf(link.call('forever', 'x'));
    const ticks = codeOf(lastValueFrom(link.stream('silence')));
    const snapshots = codeOf(lastValueFrom(link.snapshot$));
    const emitted = codeOf(lastValueFrom(link.emitted$));
    void link.send({ type: 'THROW' });
    const reason = await link.gone;
    expect(reason).toMatchObject({ code: 'WORKER_GONE', cause: { code: 'STORAGE', message: 'the disk is gone', hint: 'buy another' } });
    expect(children).toEqual({ started: 1, stopped: 1 });
    expect(actor.getSnapshot().status).toBe('error');
    expect(await Promise.all([forever, ticks, snapshots, emitted])).toEqual(['WORKER_GONE', 'WORKER_GONE', 'WORKER_GONE', 'WORKER_GONE']);
    expect(await codeOf(link.snapshot())).toBe('WORKER_GONE');
    expect(await codeOf(link.send({ type: 'NOTHING' }))).toBe('WORKER_GONE');
  });

  it('is dead from the start where it throws there, and where a promise is rejected that nobody handles (L14)', async () => {
    const throwing = createMachine({ context: () => { throw new RegistryError('STORAGE', 'nothing to start from'); } });
    const rejecting = createMachine({ invoke: { src: fromPromise(() => Promise.reject(new RegistryError('STORAGE', 'no'))) } });
    for (const logic of [throwing, rejecting]) {
      const [near, far] = open();
      hostActor({ name: 'stillborn', logic }, { port: far, input: undefined });
      expect(await new ActorLink(near).gone).toMatchObject({ code: 'WORKER_GONE', cause: { code: 'STORAGE' } });
    }
  });

  it('completes its streams when it is done, and still gives its last snapshot', async () => {
    const { link } = start();
    const snapshots = lastValueFrom(link.snapshot$);
    const emitted = lastValueFrom(link.emitted$, { defaultValue: 'nothing' });
    await link.send({ type: 'FINISH' });
    expect(await snapshots).toMatchObject({ status: 'done', output: { total: 1n } });
    expect(await emitted).toBe('nothing');
    expect(await link.snapshot()).toMatchObject({ status: 'done', value: 'finished' });
    expect(children).toEqual({ started: 1, stopped: 1 });
  });

  it('stops when told, and its link is CLOSED', async () => {
    const { link, actor } = start();
    await link.stop();
    await link.stop();
    expect(actor.getSnapshot().status).toBe('stopped');
    expect(await link.gone).toMatchObject({ code: 'CLOSED' });
    expect(await codeOf(link.snapshot())).toBe('CLOSED');
  });

  it('is safe to await and to hand to rxjs: it is no Remote (L6)', async () => {
    const { link } = start();
    expect(await Promise.resolve(link)).toBe(link);
    expect('subscribe' in link).toBe(false);
    expect(() => from(link as never)).toThrow(TypeError);
  });

  it('shows handles a view where the context cannot cross', async () => {
    const logic = createMachine({ context: { secret: () => 'never', open: 1 } });
    const viewed = defineActor({ name: 'viewed', logic, view: ({ open: shown }) => ({ shown }) });
    const unseen = defineActor({ name: 'unseen', logic });
    const [near, far] = open();
    hostActor(viewed, { port: far, input: undefined });
    const link = new ActorLink<typeof viewed>(near);
    onTestFinished(() => link.stop());
    expect((await link.snapshot()).context).toEqual({ shown: 1 });
    expect((await firstValueFrom(link.snapshot$)).context.shown).toBe(1);

    const [near2, far2] = open();
    hostActor(unseen, { port: far2, input: undefined });
    const link2 = new ActorLink<typeof unseen>(near2);
    onTestFinished(() => link2.stop());
    expect(await codeOf(link2.snapshot())).toBe('UNSUPPORTED');
    expect(await codeOf(firstValueFrom(link2.snapshot$))).toBe('UNSUPPORTED');
  });

  it('runs its delays on the clock it is given', async () => {
    const clock = new FakeClock();
    const logic = createMachine({ initial: 'waiting', states: { waiting: { after: { 5000: 'late' } }, late: {} } });
    const [near, far] = open();
    const hosted = hostActor({ name: 'waiter', logic }, { port: far, input: undefined, clock });
    await clock.advance(4999);
    expect(hosted.actor.getSnapshot().value).toBe('waiting');
    await clock.advance(1);
    expect(hosted.actor.getSnapshot().value).toBe('late');
    hosted.close();
    near.close();
  });
});
