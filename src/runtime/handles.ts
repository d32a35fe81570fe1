import type { Observable } from 'rxjs';
import type { PublicEntriesEvent } from '../../machines/entries.ts';
import type { PublicPortalEvent } from '../../machines/portal.ts';
import type { PublicVaultEvent } from '../../machines/vault.ts';
import type { ActorSnapshot, EmittedOf, EventOf, InspectionEvent } from '../link/index.ts';
import { askWithin, type AskOptions } from './asking.ts';
import type { ActorDefinitions, ActorName } from './hosting.ts';
import { shared } from './observables.ts';
import { takeEntriesEvent, takePortalEvent, takeVaultEvent, takeVerifierEvent, type TakeEvent } from './public-events.ts';
import type { Slot } from './slot.ts';
import type { Supervisor } from './supervisor.ts';

/** An actor as seen from outside, whichever worker it lives in, and whether or not it was replaced. */
export interface ActorHandle<N extends ActorName, PublicEvent> {
  /** @throws RegistryError `WORKER_GONE`, `TIMEOUT`, `CLOSED` */
  snapshot(): Promise<ActorSnapshot<ActorDefinitions[N]>>;
  /** The newest first, then every change; a slow reader skips to the newest. One stream of the worker's for all who subscribe. */
  readonly snapshot$: Observable<ActorSnapshot<ActorDefinitions[N]>>;
  /** What it emits from now on, all of it. One stream of the worker's for all who subscribe. */
  readonly emitted$: Observable<EmittedOf<ActorDefinitions[N]>>;
  /** Everything that happens in it, in Stately's wire shape. Nothing is built until somebody subscribes. */
  readonly inspect$: Observable<InspectionEvent>;
  /**
   * Sends an event that everybody may send.
   * @throws RegistryError `INVALID_INPUT`, `WORKER_GONE`, `TIMEOUT`, `CLOSED`; `FORBIDDEN` for any other
   */
  send(event: PublicEvent): Promise<void>;
}

export interface ActorHandles {
  readonly portal: ActorHandle<'portal', PublicPortalEvent>;
  readonly entries: ActorHandle<'entries', PublicEntriesEvent>;
  /** The first of them, where there are several. */
  readonly verifier: ActorHandle<'verifier', never>;
  /** Started when it is first used, by this handle too; what only looks on (`inspect$`) starts it not. */
  readonly vault: ActorHandle<'vault', PublicVaultEvent>;
}

export function handlesOf(supervisor: Supervisor, options: AskOptions): ActorHandles {
  const { portal, entries, verifier, vault } = supervisor;
  return {
    portal: handleOf(portal, takePortalEvent, options),
    entries: handleOf(entries, takeEntriesEvent, options),
    verifier: handleOf(verifier, takeVerifierEvent, options),
    vault: handleOf(vault, takeVaultEvent, options, () => supervisor.startVault()),
  };
}

function handleOf<N extends ActorName, PublicEvent>(slot: Slot<N>, take: TakeEvent<PublicEvent>, options: AskOptions, start = async () => {}): ActorHandle<N, PublicEvent> {
  return {
    snapshot: async () => {
      await start();
      return askWithin(slot, options, (link) => link.snapshot());
    },
    snapshot$: shared(slot.stream((link) => link.snapshot$, start)),
    emitted$: shared(slot.stream((link) => link.emitted$), 0),
    inspect$: slot.stream((link) => link.inspect$),
    send: async (event) => {
      const taken = take(event);
      await start();
      return askWithin(slot, options, (link) => link.send(taken as EventOf<ActorDefinitions[N]>));
    },
  };
}
