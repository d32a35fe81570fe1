import { createActor, type AnyActorLogic, type InputFrom } from 'xstate';
import { EntriesHost, type EntriesParts } from '../../../actors/entries/host.ts';
import { entriesLogic } from '../../../actors/entries/logic.ts';
import type { Oversight } from '../../../actors/entries/oversight.ts';
import type { Grace } from '../../../actors/entries/reading.ts';
import type { ResultBody } from '../../../actors/entries/result.ts';
import type { PendingRead } from '../../../actors/entries/row.ts';
import type { EntriesWorld } from '../../../actors/entries/world.ts';
import { PortalHost } from '../../../actors/portal/host.ts';
import { portalInput, portalLogic } from '../../../actors/portal/logic.ts';
import type { PortalService } from '../../../actors/portal/service.ts';
import type { WriteOutcome } from '../../../actors/entries/writing.ts';
import { VerifierHost } from '../../../actors/verifier/host.ts';
import type { ActorWorld } from '../../../actors/world.ts';
import { RegistryError } from '../../error.ts';
import type { CheckedEntry } from '../../registry/index.ts';
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

/** How long one portal's word is compared with others'. */
const GRACE: Grace = { ofValue: 250, ofAbsence: 2_000 };

const NEVER = new AbortController().signal;

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
   * Reads an entry: what is known at once, if a live connection vouches for it or a portal said so lately; else the newest that portals serve.
   * @param name {@link nameOf} the entry's key
   * @param settled called once, with what `Runtime.read` resolves or rejects with
   * @returns the reader who waits; undefined where enough was known at once
   * @throws RegistryError `CLOSED`
   */
  read(name: string, settled: (outcome: ResultBody | RegistryError) => void): PendingRead | undefined {
    let stop: (() => void) | undefined;
    const pending = this.entries.table.read(name, { maxStaleness: undefined, confirmations: 1, compare: GRACE }, (outcome) => {
      stop?.();
      settled(outcome);
    });
    if (pending !== undefined) stop = this.onEnd(settled);
    return pending;
  }

  /**
   * Resolves as {@link Writing.write} does; where it ends meanwhile, nobody knows.
   * @param onSpread told that every portal which was sent it has answered, or will not
   */
  write(entry: CheckedEntry, onSpread: (() => void) | undefined): Promise<WriteOutcome> {
    return new Promise((resolve, reject) => {
      const stop = this.onEnd((cause) => reject(new RegistryError('UNCONFIRMED', 'the module failed while it wrote', { cause })));
      this.entries.writing.write({ entry, isFinal: true, confirmations: 0 }, NEVER, onSpread).then(resolve, reject).finally(stop);
    });
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

  /** Commits what is being committed, and ends. */
  async close(): Promise<void> {
    await this.#closeEntries();
    this.#stop(new RegistryError('CLOSED', 'the portals were changed'));
  }
}
