import { describe, expect, it } from 'vitest';
import { createActor, createMachine, fromCallback, fromPromise, type AnyStateMachine, type AnyTransitionDefinition } from 'xstate';
import { consentMachine } from '../../machines/consent.ts';
import { entriesMachine } from '../../machines/entries.ts';
import { entryMachine } from '../../machines/entry.ts';
import { connectionMachine } from '../../machines/connection.ts';
import { portalMachine } from '../../machines/portal.ts';
import { queryMachine } from '../../machines/query.ts';
import { vaultMachine } from '../../machines/vault.ts';
import { verifierMachine } from '../../machines/verifier.ts';
import { TIMES, URLS } from './portal-table.ts';

type Node = AnyStateMachine['root'];
interface Named {
  readonly type: string;
  readonly params?: unknown;
}

const arrow = ({ eventType, target, guard, actions, reenter }: AnyTransitionDefinition): unknown => ({ eventType, to: target?.map(({ id }) => id), guard, actions, reenter });

/** What a diagram of a state and of those below it shows. */
function pictureOf(node: Node): unknown {
  return {
    id: node.id,
    type: node.type,
    initial: node.initial?.target?.map(({ id }) => id),
    on: [...node.transitions].map(([event, arrows]) => [event, arrows.map(arrow)]),
    always: node.always?.map(arrow),
    entry: node.entry.filter(isOurs),
    exit: node.exit.filter(isOurs),
    invoke: node.invoke.map(({ id, src }) => ({ id, src })),
    states: Object.values(node.states).map((child) => pictureOf(child)),
  };
}

/** Where in a configuration functions stand. */
function functionsIn(value: unknown, path: string): string[] {
  if (typeof value === 'function') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => functionsIn(child, path === '' ? key : `${path}.${key}`));
}

/** Every name that the statechart uses, by kind. */
function namesUsed(node: Node): readonly (readonly [kind: 'guards' | 'actions' | 'delays' | 'actors', name: string])[] {
  const arrows = [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
  return [
    ...arrows.flatMap(({ guard }) => (guard === undefined ? [] : [['guards', nameOf(guard)] as const])),
    ...[...arrows.flatMap(({ actions }) => actions), ...node.entry, ...node.exit].filter(isOurs).map((action) => ['actions', nameOf(action)] as const),
    ...node.after.map(({ delay }) => ['delays', String(delay)] as const),
    ...node.invoke.map(({ src }) => ['actors', nameOf(src)] as const),
    ...Object.values(node.states).flatMap((child) => namesUsed(child)),
  ];
}
const nameOf = (used: unknown): string => (typeof used === 'string' ? used : (used as Named).type);
/** Of actions: XState adds those that set and clear the timers of a state. */
const isOurs = (action: unknown): boolean => !nameOf(action).startsWith('xstate.');

const machines: readonly { readonly name: string; readonly machine: AnyStateMachine; readonly inputs: readonly string[]; readonly spawns?: readonly string[] }[] = [
  { name: 'connection', machine: connectionMachine, inputs: ['context', 'states.open.invoke.input'] },
  { name: 'portal', machine: portalMachine, inputs: ['context', 'states.checks.states.interval.states.checking.invoke.input'], spawns: ['connection'] },
  { name: 'verifier', machine: verifierMachine, inputs: ['context'] },
  { name: 'entry', machine: entryMachine, inputs: ['context'] },
  { name: 'entries', machine: entriesMachine, inputs: ['context'] },
  { name: 'vault', machine: vaultMachine, inputs: ['context'] },
  { name: 'query', machine: queryMachine, inputs: ['context'] },
  { name: 'consent', machine: consentMachine, inputs: ['context'] },
];

describe.each(machines)('the $name machine as a diagram', ({ name: file, machine, inputs, spawns = [] }) => {
  it('loses nothing when it is written as JSON and read again', () => {
    const again = createMachine(JSON.parse(JSON.stringify(machine.config)) as Parameters<typeof createMachine>[0]);
    expect(pictureOf(again.root)).toEqual(pictureOf(machine.root));
    expect(again.events).toEqual(machine.events);
  });

  it('has functions only where data begins: the first context, and what a child is given', () => {
    expect(functionsIn(machine.config, '')).toEqual(inputs);
  });

  it('is called as its file is, by which inspectors tell it from others', () => {
    expect(machine.id).toBe(file);
  });

  it('names every guard, action, delay and actor in setup, and none that it does not use', () => {
    const used = new Set(namesUsed(machine.root).map(([kind, name]) => `${kind}.${name}`));
    const given = (['guards', 'actions', 'delays', 'actors'] as const).flatMap((kind) => Object.keys(machine.implementations[kind]).map((name) => `${kind}.${name}`));
    // Those that actions start are not in the statechart.
    expect([...used, ...spawns.map((name) => `actors.${name}`)].sort()).toEqual(given.sort());
  });
});

/** How the machine ends when the event happens to it. */
const endOf = (machine: AnyStateMachine, { input, before = [], event }: { input?: unknown; before?: readonly { type: string }[]; event?: { type: string } & Record<string, unknown> }): Promise<unknown> =>
  new Promise((resolve) => {
    const actor = createActor(machine, { input });
    actor.subscribe({ error: resolve, complete: () => resolve('ended in peace') });
    actor.start();
    for (const each of [...before, ...(event === undefined ? [] : [event])]) actor.send(each);
  });
const message = (text: string): unknown => expect.objectContaining({ message: expect.stringContaining(text) as string });

describe('a machine without its host', () => {
  it('refuses to verify without engines', async () => {
    expect(await endOf(verifierMachine, {})).toEqual(message('without engines'));
  });

  it('refuses to verify without a verdict', async () => {
    const chosen = { type: 'xstate.done.actor.chooseEngine', output: 'node' };
    const machine = verifierMachine.provide({ actors: {} });
    expect(await endOf(machine, { before: [{ type: 'BATCH', batch: 1 } as never, chosen] })).toEqual(message('without a verdict'));
  });

  it('refuses a task without a vault', async () => {
    expect(await endOf(vaultMachine, {})).toEqual(message('without a vault'));
  });

  it('refuses to be unlocked without a vigil, rather than stay so for ever', async () => {
    const ended = { type: 'ENDED', isOpen: true, stands: 'vault', wait: 0 };
    const machine = vaultMachine.provide({ actors: { work: fromCallback(() => {}) } });
    expect(await endOf(machine, { before: [{ ...ended, isOpen: false } as never, { type: 'UNLOCK', task: 1 } as never], event: ended })).toEqual(message('without a vigil'));
  });

  it.each([
    { type: 'FINDINGS', findings: [] },
    { type: 'TICK' },
    { type: 'RELEASE', pubkey: new Uint8Array(32), datakey: new Uint8Array(32) },
    { type: 'CLOSE' },
  ])('refuses $type without a table', async (event) => {
    expect(await endOf(entriesMachine, { event })).toEqual(message('without a table'));
  });

  it('fails with the actor of an entry', async () => {
    const machine = entriesMachine.provide({ actors: { table: fromPromise<never>(() => Promise.reject(new Error('an entry failed'))) } });
    expect(await endOf(machine, {})).toEqual(message('an entry failed'));
  });

  it('does no more to an entry than to change what is known of it, so that an entry can rest', () => {
    expect(Object.values(entryMachine.implementations.actions).map((action) => (action as { type?: string }).type)).toEqual(Array.from({ length: 7 }, () => 'xstate.assign'));
  });

  it.each(['isNewer', 'isSame'] as const)('refuses to compare without an order (%s), rather than show an older entry', async (guard) => {
    const known = { latest: { revision: 2n }, floor: 'durable', confirmedAt: 0, confirmedBy: [] };
    const event = { type: 'PUSHED', entry: { revision: 1n }, floor: 'durable', portal: URLS[0], at: 0 };
    const other = guard === 'isNewer' ? { isSame: () => false } : { isNewer: () => false };
    expect(await endOf(entryMachine.provide({ guards: other }), { input: known, before: [{ type: 'DEMANDED' }], event })).toEqual(message('without an order'));
  });

  it('has no portal to talk to: every attempt is a failure, and it rests between rounds', () => {
    const actor = createActor(portalMachine, { input: { urls: URLS, times: TIMES } }).start();
    actor.send({ type: 'WANTED' });
    const { value, context } = actor.getSnapshot();
    actor.stop();
    expect(value).toEqual({ connection: { waiting: 'tired' }, checks: { interval: 'resting' } });
    expect(context.connections).toEqual([]);
    expect(context.portals.map(({ failures, lastFailure }) => ({ failures, lastFailure }))).toEqual(URLS.map(() => ({ failures: 1, lastFailure: 'did not open' })));
  });
});
