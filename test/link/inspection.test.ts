import { filter, firstValueFrom, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActor, createMachine, enqueueActions, setup, stopChild, type AnyActorRef } from 'xstate';
import { ActorLink, defineActor, hostActor, toDisplayJson, type AnyActorDefinition, type InputOf, type InspectionEvent } from '../../src/link/index.ts';
import { channels, watched } from './fixture/channels.ts';
import { counterActor, counterMachine } from './fixture/counter.ts';

/** Counts how often a value is looked at by whoever shows it. */
let shown = 0;
const showable = { toJSON: () => `looked at ${++shown} times` };

const nursery = setup({
  types: { events: {} as { type: 'BEAR'; id: string } | { type: 'END'; id: string } | { type: 'ADOPT' }, context: {} as { adopted: AnyActorRef[] } },
  actors: { child: createMachine({ id: 'child', on: { POKE: {} } }) },
}).createMachine({
  id: 'nursery',
  context: { adopted: [] },
  on: {
    BEAR: { actions: enqueueActions(({ enqueue, event }) => enqueue.spawnChild('child', { id: event.id })) },
    END: { actions: stopChild(({ event }) => event.id) },
  },
});

/** Collects what an inspector sees. */
function inspect(link: { readonly inspect$: Observable<InspectionEvent> }): { seen: InspectionEvent[]; stop: () => void } {
  const seen: InspectionEvent[] = [];
  const subscription = link.inspect$.subscribe((event) => seen.push(event));
  return { seen, stop: () => subscription.unsubscribe() };
}

function named(): void {}

describe.each(channels)('inspection over $kind', ({ open }) => {
  function start<D extends AnyActorDefinition>(definition: D, input: InputOf<D>): { link: ActorLink<D>; actor: ReturnType<typeof hostActor>['actor'] } {
    const [near, far] = open();
    const hosted = hostActor(definition, { port: far, input, name: 'worker-7' });
    const link = new ActorLink<D>(near);
    onTestFinished(() => link.stop());
    return { link, actor: hosted.actor };
  }
  it('gives births, events and snapshots in the wire shape of Stately', async () => {
    const { link } = start(counterActor, { from: 1n });
    const { seen } = inspect(link);
    const snapshot = firstValueFrom(link.inspect$.pipe(filter((event) => event.type === '@xstate.snapshot')));
    void link.send({ type: 'ADD', by: 2n });
    await snapshot;
    const root = seen.find((event) => event.type === '@xstate.actor');
    expect(root).toMatchObject({ name: 'worker-7', rootId: root?.sessionId, id: null, _version: '0.7.2', createdAt: expect.stringMatching(/^\d+$/) as unknown });
    expect(root).not.toHaveProperty('parentId');
    expect(root?.sessionId).toMatch(/^worker-7\/x:\d+$/);
    expect(JSON.parse((root as { definition: string }).definition)).toMatchObject({ id: 'counter', initial: 'counting' });
    expect(seen).toContainEqual(expect.objectContaining({ type: '@xstate.actor', name: 'child', parentId: root?.sessionId, rootId: root?.sessionId }));
    expect(seen).toContainEqual(expect.objectContaining({ type: '@xstate.event', sessionId: root?.sessionId, event: { type: 'ADD', by: '2n' } }));
    expect(await snapshot).toMatchObject({ event: { type: 'ADD' }, snapshot: { status: 'active', value: 'counting', context: { count: '3n', names: { seven: '0x07' } } } });
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen.map((event) => JSON.parse(JSON.stringify(event)) as unknown));
  });

  it('sends no message and builds nothing while nobody listens (L12)', async () => {
    const [near, far] = open();
    let messages = 0;
    const counting = watched(far, () => messages++);
    const noisy = defineActor({ ...counterActor, publicEvents: ['ADD'] });
    const { actor } = hostActor(noisy, { port: counting, input: { from: 0n } });
    const link = new ActorLink<typeof noisy>(near);
    onTestFinished(() => link.stop());
    await link.snapshot();
    const before = messages;
    shown = 0;
    for (let i = 0; i < 100; i++) actor.send({ type: 'ADD', by: 1n, showable });
    await link.snapshot();
    expect(messages - before).toBe(1);
    expect(shown).toBe(0);

    const { seen, stop } = inspect(link);
    await link.snapshot();
    actor.send({ type: 'ADD', by: 1n, showable });
    await firstValueFrom(link.inspect$);
    expect(shown).toBeGreaterThan(0);
    expect(seen.length).toBeGreaterThan(0);

    stop();
    await link.snapshot();
    await link.snapshot();
    shown = 0;
    actor.send({ type: 'ADD', by: 1n, showable });
    expect(shown).toBe(0);
  });

  it('replays the births of living actors to a late listener, and of no others (L13)', async () => {
    const definition = defineActor({ name: 'nursery', logic: nursery, publicEvents: ['BEAR', 'END'] });
    const { link, actor } = start(definition, undefined);
    for (let i = 0; i < 100; i++) {
      actor.send({ type: 'BEAR', id: `child-${i}` });
      if (i !== 41) actor.send({ type: 'END', id: `child-${i}` });
    }
    const adopted = createActor(createMachine({ id: 'adopted' }), { parent: actor, id: 'adopted' });
    adopted.start();
    const { seen } = inspect(link);
    await link.snapshot();
    await firstValueFrom(link.inspect$);
    expect(seen.map((event) => (event as { name?: string }).name)).toEqual(['worker-7', 'child-41', 'adopted']);

    await link.stop();
    expect(adopted.getSnapshot().status).toBe('stopped');
  });

  it('tells of a birth while somebody listens, before anything else of that actor (N3)', async () => {
    const { link } = start(defineActor({ name: 'nursery', logic: nursery, publicEvents: ['BEAR'] }), undefined);
    const { seen } = inspect(link);
    await link.snapshot();
    await link.send({ type: 'BEAR', id: 'late' });
    await firstValueFrom(link.inspect$);
    await link.snapshot();
    const birth = seen.findIndex((event) => event.type === '@xstate.actor' && event.name === 'late');
    expect(seen[birth]).toMatchObject({ parentId: seen[0]?.sessionId, rootId: seen[0]?.sessionId, snapshot: { status: 'active' } });
    expect(JSON.parse((seen[birth] as { definition: string }).definition)).toMatchObject({ id: 'child' });
    const others = seen.flatMap(({ sessionId }, index) => (sessionId === seen[birth]?.sessionId && index !== birth ? [index] : []));
    expect(others.length).toBeGreaterThan(0);
    expect(Math.min(...others)).toBeGreaterThan(birth);
  });

  it('says so where an event cannot be shown, and of which actor it is', async () => {
    const { link, actor } = start(defineActor({ ...counterActor, publicEvents: ['ADD'] }), { from: 0n });
    const { seen } = inspect(link);
    await link.snapshot();
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    actor.send({ type: 'ADD', by: 1n, cyclic });
    await firstValueFrom(link.inspect$);
    await link.snapshot();
    expect(seen).toContainEqual(expect.objectContaining({ type: '@xstate.event', sessionId: expect.stringMatching(/^worker-7\/x:\d+$/) as unknown, event: { type: '[cannot be shown]' } }));
    expect(await link.snapshot()).toMatchObject({ context: { count: 1n } });
  });

  it('shows what redact leaves, and survives a redact that throws', async () => {
    const careful = defineActor({
      ...counterActor,
      redact: (event) => {
        if (event.type === '@xstate.snapshot') throw new Error('redact is broken');
        return event.type === '@xstate.event' ? { ...event, event: { type: '[redacted]' } } : event;
      },
    });
    const { link } = start(careful, { from: 0n });
    const { seen } = inspect(link);
    await link.send({ type: 'ADD', by: 5n });
    await firstValueFrom(link.inspect$.pipe(filter((event) => event.type === '@xstate.actor')));
    await link.snapshot();
    expect(seen).toContainEqual(expect.objectContaining({ type: '@xstate.event', event: { type: '[redacted]' } }));
    expect(JSON.stringify(seen)).not.toContain('5n');
    expect(await link.snapshot()).toMatchObject({ status: 'active', context: { count: 5n } });
  });
});

describe('what an inspector is shown', () => {
  it.each([
    ['a bigint', 2n ** 64n, '18446744073709551616n'],
    ['bytes', new Uint8Array([0, 255]), '0x00ff'],
    ['all the bytes that an entry may have', new Uint8Array(113), `0x${'00'.repeat(113)}`],
    ['many bytes', new Uint8Array(129), `0x${'00'.repeat(128)}… (129 bytes)`],
    ['a string', 'seven', 'seven'],
    ['a string that looks like a bigint', '-7n', '"-7n"'],
    ['a string that looks like bytes', '0x07', '"0x07"'],
    ['a string that stands in quotes', '"7n"', '""7n""'],
    ['a string with an address', '0x7', '0x7'],
    ['more than any number', -Infinity, '-Infinity'],
    ['a buffer', new Uint8Array([1]).buffer, '0x01'],
    ['a view into a buffer', new Uint8Array([1, 2, 3]).subarray(1, 2), '0x02'],
    ['a Map', new Map<unknown, unknown>([['a', 1n], [new Uint8Array([1]), new Map()]]), { a: '1n', '0x01': {} }],
    ['a Set', new Set([1n]), ['1n']],
    ['an error', new RangeError('far'), { name: 'RangeError', message: 'far' }],
    ['a function', named, { type: 'named' }],
    ['nothing', undefined, null],
    ['an actor', createActor(counterMachine, { input: { from: 1n }, id: 'me' }), { xstate$$type: 1, id: 'me' }],
  ])('of %s', (_what, value, display) => {
    expect(JSON.parse(toDisplayJson(value))).toEqual(display);
  });
});
