import { storageNamed } from '#storage';
import { makeEntriesActor } from '../actors/entries/actor.ts';
import { openBroadcast } from '../actors/entries/broadcast.ts';
import { makePortalActor } from '../actors/portal/actor.ts';
import { makeVerifierActor } from '../actors/verifier/actor.ts';
import { realWorld, type ActorWorld } from '../actors/world.ts';
import { invalidInput } from './error.ts';
import { hasMethods, takeRecord } from './input.ts';
import { inlineChannel, spawnInline, type ActorLink, type AnyActorDefinition, type InputOf } from './link/index.ts';
import type { ActorDefinitions, ActorHost, ActorInputs, ActorName } from './runtime/hosting.ts';
import type { Verdict } from './registry/index.ts';
import type { StorageAdapter } from './storage/index.ts';
import type { Clock, Fetch, Network, OpenBroadcast, OpenSocket, Random } from './world.ts';

export { MemoryStorage, type StorageAdapter, type StorageConnection } from './storage/index.ts';
export type { Broadcast, Clock, Fetch, Network, OpenBroadcast, OpenSocket, Random, Socket, SocketEvents } from './world.ts';

/** The outside of a runtime whose actors live in this thread; what is left out is the real one. */
export interface InlineWorld {
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly sockets?: OpenSocket | undefined;
  readonly fetch?: Fetch | undefined;
  readonly network?: Network | undefined;
  /** Takes the place of `RuntimeOptions.storage`. */
  readonly storage?: StorageAdapter | undefined;
  /** How runtimes on one storage tell each other what they have seen; those hear each other whose storages have the same `identity`. */
  readonly broadcast?: OpenBroadcast | undefined;
  /** Says whether signatures hold. Time that is simulated does not pass while a browser's own engine is waited for. */
  readonly verdict?: Pick<Verdict, 'engine' | 'verify'> | undefined;
}

/** Actors in this thread: `createRuntime({ portals, workers: inline() })`. */
export type InlineHost = ActorHost;

/**
 * The host of actors that live in the caller's thread, where workers cannot be had, or where time and network are simulated. Messages
 * are cloned as between threads, and delivered through the clock.
 * @throws RegistryError `INVALID_INPUT`
 */
export function inline(outside?: InlineWorld): InlineHost {
  const { clock, random, sockets, fetch, network, storage, broadcast = openBroadcast, verdict } = takeWorld(outside);
  // Real time need not be spent on messages: they take a turn of the event loop, not a timer of at least a millisecond.
  const scheduler = clock ?? realWorld.scheduler;
  const world: ActorWorld = {
    clock: clock ?? realWorld.clock,
    scheduler,
    random: random ?? realWorld.random,
    openSocket: sockets ?? realWorld.openSocket,
    fetch: fetch ?? realWorld.fetch,
    network: network ?? realWorld.network,
  };
  const start = <D extends AnyActorDefinition>(name: string, { definition, input }: { readonly definition: D; readonly input: InputOf<D> }): Promise<ActorLink<D>> =>
    spawnInline(definition, { name, input, clock: world.clock, scheduler, deadline: Infinity });
  const starters: { readonly [N in ActorName]: (name: string, input: ActorInputs[N]) => Promise<ActorLink<ActorDefinitions[N]>> } = {
    portal: (name, input) => start(name, makePortalActor(world, input)),
    entries: (name, input) => start(name, makeEntriesActor({ ...world, openBroadcast: broadcast }, storage ?? storageNamed(input.storage), input)),
    verifier: (name) => start(name, makeVerifierActor(world, verdict)),
    vault: async (name, input) => start(name, (await import('./runtime/inline-vault.ts')).makeInlineVault(world, storage, input)),
  };
  return {
    clock: world.clock,
    scheduler,
    spawn: (kind, name, input) => starters[kind](name, input),
    channel: () => inlineChannel(scheduler),
  };
}

function takeWorld(value: unknown): InlineWorld {
  const world = takeRecord(value, 'world', ['clock', 'random', 'sockets', 'fetch', 'network', 'storage', 'broadcast', 'verdict']);
  if (world.clock !== undefined && !hasMethods(world.clock, ['now', 'setTimeout', 'clearTimeout'])) throw invalidInput('world.clock', 'a Clock');
  for (const name of ['random', 'sockets', 'fetch', 'broadcast'] as const) {
    if (world[name] !== undefined && typeof world[name] !== 'function') throw invalidInput(`world.${name}`, 'a function');
  }
  if (world.network !== undefined && !hasMethods(world.network, ['listen'])) throw invalidInput('world.network', 'a Network');
  if (world.storage !== undefined && !hasMethods(world.storage, ['open'])) throw invalidInput('world.storage', 'a StorageAdapter');
  if (world.verdict !== undefined && !hasMethods(world.verdict, ['engine', 'verify'])) throw invalidInput('world.verdict', 'a verdict');
  return world as InlineWorld;
}
