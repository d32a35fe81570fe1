import { openVaultPlace } from '#vault-place';
import type { AnyActorRef } from 'xstate';
import { makeEntriesActor } from '../../../actors/entries/actor.ts';
import { makePortalActor } from '../../../actors/portal/actor.ts';
import { makeVaultActor } from '../../../actors/vault/actor.ts';
import { makeVerifierActor } from '../../../actors/verifier/actor.ts';
import type { ActorWorld } from '../../../actors/world.ts';
import { RegistryError } from '../../../src/error.ts';
import { createRuntime, type Policy, type Runtime } from '../../../src/index.ts';
import { Queries } from '../../../src/kernel/queries.ts';
import { ModuleSource } from '../../../src/kernel/module/module-source.ts';
import { ActorLink, hostActor, inlineChannel, type AnyActorDefinition } from '../../../src/link/index.ts';
import type { ActorHost, ActorName } from '../../../src/runtime/hosting.ts';
import { SimulatedWorld } from '../../../src/testing/index.ts';
import type { Verdict } from '../../../src/registry/index.ts';
import type { StorageAdapter } from '../../../src/storage/index.ts';
import type { OpenSocket } from '../../../src/world.ts';
import { FakeOsKeyring } from '../../actors/vault/fixture.ts';
import { same } from '../walk.ts';
import { URLS } from '../portal-table.ts';
import { SlowKdf } from './slow-kdf.ts';
import { wordsOf } from './tales.ts';
import type { Records } from './records.ts';

/** One hosted actor: what is seen of it from inside, and from outside. */
interface Hosted {
  readonly actor: AnyActorRef;
  readonly link: ActorLink<AnyActorDefinition>;
  readonly end: (reason: RegistryError) => void;
}

/** An actor that is to be hosted, and what it is started with. */
interface Made {
  readonly definition: AnyActorDefinition;
  readonly input: unknown;
}

/** A runtime whose actors are the real ones, in a world that does what a test says. */
export class Stage {
  readonly world: SimulatedWorld;
  readonly author;
  readonly kdf: SlowKdf;
  readonly queries: Queries;
  /** What the verifier's engine suffers from. */
  engine: 'well' | 'not chosen' | 'broken' | 'stuck' = 'well';
  /** Whether the storage can be closed. */
  isStorageHeld = false;
  /** Whether the platform opens sockets. */
  hasSockets = true;
  /** Whether the kernel takes what is posted. */
  isHeard = true;
  readonly #records: Records;
  readonly #hosted = new Map<string, Hosted>();
  #runtime: Runtime | undefined;

  constructor(records: Records, seed: number) {
    this.#records = records;
    this.world = new SimulatedWorld({ seed, portals: URLS.map((url, i) => ({ url, generation: i === 1 ? ('A' as const) : ('B' as const) })) });
    this.author = this.world.author('ada');
    this.kdf = new SlowKdf(this.world.clock);
    const { clock, storage } = this.world;
    this.queries = new Queries({
      source: new ModuleSource({ world: { ...this.#outside(), openBroadcast: this.world.broadcast }, storage, portals: URLS, arePortalsSettable: true }),
      post: () => {
        if (!this.isHeard) throw new Error('nobody is there');
      },
      // So that what is accepted late is late for both.
      queryDeadline: 3_000,
      clock,
      isTrusted: () => false,
      inspect: (event) => {
        if (event.type === '@xstate.actor') records.attend(event.actorRef as AnyActorRef);
      },
    });
  }

  get runtime(): Runtime {
    if (this.#runtime === undefined) throw new Error('the runtime has not been opened');
    return this.#runtime;
  }

  async open(policy: Partial<Policy> = {}): Promise<void> {
    this.#runtime = await this.world.run(createRuntime({ portals: URLS, workers: this.#host(), policy: { verifiers: 1, vaultIdle: 20_000, ...policy } }));
  }

  /** A runtime of its own on the same storage, as another tab is. */
  openAnother(): Promise<Runtime> {
    return createRuntime({ portals: URLS, workers: this.#host('another tab '), policy: { verifiers: 1, vaultIdle: 20_000 } });
  }

  /** Ends an actor as a crash of its worker does. */
  kill(actor: ActorName): void {
    const name = actor === 'verifier' ? 'verifier.0' : actor;
    this.#hosted.get(name)?.end(new RegistryError('WORKER_GONE', 'the worker was killed'));
  }

  /** Lets time pass; then all that was seen of the actors has to be what their tables say, from inside and over their links. */
  async pass(milliseconds: number): Promise<void> {
    await this.world.pass(milliseconds);
    await this.look();
  }

  async look(): Promise<void> {
    this.#records.check();
    for (const { actor, link } of this.#hosted.values()) {
      const snapshot = await this.world.run(link.snapshot().catch(() => undefined));
      if (snapshot?.status !== 'active') continue;
      same(wordsOf(snapshot.value), this.#records.wordsOf(actor));
    }
  }

  async close(): Promise<void> {
    await this.world.run(this.runtime.close());
    for (const { end } of this.#hosted.values()) end(new RegistryError('CLOSED', 'the world has ended'));
    this.#records.close();
  }

  #outside(): ActorWorld {
    const { clock, random, fetch, network } = this.world;
    return { clock, scheduler: clock, random, openSocket: this.#openSocket(), fetch, network };
  }

  /** @param tab what its actors are told apart by */
  #host(tab = ''): ActorHost {
    const { world } = this;
    const { clock } = world;
    const outside = this.#outside();
    const makers = {
      portal: (input: never) => makePortalActor(outside, input),
      entries: (input: never) => makeEntriesActor({ ...outside, openBroadcast: world.broadcast }, this.#storage(), input),
      verifier: () => makeVerifierActor(outside, this.#verdict()),
      vault: (input: never) =>
        makeVaultActor({ clock, kdf: this.kdf.stretch, openPlace: () => openVaultPlace(undefined, world.storage, clock), osKeyring: new FakeOsKeyring(), channel: () => inlineChannel(clock) }, input),
    };
    return {
      clock,
      scheduler: clock,
      channel: () => inlineChannel(clock),
      spawn: async (kind, name, input) => this.#spawn(tab + name, makers[kind](input as never)),
    };
  }

  #spawn(name: string, { definition, input }: Made): ActorLink<AnyActorDefinition> {
    const { clock } = this.world;
    const [near, far] = inlineChannel(clock);
    let actor: AnyActorRef | undefined;
    const attended = {
      ...definition,
      service: (own: AnyActorRef) => {
        this.#records.attend((actor = own));
        return definition.service?.(own as never) ?? {};
      },
    };
    const hosted = hostActor<AnyActorDefinition>(attended, { port: far, name, input: input as never, clock });
    const link = new ActorLink<AnyActorDefinition>(near, { clock, deadline: Infinity, terminate: () => hosted.close() });
    this.#hosted.set(name, { actor: actor ?? hosted.actor, link, end: (reason) => link.fail(reason) });
    return link;
  }

  /** Says whether signatures hold, as well as its engine lets it: one that fails fails once, as its successor is another. */
  #verdict(): Pick<Verdict, 'engine' | 'verify'> {
    const { verdict, clock } = this.world;
    const fails = (how: Stage['engine']): boolean => {
      if (this.engine !== how) return false;
      this.engine = 'well';
      return true;
    };
    const freed = async (): Promise<void> => {
      while (this.engine === 'stuck') await new Promise<void>((resolve) => void clock.setTimeout(resolve, 100));
    };
    return {
      engine: async () => {
        await freed();
        if (fails('not chosen')) throw new Error('no engine');
        return verdict.engine();
      },
      verify: async (...signed) => {
        await freed();
        if (fails('broken')) throw new Error('the engine is broken');
        return verdict.verify(...signed);
      },
    };
  }

  /** The world's, which does not always let itself be closed. */
  #storage(): StorageAdapter {
    const { storage } = this.world;
    return {
      identity: storage.identity,
      open: async () => {
        const connection = await storage.open();
        return { ...connection, close: () => (this.isStorageHeld ? new Promise<void>(() => {}) : connection.close()) };
      },
    };
  }

  /** As in a browser, where no socket can be paused. */
  #openSocket(): OpenSocket {
    return (...opening) => {
      if (!this.hasSockets) throw new Error('the platform refuses');
      const { send, abandon } = this.world.sockets(...opening);
      return { send, abandon };
    };
  }
}
