import { createActor, type AnyActorLogic, type InputFrom } from 'xstate';
import { EntriesHost, type EntriesParts } from '../../../actors/entries/host.ts';
import { entriesLogic } from '../../../actors/entries/logic.ts';
import type { Oversight } from '../../../actors/entries/oversight.ts';
import type { EntriesWorld } from '../../../actors/entries/world.ts';
import { PortalHost } from '../../../actors/portal/host.ts';
import { portalInput, portalLogic } from '../../../actors/portal/logic.ts';
import type { PortalService } from '../../../actors/portal/service.ts';
import { VerifierHost } from '../../../actors/verifier/host.ts';
import type { ActorWorld } from '../../../actors/world.ts';
import { RegistryError } from '../../error.ts';
import { directPeer } from '../../link/index.ts';
import { verifyByReference } from '../../registry/verdict/reference.ts';
import type { Policy } from '../../policy.ts';
import { briefOversight } from './brief-oversight.ts';

export interface CoreOptions {
  readonly world: ActorWorld & EntriesWorld;
  /** URLs, one or more, in order of preference. */
  readonly portals: readonly string[];
  readonly policy: Policy;
  readonly openFloors: EntriesParts<Oversight>['openFloors'];
}

/** A portal is checked over HTTP alone: one worker watches little. */
const OVER_HTTP = (): Promise<boolean> => Promise.resolve(false);

/** Signatures are verified in pure JavaScript: a worker that ends with its answer verifies two or three, and native code would have to be tried first. */
const REFERENCE = {
  engine: () => Promise.resolve('reference' as const),
  verify: (...asked: Parameters<typeof verifyByReference>) => Promise.resolve(verifyByReference(...asked)),
};

/** The portal, verifier and entries actors in this thread, wired without a link: nothing is cloned between them, and they end together. */
export class Core {
  /** The table of entries, and what writes them. */
  readonly entries: Pick<EntriesHost, 'table' | 'writing' | 'world'>;
  /** Who is told when it ends. A promise would hold on to everybody who has ever waited for it. */
  readonly #waiting = new Set<(reason: RegistryError) => void>();
  #ended: RegistryError | undefined;
  readonly #closeEntries: () => Promise<unknown>;
  readonly #stop: (reason: RegistryError) => void;

  constructor({ world, portals, policy, openFloors }: CoreOptions) {
    const { scheduler, clock } = world;
    const verifier = new VerifierHost(world, REFERENCE);
    const entries = new EntriesHost(world, { policy, portals, predecessors: 0 }, { verify: verifier.verify, openFloors, oversee: briefOversight });
    const portalActorInput = { portals: portals.map((url) => ({ url, apiKey: undefined })), policy: { ...policy, verifiers: 1 }, predecessors: 0 };
    const portal = new PortalHost(world, portalActorInput.portals, portalActorInput.policy);
    const actors: { stop(): unknown }[] = [];
    this.#stop = (reason) => {
      this.#ended ??= reason;
      for (const tell of this.#waiting) tell(this.#ended);
      this.#waiting.clear();
      for (const actor of actors.splice(0)) actor.stop();
    };
    const start = <L extends AnyActorLogic>(id: string, logic: L, host: { attach(actor: never): void }, input: InputFrom<L> | undefined): void => {
      const actor = createActor(logic, { id, clock, input: input as never });
      actor.subscribe({ error: (cause: unknown) => this.#stop(new RegistryError('WORKER_GONE', `the ${id} actor failed`, { cause })) });
      host.attach(actor as never);
      actors.push(actor);
      actor.start();
    };
    this.entries = entries;
    this.#closeEntries = () => entries.close();
    start('verifier', verifier.logic, verifier, undefined);
    start('entries', entriesLogic(entries), entries, undefined);
    verifier.connectEntries(directPeer(entries.findings, scheduler));
    portal.addVerifier(0, directPeer(verifier.service, scheduler));
    let isConnecting = false;
    const service: PortalService = {
      ...portal.service,
      pipes: {
        commands(asked) {
          // Whoever only asks needs no connection, and need not wait for what makes one.
          if (!isConnecting && asked.some(({ kind }) => kind === 'want')) {
            isConnecting = true;
            start('portal', portalLogic(world, portal, portalActorInput, OVER_HTTP), portal, portalInput(portalActorInput));
          }
          portal.service.pipes.commands(asked);
        },
      },
    };
    entries.connectPortal(directPeer(service, scheduler));
  }

  /**
   * Tells the reason once it has ended, or if it has: `WORKER_GONE` where an actor failed, or `CLOSED`.
   * @returns it is not to be told any more
   */
  onEnd(tell: (reason: RegistryError) => void): () => void {
    if (this.#ended !== undefined) tell(this.#ended);
    else this.#waiting.add(tell);
    return () => void this.#waiting.delete(tell);
  }

  /** Commits what is being committed and lets go of the storage. */
  async close(): Promise<void> {
    await this.#closeEntries();
    this.#stop(new RegistryError('CLOSED', 'the portals were changed'));
  }
}
